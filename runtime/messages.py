"""The body of a MESSAGE entry: a topic and a value, as the sender has them and as the owner of the run reads them.

MessagePack of [topic, value]; the topic in UTF-8 (halves of surrogate pairs allowed), the value as in `vm/wire.py`
"""

from __future__ import annotations

from typing import Any

import msgspec

from waymark.vm import wire

_BODY = msgspec.msgpack.Decoder(tuple[bytes, bytes])


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
