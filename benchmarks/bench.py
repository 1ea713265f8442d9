"""What every workload is given: how much effort to make, whom to tell about it, and a Postgres of this run's own."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import asyncpg
import msgspec

from waymark.runtime.embedded import EmbeddedPostgres
from waymark.runtime.store.migrate import migrate


class Effort(msgspec.Struct, frozen=True):
    """Factors on the numbers that a workload names: how often, how much at a time, and how large its subject is."""

    rounds: float
    count: float
    subject: float


FULL = Effort(1.0, 1.0, 1.0)
QUICK = Effort(0.4, 0.25, 1.0)
TINY = Effort(0.0, 0.0, 0.0)  # for tests: the least of everything


class Bench:
    """One run of benchmarks. What it has started ends with it."""

    def __init__(
        self, effort: Effort = FULL, say: Callable[[str], None] = lambda text: None, *, durable: bool = True
    ) -> None:
        """`durable=False` is for tests of the benchmarks themselves."""
        self._effort = effort
        self._durable = durable
        self._server: EmbeddedPostgres | None = None
        self.say = say
        self.folder = Path(tempfile.mkdtemp(prefix="waymark-bench-"))

    def rounds(self, full: int) -> int:
        return max(1, round(full * self._effort.rounds))

    def count(self, full: int, least: int = 1) -> int:
        return max(least, round(full * self._effort.count))

    def subject(self, full: int, least: int) -> int:
        """Something that a figure is named for, which no quick run makes smaller."""
        return max(least, round(full * self._effort.subject))

    @property
    def server(self) -> EmbeddedPostgres:
        """Started at its first use, on disk and with fsync on."""
        if self._server is None:
            self.say("starting the embedded Postgres")
            self._server = EmbeddedPostgres.open(self.folder, durable=self._durable)
        return self._server

    def database(self) -> str:
        """The DSN of a database with our schema and nothing in it. The same one each time: a database is 300 files."""
        dsn = self.server.dsn()
        asyncio.run(_renewed(dsn))
        return dsn

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            if self._server is not None:
                self._server.close()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)


async def _renewed(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("drop schema if exists bare, waymark cascade")
    finally:
        await connection.close()
    await migrate(dsn)


Contender = Callable[[], float]  # does its work once, and says what that came to


def in_turns(rounds: int, *contenders: Contender) -> list[list[float]]:
    """The values of each, round by round: first all of them once, which is thrown away, then in turns."""
    for contender in contenders:
        contender()
    values: list[list[float]] = [[] for _ in contenders]
    for _ in range(rounds):
        for mine, contender in zip(values, contenders, strict=True):
            gc.collect()
            mine.append(contender())
    return values


def seconds(work: Callable[[], Any], unit: float = 1.0, clock: Callable[[], float] = time.perf_counter) -> Contender:
    """A contender that takes the time of `work`, in this unit of seconds."""

    def contender() -> float:
        began = clock()
        work()
        return (clock() - began) / unit

    return contender


MS = 1e-3
US = 1e-6
NS = 1e-9


def cpu_count() -> int:
    return os.cpu_count() or 1
