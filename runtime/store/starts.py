"""Starts: those of one process that come at the same time share a statement, and bulk starts are copied.

While a statement is under way whoever else starts a run waits for it, and goes with the next. If one cannot be made,
each of its runs is started alone, so that everybody gets his own answer and nobody another's error.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from ..model import NewRun, RunRef, partition_of
from ..ports import Busy, Rejected
from .links import Link
from .queries import QUERIES, one_row
from .rows import plain_uuid
from .rules import check_new

ROWS_MAX = 1000
BYTES_MAX = 4_000_000
COPIED_MIN = 20  # below, the round trips of a copy cost more than it saves
COLUMNS = (
    "workflow",
    "key",
    "run",
    "unit",
    "arguments",
    "seed",
    "priority",
    "queue",
    "parent_part",
    "parent",
    "schedule",
    "tags",
    "at",
    "delay_us",
    "timeout_us",
    "replace",
)

PLAIN = COLUMNS.index("priority") + 1
NOTHING_MORE = (*[None] * (len(COLUMNS) - PLAIN - 1), False)  # what most runs are started with, behind their priority


class Starts:
    """All starts of one store, on one connection."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._waiting: list[tuple[NewRun, asyncio.Future[RunRef]]] = []
        self._sender: asyncio.Task[None] | None = None

    async def start(self, new: NewRun) -> RunRef:
        check_new(new)
        ref: asyncio.Future[RunRef] = asyncio.get_running_loop().create_future()
        self._waiting.append((new, ref))
        if self._sender is None or self._sender.done():
            self._sender = asyncio.create_task(self._send())
        return await ref

    async def start_many(self, news: Sequence[NewRun]) -> list[RunRef]:
        for new in news:
            check_new(new)
        refs: dict[tuple[str, str], RunRef] = {}
        for few in bounded(_distinct(news)):
            refs |= await self._ask(few)
        return [refs[new.workflow, new.key] for new in news]

    async def close(self) -> None:
        """Let those who have begun get their answers."""
        if self._sender is not None:
            await asyncio.wait([self._sender])

    async def _send(self) -> None:
        while self._waiting:
            few = next(bounded([new for new, _ in self._waiting]))
            # Those of one id stand behind each other and all get its answer, the first one's run.
            asked, self._waiting = self._waiting[: len(few)], self._waiting[len(few) :]
            await self._answer(asked)

    async def _answer(self, asked: Sequence[tuple[NewRun, asyncio.Future[RunRef]]]) -> None:
        try:
            refs = await self._ask(_distinct(new for new, _ in asked))
        except Exception as error:  # for whoever asked to see; of several, each gets what its own start says
            if len(asked) == 1 or not isinstance(error, Rejected | Busy):
                for _, future in asked:
                    if not future.done():
                        future.set_exception(error)
                return
            for one in asked:
                await self._answer([one])
            return
        for new, future in asked:
            if not future.done():  # whoever asked was cancelled meanwhile; the run is started all the same
                future.set_result(refs[new.workflow, new.key])

    async def _ask(self, news: Sequence[NewRun]) -> dict[tuple[str, str], RunRef]:
        runs: Sequence[UUID]
        if len(news) == 1 and (row := _row(news[0]))[PLAIN:] == NOTHING_MORE:
            # Columns with one row each cost the driver and the server a third more than the row.
            started = await self._link.work("start", lambda connection: one_row(connection, "start_one", *row[:PLAIN]))
            runs = [started["run"]]
        elif len(news) >= COPIED_MIN:
            runs = await self._link.work("start", lambda connection: _copied(connection, news))
        else:
            runs = (await self._link.again(QUERIES["start"], *arguments_of(news)))[0]["runs"]
        names = ((new.workflow, new.key) for new in news)
        return {name: RunRef(partition_of(*name), plain_uuid(run)) for name, run in zip(names, runs, strict=True)}


async def _copied(connection: asyncpg.Connection, news: Sequence[NewRun]) -> Sequence[UUID]:
    batch = uuid4()
    async with connection.transaction():
        await connection.copy_records_to_table(
            "arrivals",
            schema_name="waymark",
            columns=("batch", "n", *COLUMNS),
            records=[(batch, n, *_row(new)) for n, new in enumerate(news)],
        )
        runs: Sequence[UUID] = (await one_row(connection, "start_copied", batch))["runs"]
    return runs


def arguments_of(news: Sequence[NewRun]) -> list[list[Any]]:
    """Those of start_many_v1: columns."""
    return [list(column) for column in zip(*map(_row, news), strict=True)]


def _distinct(news: Iterable[NewRun]) -> list[NewRun]:
    """The first one of each id, in their order."""
    first: dict[tuple[str, str], NewRun] = {}
    for new in news:
        first.setdefault((new.workflow, new.key), new)
    return list(first.values())


def bounded(news: Sequence[NewRun]) -> Iterator[Sequence[NewRun]]:
    """In pieces of so many rows and bytes; one that is larger than that goes alone."""
    begin = size = 0
    for end, new in enumerate(news):
        more = len(new.arguments) + len(new.workflow) + len(new.key)
        if end > begin and (end - begin == ROWS_MAX or size + more > BYTES_MAX):
            yield news[begin:end]
            begin, size = end, 0
        size += more
    if begin < len(news):
        yield news[begin:]


def _row(new: NewRun) -> tuple[Any, ...]:
    parent = new.parent
    return (
        new.workflow,
        new.key,
        new.run,
        new.unit,
        new.arguments,
        new.seed,
        new.priority,
        new.queue,
        parent.part if parent else None,
        parent.run if parent else None,
        new.schedule,
        _array_text(new.tags) if new.tags else None,
        new.at,
        new.delay_us or None,  # no delay at all: the server's clock goes on within its statement
        new.timeout_us,
        new.replace,
    )


def _array_text(texts: Sequence[str]) -> str:
    """As Postgres writes an array: arrays of arrays would all have to be of one length."""
    quoted = (text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return "{" + ",".join(f'"{text}"' for text in quoted) + "}"
