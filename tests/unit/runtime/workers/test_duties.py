"""The supervisor's heartbeats and looks, on a store that notes what it is asked."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from waymark.runtime.config import load_config
from waymark.runtime.engine.proof import LifeLock
from waymark.runtime.engine.vitals import STARTS, URGENT, Vitals, shared_vitals
from waymark.runtime.model import EngineId, Part, RunRef
from waymark.runtime.ports import Unreachable
from waymark.runtime.store.channels import inbox_channel
from waymark.runtime.store.opening import Database
from waymark.runtime.workers import duties
from waymark.runtime.workers.duties import Charge, Duties

DSN = "postgresql://nobody@127.0.0.1:1/app"


class Asked:
    """A store."""

    def __init__(self) -> None:
        self.beats: asyncio.Queue[EngineId] = asyncio.Queue()
        self.looks: asyncio.Queue[frozenset[Part]] = asyncio.Queue()
        self.told: list[tuple[str, object]] = []
        self.leased = True
        self.away = False
        self.entries: frozenset[Part] = frozenset()

    async def beat(self, engine: EngineId, ttl_ms: int) -> bool:
        self.beats.put_nowait(engine)
        if self.away:
            raise Unreachable("gone")
        return self.leased

    async def parts_with_entries(self, parts: Collection[Part]) -> frozenset[Part]:
        self.looks.put_nowait(frozenset(parts))
        return self.entries & frozenset(parts)

    async def strike(self, ref: RunRef, why: str) -> None:
        self.told.append(("strike", ref))

    async def expire(self, engine: EngineId) -> None:
        self.told.append(("expire", engine))

    async def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Asked:
    asked = Asked()

    async def open_asked(databases: tuple[Database, ...], application_name: str) -> Any:
        return asked

    monkeypatch.setattr(duties, "open_store", open_asked)
    monkeypatch.setattr(duties, "RETRY_S", 0.005)
    return asked


@contextmanager
def charge() -> Iterator[tuple[Charge, int]]:
    """An engine that has a lease, and the end of the pipe that it would read."""
    with shared_vitals() as fd:
        reads, writes = os.pipe()
        os.set_blocking(reads, False)
        os.set_blocking(writes, False)
        made = Charge(uuid4(), 0, Vitals(fd), writes)
        made.vitals.leased = True
        made.vitals.owns({1, 2, 3})
        try:
            yield made, reads
        finally:
            os.close(reads)
            os.close(writes)


def serving(folder: Path, test: Callable[[Duties], Awaitable[None]]) -> None:
    async def run() -> None:
        settings = {"WAYMARK_DATA_DIR": str(folder), "WAYMARK_LOCK_HEARTBEAT_MS": "10", "WAYMARK_POLL_INTERVAL_MS": "5"}
        under_test = Duties(load_config(settings), (Database(DSN, listen="off"),))
        serve = asyncio.create_task(under_test.serve())
        try:
            async with asyncio.timeout(10):
                await asyncio.sleep(0)
                await test(under_test)
        finally:
            serve.cancel()
            await asyncio.wait({serve})

    asyncio.run(run())


async def comes(holds: Callable[[], bool]) -> None:
    while True:
        if holds():
            return
        await asyncio.sleep(0.001)


def test_heartbeats_are_sent_while_the_engine_moves_and_no_longer(tmp_path: Path, store: Asked) -> None:
    async def test(under_test: Duties) -> None:
        with charge() as (made, _):
            under_test.take_on(made)
            made.vitals.alive()
            assert await store.beats.get() == made.engine
            await comes(lambda: made.vitals.beat_us > 0)
            await asyncio.sleep(0.05)
            assert store.beats.empty(), "it stands still"
            made.vitals.alive()
            await store.beats.get()
            under_test.let_go(made)

    serving(tmp_path, test)


def test_a_refused_heartbeat_is_told_and_one_without_an_answer_is_sent_again(tmp_path: Path, store: Asked) -> None:
    async def test(under_test: Duties) -> None:
        with charge() as (made, _):
            store.away = True
            under_test.take_on(made)
            made.vitals.alive()
            await store.beats.get()
            await store.beats.get()
            assert (made.vitals.beat_us, made.vitals.refusals) == (0, 0)
            store.away, store.leased = False, False
            await comes(lambda: made.vitals.refusals > 0)
            assert made.vitals.beat_us == 0
            under_test.let_go(made)

    serving(tmp_path, test)


def test_an_engine_at_rest_is_called_when_its_inbox_has_something(tmp_path: Path, store: Asked) -> None:
    async def test(under_test: Duties) -> None:
        with charge() as (made, reads):
            under_test.take_on(made)
            while (await store.looks.get()) != {1, 2, 3}:
                pass
            with pytest.raises(BlockingIOError):
                os.read(reads, 1)
            store.entries = frozenset({2, 200})
            await comes(lambda: _readable(reads))
            under_test.let_go(made)

    serving(tmp_path, test)


@pytest.mark.parametrize(("payload", "word"), [("start", STARTS), ("", URGENT), ("of a later version", URGENT)])
def test_an_engine_is_told_whether_what_came_is_nothing_but_starts(
    tmp_path: Path, store: Asked, payload: str, word: bytes
) -> None:
    async def test(under_test: Duties) -> None:
        with charge() as (made, reads):
            made.vitals.polling = True
            under_test.take_on(made)
            under_test._heard(inbox_channel(2), payload)
            under_test._heard(inbox_channel(200), payload)
            assert os.read(reads, 10) == word, "and nothing of partitions of others"
            under_test.let_go(made)

    serving(tmp_path, test)


def test_an_engine_that_polls_by_itself_is_not_looked_for(tmp_path: Path, store: Asked) -> None:
    async def test(under_test: Duties) -> None:
        with charge() as (made, _):
            made.vitals.polling = True
            under_test.take_on(made)
            await comes(lambda: made.vitals.polled_us > 0)
            assert store.looks.empty()
            under_test.let_go(made)

    serving(tmp_path, test)


def test_a_run_whose_engine_is_killed_over_it_gets_one_strike(tmp_path: Path, store: Asked) -> None:
    async def test(under_test: Duties) -> None:
        with charge() as (made, _):
            lock = LifeLock(tmp_path, made.engine)
            ref = RunRef(7, uuid4())
            lock.mark(ref)
            await asyncio.sleep(0.01)
            await under_test.strike(made)
            await under_test.bury(made)
            assert store.told == [("strike", ref)], "it lives still"
            lock.close()
            await under_test.bury(made)
            assert store.told == [("strike", ref), ("expire", made.engine)]
            await under_test.bury(made)
            assert store.told[2:] == [("expire", made.engine)], "it can be dead again, and the run is struck once"

    serving(tmp_path, test)


def _readable(fd: int) -> bool:
    try:
        return bool(os.read(fd, 1))
    except BlockingIOError:
        return False
