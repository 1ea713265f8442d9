"""What prelude modules of bytes leave to C: formats of `struct`, and digests.

_struct_parts.format_of(format)             the format as a str
_struct_parts.check_iterated(format, buffer) what `iter_unpack` refuses
_hash_parts.sizes(name, options)            name, digest size and block size of a hash
_hash_parts.check(name, options)            the host's error for what is no hash
_hash_parts.fed(name, data, parts, last)    `last` with what is fed behind it
_hash_parts.digest_of(name, options, parts, last, how, length, named)
hashlib.pbkdf2_hmac                         as slow as it is told to be: done apart
"""

from __future__ import annotations

import hashlib
import struct
from typing import Any

from .amounts import check_index
from .apart import run_apart
from .model import Native
from .services import Refusal

FED_MAX = 16 << 20  # bytes that one hash of a run may be fed: it keeps them
_MUCH = 4000  # bytes that a hash keeps in one piece
_PLAIN = frozenset(hashlib.algorithms_guaranteed)
_ROUNDS_SOON = 10_000  # of pbkdf2, which take some milliseconds


def format_of(format: Any) -> str:
    return struct.Struct(format).format


def check_iterated(format: Any, buffer: Any) -> None:
    struct.iter_unpack(format, buffer)


def _host(name: Any, options: dict[str, Any]) -> Any:
    return getattr(hashlib, name)(**options) if name in ("blake2b", "blake2s") else hashlib.new(name, **options)


def sizes(name: Any, options: dict[str, Any]) -> tuple[str, int, int]:
    made = _host(name, options)
    return made.name, made.digest_size, made.block_size


def check(name: Any, options: dict[str, Any]) -> None:
    if options or name not in _PLAIN:
        _host(name, options)


def fed(name: Any, data: Any, parts: list[bytes], last: bytes) -> bytes:
    if not isinstance(data, bytes | bytearray | memoryview):
        hashlib.sha256(data)
    made: bytes = last + data
    if len(made) > _MUCH and len(made) + sum(map(len, parts)) > FED_MAX:
        raise Refusal(
            f"a workflow cannot feed more than {FED_MAX >> 20} MiB to one hash, which keeps them: hash it in an action"
        )
    return made


def digest_of(
    name: Any, options: dict[str, Any], parts: list[bytes], last: bytes, how: str, length: tuple[Any, ...], named: Any
) -> Any:
    for each in (*length, *named.values()):
        check_index(each)
    made = _host(name, options)
    for part in (*parts, last):
        made.update(part)
    return getattr(made, how)(*length, **named)


_DERIVE: Any = hashlib.pbkdf2_hmac
_DERIVING = ("hash_name", "password", "salt", "iterations", "dklen")


def pbkdf2_hmac(*args: Any, **kwargs: Any) -> bytes:
    """Password based key derivation function 2 (PKCS #5 v2.0) with HMAC as pseudorandom function."""
    given = {**dict(zip(_DERIVING, args, strict=False)), **kwargs}
    rounds, size = given.get("iterations"), given.get("dklen")
    if not isinstance(rounds, int) or rounds * ((size if isinstance(size, int) else 64) // 16 + 1) <= _ROUNDS_SOON:
        return bytes(_DERIVE(*args, **kwargs))
    # Whatever is wrong about the rest is refused over one round.
    _DERIVE(*(1 if place == 3 else each for place, each in enumerate(args)), **_once(kwargs))
    plain = (bytes(each) if isinstance(each, bytearray | memoryview) else each for each in map(given.get, _DERIVING))
    made: bytes = run_apart("hashlib.pbkdf2_hmac", "pbkdf2_hmac", *plain)
    return made


def _once(kwargs: dict[str, Any]) -> dict[str, Any]:
    return {name: 1 if name == "iterations" else each for name, each in kwargs.items()}


def natives() -> list[Native]:
    return [
        Native("_struct_parts.format_of/1", format_of),
        Native("_struct_parts.check_iterated/1", check_iterated),
        Native("_hash_parts.sizes/1", sizes),
        Native("_hash_parts.check/1", check),
        Native("_hash_parts.fed/1", fed),
        Native("_hash_parts.digest_of/1", digest_of),
        Native("hashlib.pbkdf2_hmac/1", pbkdf2_hmac),
    ]
