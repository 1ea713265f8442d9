"""`hmac.HMAC` in workflow Python: two hashes, as in CPython."""

from hashlib import new


class HMAC:
    """RFC 2104 HMAC class. Also complies with RFC 4231."""

    blocksize = 64

    def __init__(self, key, msg=None, digestmod=""):
        if not isinstance(key, (bytes, bytearray)):
            raise TypeError(f"key: expected bytes or bytearray, but got {type(key).__name__!r}")
        if not digestmod:
            raise TypeError("Missing required parameter 'digestmod'.")
        self._inner = _hash_of(digestmod)
        self._outer = _hash_of(digestmod)
        self.block_size = self._inner.block_size
        self.digest_size = self._inner.digest_size
        if len(key) > self.block_size:
            longer = _hash_of(digestmod)
            longer.update(key)
            key = longer.digest()
        key = bytes(key).ljust(self.block_size, b"\0")
        self._outer.update(bytes([each ^ 0x5C for each in key]))
        self._inner.update(bytes([each ^ 0x36 for each in key]))
        if msg is not None:
            self.update(msg)

    @property
    def name(self):
        return f"hmac-{self._inner.name}"

    def update(self, msg):
        self._inner.update(msg)

    def copy(self):
        other = self.__class__.__new__(self.__class__)
        other.digest_size, other.block_size = self.digest_size, self.block_size
        other._inner, other._outer = self._inner.copy(), self._outer.copy()
        return other

    def digest(self):
        made = self._outer.copy()
        made.update(self._inner.digest())
        return made.digest()

    def hexdigest(self):
        made = self._outer.copy()
        made.update(self._inner.digest())
        return made.hexdigest()


def _hash_of(digestmod):
    if isinstance(digestmod, str):
        return new(digestmod)
    return digestmod() if callable(digestmod) else digestmod.new()
