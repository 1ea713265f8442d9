"""Bodies of inbox entries that hold values, as the sender has them and as the owner of the run reads them.

MESSAGE   MessagePack of [topic, value]; the topic in UTF-8 (halves of surrogate pairs allowed), the value as in
          `vm/wire.py`
CHILD     the number of the request in 8 bytes, as SQL's `int8send` writes it; then the outcome, as the row of the run
          that has ended has it
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import msgspec

from waymark.vm import wire
from waymark.vm.surface import Outcome

_BODY = msgspec.msgpack.Decoder(tuple[bytes, bytes])
_REQUEST = struct.Struct(">q")


class BadMessage(Exception):
    """The body of an entry is no message. The run that it is for is set aside; its neighbours go on."""


def encode_message(topic: str, value: Any) -> bytes:
    """Raises `wire.Unencodable`, with the path of what is in the way."""
    if not isinstance(topic, str):
        raise TypeError(f"a topic is a str, and this one is of type {type(topic).__name__}")
    return msgspec.msgpack.encode((topic.encode("utf-8", "surrogatepass"), wire.encode_value(value, "message")))


def decode_message(body: bytes) -> tuple[str, Any]:
    """Topic and value. Objects of the program's classes come as `Machine.deliver` takes them in."""
    try:
        topic, value = _BODY.decode(body)
        return topic.decode("utf-8", "surrogatepass"), wire.decode_value(value, inside=True)
    except (msgspec.DecodeError, UnicodeDecodeError, wire.BadValue) as error:
        raise BadMessage(f"a message to it cannot be read: {error}") from None


def encode_answer(request: int, outcome: bytes) -> bytes:
    return _REQUEST.pack(request) + outcome


def decode_answer(body: bytes, decode_outcome: Callable[[bytes], Outcome]) -> tuple[int, Outcome]:
    """The request, and the outcome of the run that was started by it."""
    if len(body) == _REQUEST.size:
        raise BadMessage("a run that it has started was collected, so that nobody knows any more what it came to")
    try:
        (request,) = _REQUEST.unpack_from(body)
        return request, decode_outcome(body[_REQUEST.size :])
    except (struct.error, wire.BadValue) as error:
        raise BadMessage(f"the outcome of a run that it has started cannot be read: {error}") from None
