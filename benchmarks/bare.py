"""The same rows by bare SQL: the floor that the store and the engine are measured on. bare.sql says what it leaves out.

A run of a chain of n actions is 1 insert and n + 1 updates, the last n with a finished call each.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Self

import asyncpg

from waymark.runtime.ids import new_run_id
from waymark.runtime.model import RunRef, partition_of
from waymark.runtime.store.queries import parse

SQL = {query.name: query.sql for query in parse(Path(__file__).with_name("bare.sql").read_text(encoding="utf-8"))}

# As large as those of the chain of programs/chain.py.
ROOT = bytes(range(256)) + bytes(64)
ARGUMENTS = bytes(12)
OUTCOME = bytes(16)
ACTION = "benchmarks.programs.chain:nothing"
UNIT = bytes(32)


def new_refs(count: int) -> list[RunRef]:
    runs = [new_run_id() for _ in range(count)]
    return [RunRef(partition_of("chain", str(run)), run) for run in runs]


class Bare:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection

    @classmethod
    async def connect(cls, dsn: str) -> Self:
        """In a database that has our schema, since the tables take their columns from it."""
        connection = await asyncpg.connect(dsn, server_settings={"jit": "off"})
        await connection.execute(SQL["make"])
        return cls(connection)

    async def close(self) -> None:
        await self.connection.close()

    async def start(self, refs: Sequence[RunRef]) -> None:
        await self.connection.execute(SQL["start"], *_keys(refs), UNIT)

    async def write(self, refs: Sequence[RunRef]) -> None:
        await self.connection.execute(SQL["write"], *_keys(refs), "running", [ROOT] * len(refs))

    async def write_with_calls(self, refs: Sequence[RunRef], call: int, last: bool = False) -> None:
        roots, outcomes = [b"" if last else ROOT] * len(refs), [OUTCOME if last else None] * len(refs)
        await self.connection.execute(
            *(SQL["write_with_calls"], *_keys(refs), "finished" if last else "running"),
            *(roots, outcomes, call, ACTION, ARGUMENTS, OUTCOME),
        )

    async def live(self, count: int, batch: int, actions: int = 3) -> None:
        """So many runs of a chain, from their start to their end, a batch at a time."""
        for first in range(0, count, batch):
            refs = new_refs(min(batch, count - first))
            await self.start(refs)
            await self.write(refs)
            for call in range(1, actions + 1):
                await self.write_with_calls(refs, call, last=call == actions)

    async def fan_out(self, branches: int, batch: int) -> None:
        """One run with so many calls, which finish a batch at a time."""
        refs = new_refs(1)
        await self.start(refs)
        await self.write(refs)
        for first in range(0, branches, batch):
            calls = list(range(first + 1, min(first + batch, branches) + 1))
            status, root = ("finished", b"") if calls[-1] == branches else ("running", ROOT)
            await self.connection.execute(
                *(SQL["write_branches"], refs[0].part, refs[0].run, status, root, calls),
                *(ACTION, ARGUMENTS, OUTCOME),
            )

    async def wal_bytes(self) -> int:
        """How much has been logged since the server was made."""
        return int(await self.connection.fetchval("select pg_current_wal_insert_lsn() - '0/0'::pg_lsn"))

    async def checkpoint(self) -> None:
        """So that no measurement pays for the full pages that the first change after a checkpoint logs of another."""
        await self.connection.execute("checkpoint")


def _keys(refs: Sequence[RunRef]) -> tuple[list[int], list[object]]:
    ordered = sorted(refs)
    return [ref.part for ref in ordered], [ref.run for ref in ordered]
