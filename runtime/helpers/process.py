"""A helper process: does for an engine what only a process can do that imports the user's modules (`vm/hosting.py`).

    python -m waymark.runtime.helpers.process SOCKET_FD PARENT_PID PROJECT [MODULE ...]

    request    4 bytes: length, big-endian; then what `taking.answer` takes   one at a time
    answer     the same way

It ends with the stream from its engine. What user code prints goes where the engine's output goes; the answers go over
a socket of their own. A module that cannot be imported is no reason to end: a request that needs it says so.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from typing import Any

from ..workers import lifeline, modules
from .taking import answer

HEADER_BYTES = 4


def serve(connection: socket.socket) -> None:
    """Answer request after request, until the stream ends."""
    while (request := receive(connection)) is not None:
        said = answer(request)
        connection.sendall(len(said).to_bytes(HEADER_BYTES, "big") + said)


def receive(connection: socket.socket) -> bytes | None:
    """One message; None at the end of the stream."""
    header = _exactly(connection, HEADER_BYTES)
    return None if header is None else _exactly(connection, int.from_bytes(header, "big"))


def _exactly(connection: socket.socket, count: int) -> bytes | None:
    data = bytearray()
    while len(data) < count:
        piece = connection.recv(min(count - len(data), 1 << 20))
        if not piece:
            return None
        data += piece
    return bytes(data)


def main(argv: list[str]) -> None:
    fd, parent, project, *named = argv
    lifeline.die_with_parent(int(parent))
    for number in (signal.SIGINT, signal.SIGTERM):  # which a terminal sends to everybody; the engine acts upon them
        signal.signal(number, _leave_it_to_the_engine)
    connection = socket.socket(fileno=int(fd))
    for module in named:
        try:
            modules.import_all(project, (module,))
        except modules.ModuleFailed as error:
            print(error, file=sys.stderr)
    modules.import_all(project, ())
    connection.sendall((0).to_bytes(HEADER_BYTES, "big"))  # ready
    serve(connection)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # a thread that user code left behind must not keep the process


def _leave_it_to_the_engine(number: int, frame: Any) -> None:
    """A handler and not SIG_IGN, which the programs that user code starts would inherit."""


if __name__ == "__main__":
    main(sys.argv[1:])
