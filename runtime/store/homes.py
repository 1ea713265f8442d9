"""The databases behind a routed store: each opened when it is needed, and again after it was away.

A database keeps which partitions it is home to, written by the first who opened it as one of several. Whoever comes
with another division is refused: a run would be looked for, and started again, where it is not.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from ..model import Part
from ..ports import Away, StoreError
from .opening import ALL, Database, listening
from .postgres import PostgresStore

log = logging.getLogger("waymark.store")

Answer = TypeVar("Answer")


class Misrouted(StoreError):
    """A database is home to other partitions than it is asked for."""


class Home:
    def __init__(self, database: Database, application_name: str, migrate: bool) -> None:
        self.parts = database.parts
        self._database = database
        self._application_name = application_name
        self._migrate = migrate
        self._store: PostgresStore | None = None
        self._turn = asyncio.Lock()  # two who need it at the same time open it once
        self._units: dict[bytes, bytes] = {}  # put while it was away: here before anything is started

    async def opened(self) -> PostgresStore:
        async with self._turn:
            if self._store is None:
                self._store = await open_home_store(self._database, self._application_name, self._migrate, lanes=1)
            if self._units:
                await self._store.put_units(self._units)
                self._units = {}
            return self._store

    def keep_units(self, units: Mapping[bytes, bytes]) -> None:
        self._units.update(units)

    async def close(self) -> None:
        if self._store is not None:
            await self._store.close()


async def open_home_store(database: Database, application_name: str, migrate: bool, lanes: int) -> PostgresStore:
    """On one database of several, or on the only one."""
    store = await PostgresStore.connect(
        database.dsn,
        application_name=application_name,
        pooled=database.pooled,
        migrate=migrate,
        lanes=lanes,
        listen=listening(database),
    )
    try:
        await check_home(store, database.parts)
    except BaseException:
        await store.close()
        raise
    return store


async def check_home(store: PostgresStore, parts: frozenset[Part]) -> None:
    """Agree with what the database is home to, or be the first to say so."""
    kept = await store.settle_home(parts)
    if kept != parts:
        raise Misrouted(
            f"{store.address} is home to partitions {spelled(kept)}, and here it is asked for {spelled(parts)}; give "
            "every process the same WAYMARK_DATABASE_URLS, or WAYMARK_DATABASE_URL where one database has all"
        )


def spelled(parts: Collection[Part]) -> str:
    """0-3, 7, 9-255"""
    ranges: list[list[Part]] = []
    for part in sorted(parts):
        if ranges and ranges[-1][1] == part - 1:
            ranges[-1][1] = part
        else:
            ranges.append([part, part])
    return ", ".join(f"{first}-{last}" if first < last else str(first) for first, last in ranges) or "none"


class Homes:
    """All of them: whose a partition is, and what all of them say."""

    def __init__(self, databases: Sequence[Database], application_name: str, migrate: bool) -> None:
        self._homes = [Home(database, application_name, migrate) for database in databases]
        self._of = {part: home for home in self._homes for part in home.parts}
        assert self._of.keys() == ALL, "opening.databases gives every partition a home"

    def __iter__(self) -> Iterator[Home]:
        return iter(self._homes)

    def home_of(self, part: Part) -> Home:
        return self._of[part]

    async def at(self, part: Part) -> PostgresStore:
        return await self._of[part].opened()

    def split(self, parts: Iterable[Part]) -> list[tuple[Home, frozenset[Part]]]:
        wanted = frozenset(parts)
        return [(home, mine) for home in self._homes if (mine := home.parts & wanted)]

    async def every(self, ask: Callable[[PostgresStore], Awaitable[Answer]]) -> list[Answer]:
        """The answers of all, in their order. If one is away, there is no whole answer."""
        return list(await asyncio.gather(*(_ask(home, ask) for home in self._homes)))

    async def reachable(
        self, ask: Callable[[PostgresStore], Awaitable[Answer]], but: frozenset[Part] = frozenset()
    ) -> list[tuple[Home, Answer | Away]]:
        """Of those that are away, that they are. Raises if none answers. `but`: the home of these is not asked."""

        async def one(home: Home) -> Answer | Away:
            try:
                return await _ask(home, ask)
            except Away as error:
                return error

        asked = [home for home in self._homes if home.parts.isdisjoint(but)]
        answers = list(zip(asked, await asyncio.gather(*map(one, asked)), strict=True))
        away = [answer for _, answer in answers if isinstance(answer, Away)]
        if len(away) == len(answers):
            raise away[0]
        for error in away:
            log.warning("one of %d databases is away; the others go on: %s", len(answers), error)
        return answers

    async def close(self) -> None:
        for home in self._homes:
            await home.close()


async def _ask(home: Home, ask: Callable[[PostgresStore], Awaitable[Answer]]) -> Answer:
    return await ask(await home.opened())
