"""One connection that LISTENs, and knows whether it hears anything.

Behind a pooler in transaction mode a LISTEN succeeds and nothing is ever heard. So the connection sends itself a word,
at first and then every 15 seconds: only while that comes back, those who depend on it poll slowly. `WAYMARK_LISTEN_URL`
names a direct connection for that case.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable, Collection
from typing import Any

import asyncpg

from ..ports import StoreError
from .errors import Address, translate
from .links import Target
from .queries import QUERIES

log = logging.getLogger("waymark.store")

OFF = "off"  # instead of a DSN
ECHO_EVERY_S = 15.0
ECHO_S_MAX = 3.0
AGAIN_S_FIRST = 0.5  # after a connection was lost
AGAIN_S_MAX = 30.0

Heard = Callable[[str, str], None]  # channel and payload


class Listener:
    """`heard` is called for each message, and `changed` when it begins to hear or has stopped: look for yourself."""

    def __init__(self, target: Target, heard: Heard, changed: Callable[[], None]) -> None:
        self._target = target
        self._heard = heard
        self._changed = changed
        self._wanted: set[str] = set()
        self._more = asyncio.Event()  # `_wanted` has grown, or the connection was lost
        self._echo = f"waymark_echo_{uuid.uuid4().hex}"
        self._echoed = asyncio.Event()
        self._listens: frozenset[str] = frozenset()
        self._task: asyncio.Task[None] | None = None

    def hears(self, channel: str) -> bool:
        """Whether a message on this channel would be heard now, as far as anybody can know."""
        return channel in self._listens

    def listen(self, channels: Collection[str]) -> None:
        """From soon on; the first call connects."""
        if self._wanted.issuperset(channels):
            return
        self._wanted.update(channels)
        self._more.set()
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="waymark listener")

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        pause_s = AGAIN_S_FIRST
        while True:
            began = asyncio.get_running_loop().time()
            try:
                await self._listen()
            except (StoreError, TimeoutError) as error:
                log.info("LISTEN is not heard, so there is only polling until it is: %s", error)
            self._listens = frozenset()
            self._changed()
            if asyncio.get_running_loop().time() - began > AGAIN_S_MAX:
                pause_s = AGAIN_S_FIRST
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, AGAIN_S_MAX)

    async def _listen(self) -> None:
        """As long as the connection hears something."""
        connection = await self._target.open("listener")
        connection.add_termination_listener(lambda _: self._more.set())
        heard: set[str] = set()
        try:
            await connection.add_listener(self._echo, self._receive)
            while True:
                self._more.clear()
                for channel in sorted(self._wanted - heard):
                    await connection.add_listener(channel, self._receive)
                await self._hear_ourselves(connection)
                if heard != self._wanted:
                    heard = set(self._wanted)
                    self._listens = frozenset(heard)
                    self._changed()  # what was said before we listened has to be looked for
                await self._rest()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
            raise translate(error, self._target.address, "listen") from error
        finally:
            connection.terminate()

    async def _hear_ourselves(self, connection: asyncpg.Connection) -> None:
        self._echoed.clear()
        async with asyncio.timeout(ECHO_S_MAX):
            await connection.fetch(QUERIES["notify"].sql, [self._echo], [""])
            await self._echoed.wait()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(ECHO_EVERY_S):
                await self._more.wait()
        except TimeoutError:
            pass  # time to hear whether the connection still works

    def _receive(self, _: Any, __: int, channel: str, payload: object) -> None:
        if channel == self._echo:
            self._echoed.set()
        else:
            self._heard(channel, str(payload))


def listening_target(target: Target, listen: str | None) -> Target | None:
    """Where to LISTEN, with a DSN, `off`, or nothing in `WAYMARK_LISTEN_URL`. None: nowhere."""
    if listen == OFF or (listen is None and target.pooled):
        return None
    if listen is None:
        return target
    return Target(listen, Address.of(listen), target.application_name)
