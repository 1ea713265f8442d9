"""Connections stepped by hand: who waits for whom, and a wire that can be cut."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import asyncpg

PATIENCE_S = 10.0


async def waits_for_lock(observer: asyncpg.Connection, name_like: str, count: int = 1) -> set[int]:
    """The backends of this name, once `count` of them wait for a lock."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            waiting = await observer.fetch(
                "select pid from pg_stat_activity where application_name like $1 and wait_event_type = 'Lock' "
                "and datname = current_database()",
                name_like,
            )
            if len(waiting) == count:
                return {row["pid"] for row in waiting}
            await asyncio.sleep(0.005)


async def becomes(observer: asyncpg.Connection, value: object, sql: str, *arguments: object) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            if await observer.fetchval(sql, *arguments) == value:
                return
            await asyncio.sleep(0.005)


@asynccontextmanager
async def connected(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


class Wire:
    """A proxy before the server. Cut, the client sees its connections end and the server sees nothing."""

    def __init__(self, dsn: str) -> None:
        self._to = urlsplit(dsn)
        self._clients: list[asyncio.StreamWriter] = []
        self._pumps: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._port: int | None = None  # once it was stopped
        self._flows = asyncio.Event()
        self._flows.set()

    async def __aenter__(self) -> Wire:
        self._server = await asyncio.start_server(self._join, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for pump in self._pumps:
            pump.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)

    @property
    def dsn(self) -> str:
        assert self._server is not None
        port = self._port or self._server.sockets[0].getsockname()[1]
        login = self._to.netloc.rpartition("@")[0]
        return self._to._replace(netloc=f"{login}@127.0.0.1:{port}").geturl()

    def refuse(self) -> None:
        """Let nobody in any more."""
        assert self._server is not None
        self._server.close()

    def stop(self) -> None:
        """As if the server was not there any more."""
        self._port = urlsplit(self.dsn).port
        self.refuse()
        self.cut()

    async def resume(self) -> None:
        """It is there again, where it was."""
        self._server = await asyncio.start_server(self._join, "127.0.0.1", self._port)

    def cut(self) -> None:
        while self._clients:
            self._clients.pop().transport.abort()

    def freeze(self) -> asyncio.Event:
        """Hold back what the connections there are say from now on, until the event is set. New ones flow."""
        frozen, self._flows = self._flows, asyncio.Event()
        frozen.clear()
        self._flows.set()
        return frozen

    async def _join(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        flows = self._flows
        from_server, to_server = await asyncio.open_connection(self._to.hostname, self._to.port)
        self._clients.append(to_client)
        for pump in (self._down(from_server, to_client), self._up(from_client, to_server, flows)):
            self._pumps.add(asyncio.create_task(pump))

    async def _down(self, from_server: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        await _pump(from_server, to_client, self._flows)
        to_client.close()

    async def _up(
        self, from_client: asyncio.StreamReader, to_server: asyncio.StreamWriter, flows: asyncio.Event
    ) -> None:
        # Not closed in the end: for the server a client whose host has vanished is still there.
        await _pump(from_client, to_server, flows)


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter, flows: asyncio.Event) -> None:
    try:
        while data := await source.read(65536):
            await flows.wait()
            sink.write(data)
            await sink.drain()
    except ConnectionError:
        pass  # it was cut, which is what this is for
