"""A TCP proxy before the server, which can be cruel: it cuts connections after a commit was sent, or swallows all.

It runs in a thread of its own, so that nobody else's pauses are its. A connection is known by the application name that
its first message carries.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable, Coroutine
from typing import Any

PIECE = 1 << 16
END_S = 5.0
SYNC = b"S\0\0\0\4"  # ends a statement, and with it the transaction
EXECUTE = b"E\0\0\0"
NAME = re.compile(rb"application_name\0([^\0]*)\0")


class Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.name = ""
        self.cut_after_next = False  # after the next message of the client has gone on to the server
        self.halting: asyncio.Future[None] | None = None  # done once the server has a statement without its end
        self.flows = asyncio.Event()
        self.flows.set()

    @property
    def port(self) -> int:
        """Of the client."""
        port: int = self.writer.get_extra_info("peername")[1]
        return port

    def close(self) -> None:
        self.flows.set()
        if self.writer.transport is not None:
            self.writer.transport.abort()


class Proxy:
    def __init__(self, server_port: Callable[[], int], address: str = "127.0.0.1") -> None:
        self._server_port = server_port
        self._address = address
        self._connections: set[Connection] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="chaos proxy", daemon=True)
        self._server: asyncio.Server | None = None
        self.port = 0

    def __enter__(self) -> Proxy:
        self._thread.start()
        self.port = self._call(self._listen())
        return self

    def __exit__(self, *_: object) -> None:
        self._call(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def cut_after_commit(self) -> None:
        """The next message of a connection that commits reaches the server, and its answer nobody."""
        self._loop.call_soon_threadsafe(self._mark)

    def black_hole(self, choose: Callable[[int], int], seconds: float) -> None:
        """One connection carries nothing any more, in either direction, and nobody is told. Later it is reset."""
        self._call(self._swallow(choose, seconds))

    def halt_commit(self, choose: Callable[[int], int], seconds: float) -> Connection | None:
        """Hold back the end of the next statement of a connection that commits: the server has executed it, and waits
        inside its transaction until the connection flows again. None: nobody has committed within these seconds."""
        found: Connection | None = self._call(self._halt(choose, seconds))
        return found

    def release(self, connection: Connection) -> None:
        self._loop.call_soon_threadsafe(connection.flows.set)

    def _call(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> int:
        self._server = server = await asyncio.start_server(self._joined, self._address, 0)
        port: int = server.sockets[0].getsockname()[1]
        return port

    async def _end(self) -> None:
        """Nobody is let in any more, and those inside are shown out."""
        assert self._server is not None
        self._server.close()
        for connection in list(self._connections):
            connection.close()
        if others := [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]:
            await asyncio.wait(others, timeout=END_S)

    def _mark(self) -> None:
        for connection in self._connections:
            connection.cut_after_next = " lane" in connection.name

    async def _swallow(self, choose: Callable[[int], int], seconds: float) -> None:
        named = sorted((each for each in self._connections if each.name), key=lambda each: each.name)
        if named:
            victim = named[choose(len(named))]
            victim.flows.clear()
            self._loop.call_later(seconds, victim.close)

    async def _halt(self, choose: Callable[[int], int], seconds: float) -> Connection | None:
        lanes = sorted((each for each in self._connections if " lane" in each.name), key=lambda each: each.name)
        if not lanes:
            return None
        victim = lanes[choose(len(lanes))]
        victim.halting = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                await victim.halting
        except TimeoutError:
            return None
        finally:
            victim.halting = None
        return victim

    async def _joined(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(reader, writer)
        try:
            to_reader, to_writer = await asyncio.open_connection("127.0.0.1", self._server_port())
        except OSError:
            connection.close()
            return
        self._connections.add(connection)
        try:
            await asyncio.gather(self._up(connection, to_writer), self._down(connection, to_reader))
        except (OSError, asyncio.IncompleteReadError):
            pass  # one end went away, and so does the other
        finally:
            self._connections.discard(connection)
            connection.close()
            to_writer.transport.abort()

    async def _up(self, connection: Connection, server: asyncio.StreamWriter) -> None:
        while data := await connection.reader.read(PIECE):
            await connection.flows.wait()
            if not connection.name and (found := NAME.search(data)) is not None:
                connection.name = found[1].decode()
            if connection.halting is not None and EXECUTE in data and data.endswith(SYNC):
                server.write(data.removesuffix(SYNC))
                connection.flows.clear()
                connection.halting.set_result(None)
                await connection.flows.wait()
                data = SYNC
            server.write(data)
            await server.drain()
            if connection.cut_after_next:
                raise ConnectionResetError
        raise ConnectionResetError

    async def _down(self, connection: Connection, server: asyncio.StreamReader) -> None:
        while data := await server.read(PIECE):
            await connection.flows.wait()
            connection.writer.write(data)
            await connection.writer.drain()
        raise ConnectionResetError
