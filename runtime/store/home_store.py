"""The store of an engine on one of several databases: its own, and what its runs have to do in the others."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from typing import Self

import asyncpg

from ..model import Part, RunRef
from ..ports import Away, Moved
from ..schedules import ScheduleWrite
from .elsewhere import write_schedule_at
from .homes import Home, Homes, check_home
from .opening import Database, listening
from .postgres import PostgresStore

log = logging.getLogger("waymark.store")


class HomeStore(PostgresStore):
    """What is not at home is another database's, which may be away: that holds up nothing but what was meant for it."""

    _homes: Homes
    _parts: frozenset[Part]

    @classmethod
    async def at_home(
        cls, databases: tuple[Database, ...], at: int, *, application_name: str, migrate: bool, lanes: int
    ) -> Self:
        mine = databases[at]
        store = await cls.connect(
            mine.dsn,
            application_name=application_name,
            pooled=mine.pooled,
            migrate=migrate,
            lanes=lanes,
            listen=listening(mine),
        )
        store._homes = Homes(databases, application_name, migrate)
        store._parts = mine.parts
        try:
            await check_home(store, mine.parts)
        except BaseException:
            await store.close()
            raise
        return store

    async def close(self) -> None:
        await self._homes.close()
        await super().close()

    async def get_unit(self, code_hash: bytes) -> bytes | None:
        """One that was put while this database was away is in another."""
        if (here := await super().get_unit(code_hash)) is not None:
            return here
        for _, there in await self._homes.reachable(lambda store: store.get_unit(code_hash), but=self._parts):
            if isinstance(there, bytes):
                await self.put_units({code_hash: there})
                return there
        return None

    async def write_schedule(self, write: ScheduleWrite) -> bool:
        return await write_schedule_at(self._homes, write, super().write_schedule)

    async def move_outbox(self, parts: Collection[Part], limit: int = 500) -> Moved:
        """What is meant for another database is taken in there before it is deleted here. One that is away gets it
        later; whatever happens in between, each arrives once."""
        moved = await super().move_outbox(parts, limit)
        more = moved.more
        for home in self._homes:
            if home.parts.isdisjoint(self._parts) and (entries := await self.read_outbox(parts, home.parts, limit)):
                more |= await self._brought(home, entries)
        return Moved(moved.parts, more)

    async def _brought(self, home: Home, entries: Sequence[asyncpg.Record]) -> bool:
        try:
            there = await home.opened()
            await there.receive(entries)
            await self.forget_sent(entries)
            await there.confirm_received(entries)
        except Away as error:
            log.warning("%d messages wait for a database that is away: %s", len(entries), error)
            return False
        return True

    async def cancel(self, ref: RunRef, reason: str) -> None:
        if ref.part in self._parts:
            await super().cancel(ref, reason)
        else:
            await (await self._homes.at(ref.part)).cancel(ref, reason)

    async def send(self, ref: RunRef, body: bytes) -> bool:
        if ref.part in self._parts:
            return await super().send(ref, body)
        return await (await self._homes.at(ref.part)).send(ref, body)
