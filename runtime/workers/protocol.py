"""What an engine and an action worker say to each other: length-prefixed msgpack frames on a Unix socket pair.

    frame      4 bytes: length, big-endian; then msgpack of one message, tagged with its name

    engine -> worker    Setup (once, first), Start, Cancel
    worker -> engine    Hello (once, after the user's modules were imported) or ImportFailed;
                        then Done, Stopped, Unknown

A worker is told to end by the end of the stream. Attempts are numbered by the engine's side of one connection. Values
inside are bytes that `waymark.vm.wire` made; nothing is ever unpickled.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

FRAME_BYTES_MAX = 1 << 30
HEADER_BYTES = 4


class Setup(msgspec.Struct, frozen=True, tag=True):
    """What to import, and where the actions are to be found afterwards."""

    project: str  # the folder that the user's modules are below
    modules: tuple[str, ...]  # names, or paths of files
    registry: str  # "module:attribute" of a mapping from action key to function


class Start(msgspec.Struct, frozen=True, tag=True):
    number: int
    key: str
    arguments: bytes


class Cancel(msgspec.Struct, frozen=True, tag=True):
    number: int


class Hello(msgspec.Struct, frozen=True, tag=True):
    pid: int
    actions: tuple[str, ...]


class ImportFailed(msgspec.Struct, frozen=True, tag=True):
    """A module of the user's cannot be imported. The worker ends with `EXIT_IMPORT_FAILED`."""

    message: str


class Done(msgspec.Struct, frozen=True, tag=True):
    number: int
    outcome: bytes


class Stopped(msgspec.Struct, frozen=True, tag=True):
    """The attempt was cancelled, as asked, and has no outcome."""

    number: int


class Unknown(msgspec.Struct, frozen=True, tag=True):
    """The attempt was not begun, since no module that was imported here has such an action."""

    number: int
    why: str


EXIT_IMPORT_FAILED = 78  # EX_CONFIG of sysexits.h

ToWorker = Setup | Start | Cancel
ToEngine = Hello | ImportFailed | Done | Stopped | Unknown

to_worker = msgspec.msgpack.Decoder(ToWorker)
to_engine = msgspec.msgpack.Decoder(ToEngine)
_encoder = msgspec.msgpack.Encoder()


class ProtocolError(Exception):
    """The other side sent something that is no frame of this protocol."""


def frame(message: ToWorker | ToEngine) -> bytes:
    body = _encoder.encode(message)
    if len(body) > FRAME_BYTES_MAX:
        raise ProtocolError(f"a {type(message).__name__} of {len(body)} bytes is larger than {FRAME_BYTES_MAX}")
    return len(body).to_bytes(HEADER_BYTES, "big") + body


class Frames:
    """Bytes in, whole frames out. No I/O."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        buffer = self._buffer
        buffer += data
        start = 0
        while len(buffer) - start >= HEADER_BYTES:
            length = int.from_bytes(buffer[start : start + HEADER_BYTES], "big")
            if length > FRAME_BYTES_MAX:
                raise ProtocolError(f"a frame of {length} bytes was announced; {FRAME_BYTES_MAX} is the most")
            end = start + HEADER_BYTES + length
            if len(buffer) < end:
                break
            yield bytes(buffer[start + HEADER_BYTES : end])
            start = end
        del buffer[:start]
