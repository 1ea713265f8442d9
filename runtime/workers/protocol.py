"""What an engine and an action worker say to each other: length-prefixed msgpack frames on a Unix socket pair.

    frame      4 bytes: length, big-endian; then msgpack of one message, tagged with its name

    engine -> worker    Setup (once, first), Start, Cancel
    worker -> engine    Hello (once, after the user's modules were imported) or ImportFailed;
                        then Done, Stopped, Unknown, Settled; and of an attempt that runs, Beat and Logged

A worker is told to end by the end of the stream. Attempts are numbered by the engine's side of one connection. Values
inside are bytes that `waymark.vm.wire` made; nothing is ever unpickled.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import msgspec

FRAME_BYTES_MAX = 1 << 30
HEADER_BYTES = 4


class Setup(msgspec.Struct, frozen=True, tag=True, array_like=True, gc=False):
    """What to import, and where the actions are to be found afterwards."""

    project: str  # the folder that the user's modules are below
    modules: tuple[str, ...]  # names, or paths of files; none: those of the project that define actions
    registry: str  # "module:attribute" of a mapping from action key to function


class Ticket(msgspec.Struct, frozen=True):
    """Of a transactional attempt: the offer that its transaction deletes, and where its outcome goes."""

    part: int
    claimer: UUID


class Start(msgspec.Struct, frozen=True, tag=True, array_like=True, gc=False):
    """`run`, `call` and `attempt` are for the action to know; the stream knows the attempt by its number."""

    number: int
    key: str
    arguments: bytes
    run: UUID | None = None
    call: int = 0
    attempt: int = 1
    timeout_ms: int = 0
    ticket: Ticket | None = None


class Cancel(msgspec.Struct, frozen=True, tag=True, array_like=True, gc=False):
    number: int


class Hello(msgspec.Struct, frozen=True, tag=True, array_like=True, gc=False):
    """`problems`: modules that were found in the project and cannot be imported."""

    pid: int
    actions: tuple[str, ...]
    transactional: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


class ImportFailed(msgspec.Struct, frozen=True, tag=True, array_like=True, gc=False):
    """A module of the user's cannot be imported. The worker ends with `EXIT_IMPORT_FAILED`."""

    message: str


class Done(msgspec.Struct, frozen=True, tag=True, array_like=True, gc=False):
    number: int
    outcome: bytes
    memory: int = 0  # of the process, in bytes
    retry_after_us: int | None = None  # if it raised: what the action said of the next attempt


class Settled(msgspec.Struct, frozen=True, tag=True, array_like=True, gc=False):
    """The attempt's outcome is in the inbox, with the rows that it wrote; or its ticket was gone, and nothing is."""

    number: int
    committed: bool


class Beat(msgspec.Struct, frozen=True, tag=True, array_like=True, gc=False):
    """The action says that it is at work."""

    number: int
    progress: bytes | None


class Line(msgspec.Struct, frozen=True):
    at: int  # microseconds since the Unix epoch
    level: str
    logger: str
    text: str


class Logged(msgspec.Struct, frozen=True, tag=True, array_like=True, gc=False):
    """What the attempt has logged since the last one."""

    number: int
    lines: tuple[Line, ...]


class Stopped(msgspec.Struct, frozen=True, tag=True, array_like=True, gc=False):
    """The attempt was cancelled, as asked, and has no outcome."""

    number: int


class Unknown(msgspec.Struct, frozen=True, tag=True, array_like=True, gc=False):
    """The attempt was not begun, since no module that was imported here has such an action."""

    number: int
    why: str


EXIT_IMPORT_FAILED = 78  # EX_CONFIG of sysexits.h

ToWorker = Setup | Start | Cancel
ToEngine = Hello | ImportFailed | Done | Stopped | Unknown | Settled | Beat | Logged

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
