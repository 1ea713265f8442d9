"""The bytes of a unit, and of an executable, which is a bundle of units.

    unit          4  magic "WMKU"
                  2  format version              integers are big-endian and unsigned
                 32  code hash
                 32  file hash
                  4  length of the code part
                  4  length of the debug part
                  .  code part                   canonical MessagePack: arrays alone, no maps
                  .  debug part

    executable    4  magic "WMKX"
                  2  format version
                  4  number of units             the first one is the program
                  .  each unit: its length in 4 bytes, then its bytes

    code hash = sha256(the first 6 bytes, "code", code part)              what a run is pinned to
    file hash = sha256(the first 6 bytes, "file", code hash, debug part)

The code part is the array of the fields of `Unit` but `debug`, each struct in it the array of its own fields;
`vm/constants.py` has the form of the constants. SHA-256 because Postgres has it built in (an
operator can check a stored unit with one query) and hosts in FIPS mode allow it.

Equal units have equal bytes, and no other bytes decode to them: what decodes is encoded again and compared. Bytes from
outside can cause `BadUnit` and nothing else; size is checked first, and the typed decoder makes neither maps nor depth.
"""

from __future__ import annotations

import hashlib
import struct
import types
from collections.abc import Sequence
from typing import Any, get_type_hints

import msgspec

from .constants import Item, pack, unpack
from .unit import Debug, Function, Unit

FORMAT_VERSION = 3
UNIT_BYTES_MAX = 8 << 20
EXECUTABLE_BYTES_MAX = 64 << 20

_UNIT_MAGIC, _EXECUTABLE_MAGIC = b"WMKU", b"WMKX"
_HEADER = struct.Struct(">4sH32s32sII")
_BUNDLE = struct.Struct(">4sHI")
_LENGTH = struct.Struct(">I")
_HASHED = _UNIT_MAGIC + FORMAT_VERSION.to_bytes(2, "big")  # so that another format gives other hashes
_CODE_HASH = slice(6, 38)  # of the bytes of a unit


def _fields(made: type[msgspec.Struct], **other: Any) -> Any:
    """The type of a tuple of the fields of `made`; `other` has the fields that are of another type as bytes."""
    hints = get_type_hints(made) | other
    return tuple[tuple(hints[name] for name in made.__struct_fields__ if name != "debug")]  # type: ignore[misc]


# Instructions are of `Any`, constants have their own form, and both parts of a unit are on their own.
_function = _fields(Function, code=tuple[tuple[int | tuple[int, ...], ...], ...])
_code = _fields(Unit, constants=tuple[Item, ...], functions=types.GenericAlias(tuple, (_function, ...)))
_encoder = msgspec.msgpack.Encoder()
_code_decoder: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(_code)
_debug_decoder = msgspec.msgpack.Decoder(Debug)


class BadUnit(Exception):
    """A unit that must not run: damaged bytes, or code that the verifier refuses. The message says what and where."""


def encode_unit(unit: Unit) -> bytes:
    """Return the bytes of `unit`. Raises `BadUnit` for a unit that no bytes can stand for."""
    return seal(_code_part(unit), _debug_part(unit))


def decode_unit(data: bytes, *, source: str = "unit") -> Unit:
    """Return the unit of `data`, both hashes checked. `source` is what an error calls the bytes."""
    code, debug = _open(data, source)
    try:
        fields = dict(zip(Unit.__struct_fields__, _code_decoder.decode(code), strict=False))
        fields["constants"] = unpack(fields["constants"])
        fields["functions"] = tuple(Function(*each) for each in fields["functions"])
        unit = Unit(**fields, debug=_debug_decoder.decode(debug))
    except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
        raise BadUnit(f"{source}: its content is not that of a unit: {error}") from None
    if _code_part(unit) != code or _debug_part(unit) != debug:
        raise BadUnit(f"{source}: its encoding is not canonical: the same unit has other bytes")
    return unit


def code_hash(unit: Unit) -> bytes:
    """The hash of everything but `debug`: what runs are pinned to, and what links name."""
    return _hash_code(_code_part(unit))


def file_hash(unit: Unit) -> bytes:
    """The hash of everything, with texts and positions."""
    return _hash_file(code_hash(unit), _debug_part(unit))


def encode_executable(units: Sequence[Unit]) -> bytes:
    """Return one file with several units; the first one is the program."""
    bundle = [encode_unit(unit) for unit in units]
    _check_bundle(bundle, "executable")
    parts = [_BUNDLE.pack(_EXECUTABLE_MAGIC, FORMAT_VERSION, len(bundle))]
    for data in bundle:
        parts += (_LENGTH.pack(len(data)), data)
    executable = b"".join(parts)
    _check_size(executable, EXECUTABLE_BYTES_MAX, "executable")
    return executable


def decode_executable(data: bytes, *, source: str = "executable") -> tuple[Unit, ...]:
    """Return the units of an executable, the program first."""
    _check_size(data, EXECUTABLE_BYTES_MAX, source)
    (count,) = _header(_BUNDLE, _EXECUTABLE_MAGIC, data, source)
    bundle: list[bytes] = []
    at = _BUNDLE.size
    while at < len(data) and len(bundle) < count:
        length = int.from_bytes(data[at : at + _LENGTH.size], "big")
        at += _LENGTH.size
        bundle.append(data[at : at + length])
        at += length
    if len(bundle) != count or at != len(data):
        raise BadUnit(f"{source}: the lengths of its {count} units do not add up to its {len(data)} bytes")
    _check_bundle(bundle, source)
    return tuple(decode_unit(unit, source=f"{source}, unit {index}") for index, unit in enumerate(bundle))


def seal(code: bytes, debug: bytes) -> bytes:
    """Return the bytes of a unit made of these parts, with header and hashes. The parts are not looked at."""
    hashed = _hash_code(code)
    header = _HEADER.pack(_UNIT_MAGIC, FORMAT_VERSION, hashed, _hash_file(hashed, debug), len(code), len(debug))
    data = header + code + debug
    _check_size(data, UNIT_BYTES_MAX, "unit")
    return data


def _code_part(unit: Unit) -> bytes:
    try:
        fields = msgspec.structs.asdict(unit) | {"constants": pack(unit.constants)}
        return _encoder.encode([fields[name] for name in Unit.__struct_fields__ if name != "debug"])
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise BadUnit(f"{_name(unit)}: it cannot be encoded: {error}") from None


def _debug_part(unit: Unit) -> bytes:
    try:
        return _encoder.encode(unit.debug)
    except (ValueError, TypeError, OverflowError) as error:
        raise BadUnit(f"{_name(unit)}: its debug part cannot be encoded: {error}") from None


def _name(unit: Unit) -> str:
    return ascii(unit.debug.source_name) if unit.debug.source_name else "unit"


def _open(data: bytes, source: str) -> tuple[bytes, bytes]:
    """The two parts of a unit, after every check that needs no decoding."""
    _check_size(data, UNIT_BYTES_MAX, source)
    code_is, file_is, code_length, debug_length = _header(_HEADER, _UNIT_MAGIC, data, source)
    expected = _HEADER.size + code_length + debug_length
    if len(data) != expected:
        raise BadUnit(f"{source}: its header says {expected} bytes in all, and there are {len(data)}")
    code = data[_HEADER.size : _HEADER.size + code_length]
    debug = data[_HEADER.size + code_length :]
    if _hash_code(code) != code_is:
        raise BadUnit(f"{source}: damaged: the hash of its code part is not the one in its header")
    if _hash_file(code_is, debug) != file_is:
        raise BadUnit(f"{source}: damaged: the hash of its debug part is not the one in its header")
    return code, debug


def _header(layout: struct.Struct, magic: bytes, data: bytes, source: str) -> tuple[Any, ...]:
    """The fields behind magic and version, which are checked."""
    if len(data) < layout.size:
        raise BadUnit(f"{source}: too short: the header alone has {layout.size} bytes, and there are {len(data)}")
    begins, version, *fields = layout.unpack_from(data)
    if begins != magic:
        raise BadUnit(f"{source}: it begins with {begins!r}, and {magic!r} was expected")
    if version != FORMAT_VERSION:
        raise BadUnit(f"{source}: format version {version}, and this waymark reads version {FORMAT_VERSION}")
    return tuple(fields)


def _check_size(data: bytes, most: int, source: str) -> None:
    if len(data) > most:
        raise BadUnit(f"{source}: {len(data)} bytes, and the most is {most}")


def _check_bundle(bundle: Sequence[bytes], source: str) -> None:
    if not bundle:
        raise BadUnit(f"{source}: it holds no unit; the first one is the program")
    if len({unit[_CODE_HASH] for unit in bundle}) != len(bundle):
        raise BadUnit(f"{source}: it holds one unit twice")


def _hash_code(code: bytes) -> bytes:
    return hashlib.sha256(_HASHED + b"code" + code).digest()


def _hash_file(hashed: bytes, debug: bytes) -> bytes:
    return hashlib.sha256(_HASHED + b"file" + hashed + debug).digest()
