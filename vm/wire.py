"""Values at the edges of a run: inputs, arguments of actions, results and errors, as bytes that need nothing else.

    value     "WMV" version  MessagePack of [root, nodes]
    outcome   "WMO" version  0 or 1 (succeeded, raised)  MessagePack of [root, nodes]: the value, or the error

    item      None, bool, int of 64 bits, float, str and bytes as MessagePack has them; [n] is the node n
    node      [tag, ...]; what follows the tag:

       0 list       items                                 5 NaN         float, with its bits
       1 tuple      items                                 6 complex     real, imaginary
       2 dict       key, value, key, value ...            7 range       start, stop, step
       3 int        two's complement bytes                8 Ellipsis
       4 str        bytes, with lone surrogates           9 class       names of an exception's MRO, nearest first
      10 error      class, args, cause, context, suppress, text or None, fields or None, attributes or None
      11 set        elements                             12 frozenset   elements
      13 bytearray  bytes                                14 datetime    zone, fold, year ... microsecond
      15 date       ordinal                              16 time        zone, fold, hour ... microsecond
      17 timedelta  days, seconds, microseconds          18 timezone    days, seconds, microseconds, perhaps a name
      19 UUID       bytes
      20 object     form, `module:qualname`, parts       21 earlier     number of a node in the other half
      22 library    name of a form (stdlib/values/library.py), parts

Nodes refer to each other by number and never nest, so neither side recurses, and two references to one object, or a
cycle, come back as such. Identity is kept for all but numbers, str and bytes; a NaN, which is found in a list by its
identity, counts as a container. Tags are persisted: append, never renumber. `vm/values/errors.py` says what an error is
made of; an attribute of an error that is no value (a response, a socket) stays behind, and in the `args` of what an
outcome raised such an object leaves its default text: the error keeps its class.

Bytes from outside can cause `BadValue` and nothing else. A value that cannot travel is `Unencodable`, with the path of
what is in the way. Both bound a hash of keys: a hash walks tuples in C, without a limit of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import msgspec

from .arriving import Lookup
from .surface import Outcome, Raised, Succeeded
from .wire_decode import VALUE_BYTES_MAX, BadValue, bare_call, build, build_numbered
from .wire_encode import Unencodable, flatten, flatten_numbered
from .wire_format import TUPLE

__all__ = [
    "VALUE_BYTES_MAX",
    "BadValue",
    "Unencodable",
    "decode_numbered",
    "decode_outcome",
    "decode_value",
    "encode_numbered",
    "encode_outcome",
    "encode_value",
    "is_value",
]

FORMAT_VERSION = 1

_VALUE = b"WMV" + bytes([FORMAT_VERSION])
_OUTCOME = b"WMO" + bytes([FORMAT_VERSION])

_A_VALUE = _OUTCOME + b"\0"

_encoder = msgspec.msgpack.Encoder()
#: How the arguments of a call begin: root [0], and of three nodes the first, a tuple of the other two.
_CALL = _VALUE + _encoder.encode(([0], [[TUPLE, [1], [2]], [], []]))[:-2]

_decoder = msgspec.msgpack.Decoder(tuple[Any, list[list[Any]]])


def encode_value(value: Any, name: str = "value") -> bytes:
    """Return the bytes of `value`. `name` is what the path in an error begins with."""
    return _VALUE + _pack(value, name)


def decode_value(data: bytes, *, inside: bool = False) -> Any:
    """Return the value of `data`; the inverse of `encode_value`. For a run, `inside`, sets are in insertion order."""
    root, nodes = _unpack(data, _VALUE)
    if data.startswith(_CALL) and (call := bare_call(nodes)) is not None:
        return call
    return build(root, nodes, inside=inside)


def encode_outcome(outcome: Outcome) -> bytes:
    if isinstance(outcome, Raised):
        return _OUTCOME + b"\1" + _pack(outcome.error, "error", lenient=True)
    return _OUTCOME + b"\0" + _pack(outcome.value, "result")


def is_value(outcome: bytes) -> bool:
    """Whether an outcome is marked as a value. Nothing else of it is looked at."""
    return outcome.startswith(_A_VALUE)


def decode_outcome(data: bytes, *, inside: bool = False) -> Outcome:
    kind = data[len(_OUTCOME) : len(_OUTCOME) + 1]
    if kind not in (b"\0", b"\1"):
        raise BadValue("an outcome is marked 0 or 1: it succeeded, or it raised")
    value = build(*_unpack(data, _OUTCOME, skip=1), inside=inside)
    if kind == b"\0":
        return Succeeded(value)
    if not isinstance(value, BaseException):
        raise BadValue(f"what an outcome raised is a {type(value).__name__}, and no exception")
    return Raised(value)


def encode_numbered(
    value: Any, name: str, *, earlier: Mapping[int, int] = MappingProxyType({})
) -> tuple[bytes, list[Any]]:
    """One half of a conversation, and the objects that the other half may refer to. See `flatten_numbered`."""
    root, nodes, objects = flatten_numbered(value, name, earlier=earlier)
    return _VALUE + _checked(_encoder.encode((root, nodes)), name), objects


def decode_numbered(data: bytes, lookup: Lookup, *, inside: bool, earlier: Sequence[Any] = ()) -> tuple[Any, list[Any]]:
    return build_numbered(*_unpack(data, _VALUE), lookup, inside=inside, earlier=earlier)


def _pack(value: Any, name: str, *, lenient: bool = False) -> bytes:
    return _checked(_encoder.encode(flatten(value, name, lenient=lenient)), name)


def _checked(data: bytes, name: str) -> bytes:
    if len(data) > VALUE_BYTES_MAX:
        raise Unencodable(
            f"{name}: {len(data)} bytes, and the most is {VALUE_BYTES_MAX}; keep it in a file or table, pass its name"
        )
    return data


def _unpack(data: bytes, header: bytes, skip: int = 0) -> tuple[Any, list[list[Any]]]:
    begin = len(header)
    if data[: begin - 1] != header[:-1]:
        raise BadValue(f"bytes that begin with {data[: begin - 1]!r}, where {header[:-1]!r} was expected")
    if data[begin - 1 : begin] != header[-1:]:
        raise BadValue(f"format version {data[begin - 1 : begin].hex()}, and this waymark reads {FORMAT_VERSION}")
    if len(data) > VALUE_BYTES_MAX + begin + skip:
        raise BadValue(f"{len(data)} bytes, and the most is {VALUE_BYTES_MAX}")
    try:
        return _decoder.decode(memoryview(data)[begin + skip :])
    except (
        ValueError,
        TypeError,
        RecursionError,
    ) as error:  # msgspec's errors are ValueErrors; unhashable keys TypeErrors
        raise BadValue(f"not the bytes of a value: {error}") from None
