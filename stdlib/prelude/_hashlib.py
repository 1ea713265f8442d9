"""`hashlib` in workflow Python.

C's hash objects cannot be stored, so a hash keeps what it was fed, up to 16 MiB, and C makes the digest of that.
"""

from _hash_parts import check, digest_of, fed, sizes

_SMALL = 4000  # pieces are joined to this size: a longer one is stored by itself, once


class HASH:
    """A hash object."""

    __slots__ = ("_last", "_name", "_options", "_parts")

    def __init__(self, *made):  # by this module alone: a name, data, options of the algorithm
        if len(made) != 3:
            raise TypeError("cannot create '_hashlib.HASH' instances")
        self._name, data, self._options = made
        check(self._name, self._options)
        self._parts = []
        self._last = fed(self._name, data, self._parts, b"")

    @property
    def name(self):
        return sizes(self._name, self._options)[0]

    @property
    def digest_size(self):
        return sizes(self._name, self._options)[1]

    @property
    def block_size(self):
        return sizes(self._name, self._options)[2]

    def update(self, data, /):
        last = fed(self._name, data, self._parts, self._last)
        if len(last) > _SMALL:
            self._parts.append(last)
            last = b""
        self._last = last

    def digest(self, /, *length, **named):
        return digest_of(self._name, self._options, self._parts, self._last, "digest", length, named)

    def hexdigest(self, /, *length, **named):
        return digest_of(self._name, self._options, self._parts, self._last, "hexdigest", length, named)

    def copy(self):
        made = HASH(self._name, self._last, self._options)
        made._parts = [*self._parts]
        return made

    def __repr__(self):
        return f"<{self.name} _hashlib.HASH object>"


def new(name, data=b"", **options):
    return HASH(name, data, options)


def md5(string=b"", *, usedforsecurity=True):
    return HASH("md5", string, {})


def sha1(string=b"", *, usedforsecurity=True):
    return HASH("sha1", string, {})


def sha224(string=b"", *, usedforsecurity=True):
    return HASH("sha224", string, {})


def sha256(string=b"", *, usedforsecurity=True):
    return HASH("sha256", string, {})


def sha384(string=b"", *, usedforsecurity=True):
    return HASH("sha384", string, {})


def sha512(string=b"", *, usedforsecurity=True):
    return HASH("sha512", string, {})


def sha3_224(string=b"", *, usedforsecurity=True):
    return HASH("sha3_224", string, {})


def sha3_256(string=b"", *, usedforsecurity=True):
    return HASH("sha3_256", string, {})


def sha3_384(string=b"", *, usedforsecurity=True):
    return HASH("sha3_384", string, {})


def sha3_512(string=b"", *, usedforsecurity=True):
    return HASH("sha3_512", string, {})


def shake_128(string=b"", *, usedforsecurity=True):
    return HASH("shake_128", string, {})


def shake_256(string=b"", *, usedforsecurity=True):
    return HASH("shake_256", string, {})


def blake2b(data=b"", /, **options):
    return HASH("blake2b", data, options)


def blake2s(data=b"", /, **options):
    return HASH("blake2s", data, options)
