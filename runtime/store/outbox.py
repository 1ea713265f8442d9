"""The outbox on Postgres: all of it is `move_outbox_v1`, on the connection of the readers."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import asyncpg

from ..model import Part
from ..ports import Moved
from .hints import Hints
from .links import Link
from .queries import QUERIES


class PostgresOutbox:
    """A part of `PostgresStore`."""

    _reader: Link
    _hints: Hints

    async def move_outbox(self, parts: Collection[Part], limit: int = 500) -> Moved:
        (row,) = await self._reader.fetch(QUERIES["move_outbox"], sorted(parts), limit)
        reached = frozenset(row["parts"])
        if reached:
            self._hints.left(sorted(reached))
        return Moved(reached, row["moved"] > 0)

    # --- to other databases: home_store.py ---

    async def read_outbox(
        self, parts: Collection[Part], to_parts: Collection[Part], limit: int
    ) -> Sequence[asyncpg.Record]:
        """What lies here for runs that have another home."""
        return await self._reader.fetch(QUERIES["read_outbox"], sorted(parts), sorted(to_parts), limit)

    async def receive(self, entries: Sequence[asyncpg.Record]) -> frozenset[Part]:
        """Take them in, each once, however often it comes. The partitions whose inboxes have something new."""
        columns = [list(column) for column in zip(*entries, strict=True)]
        (row,) = await self._reader.fetch(QUERIES["receive"], *columns)
        reached = frozenset(row["parts"])
        self._hints.left(sorted(reached))
        return reached

    async def forget_sent(self, entries: Sequence[asyncpg.Record]) -> None:
        """They have arrived: nobody brings them any more."""
        keys = [row["part"] for row in entries], [row["n"] for row in entries]
        await self._reader.fetch(QUERIES["drop_sent"], *keys)

    async def confirm_received(self, entries: Sequence[asyncpg.Record]) -> None:
        """The sender has forgotten them."""
        columns = ([row[name] for row in entries] for name in ("to_part", "part", "n"))
        await self._reader.fetch(QUERIES["record_sent"], *columns)
