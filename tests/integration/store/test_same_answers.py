"""Whatever is done to both stores, they answer alike: random operations, step by step, on memory and on Postgres."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from waymark.runtime.model import Batch, NewRun, RunRef, RunWrite, Status, StoredRun
from waymark.runtime.ports import Fenced, StaleRevision
from waymark.runtime.store.memory import MemoryStore
from waymark.runtime.store.postgres import PostgresStore

from .making import TTL_MS, AnyStore, Clock, call_row, keys_in_one_partition, new_run, rows

KEYS = [*keys_in_one_partition(3), "order-7", "order-8"]
PARTS = sorted({new_run(key=key).ref.part for key in KEYS})
ENGINES = [UUID(int=n) for n in (1, 2, 3)]
EMPTY = """
truncate waymark.engines, waymark.units, waymark.ids, waymark.runs, waymark.run_data, waymark.pages, waymark.inbox,
    waymark.calls;
"""

ALL_CHECKS = list(HealthCheck)

some_parts = st.sets(st.sampled_from(PARTS), min_size=1)
engines = st.sampled_from(ENGINES)
bodies = st.binary(max_size=3)
pages = st.integers(1, 4)
maybe_text = st.none() | st.text(max_size=3)


class BothStores(RuleBasedStateMachine):
    """Numbers of inbox entries differ between the stores, so entries are named by their place in the line."""

    runner: asyncio.Runner
    postgres: PostgresStore
    dsn: str

    @initialize()
    def begin(self) -> None:
        self.memory = MemoryStore(Clock())
        self.refs: list[RunRef] = []
        self.serial = itertools.count()
        self.run(rows(self.dsn, "update waymark.partitions set engine = null, epoch = 0"))
        self.run(rows(self.dsn, EMPTY))

    def run(self, work: Awaitable[Any]) -> Any:
        async def await_it() -> Any:
            return await work

        return self.runner.run(await_it())

    def both(self, ask: Callable[[AnyStore], Awaitable[Any]]) -> Any:
        answers = [self.run(_answer(ask(store))) for store in (self.memory, self.postgres)]
        assert answers[0] == answers[1]
        return answers[0]

    @rule(key=st.sampled_from(KEYS), number=st.integers(0, 2**60))
    def start(self, key: str, number: int) -> None:
        new = NewRun("Orders", key, UUID(int=number << 64 | next(self.serial)), b"hash", b"arguments", b"seed")
        ref = self.both(lambda store: store.start(new))
        if ref not in self.refs:
            self.refs.append(ref)

    @precondition(lambda self: self.refs)
    @rule(data=st.data(), reason=st.text(max_size=3))
    def cancel(self, data: st.DataObject, reason: str) -> None:
        ref = data.draw(st.sampled_from(self.refs))
        self.both(lambda store: store.cancel(ref, reason))

    @rule(engine=engines, parts=some_parts)
    def acquire(self, engine: UUID, parts: set[int]) -> None:
        self.both(lambda store: store.acquire(engine, parts, TTL_MS))

    @rule(engine=engines, ttl_ms=st.sampled_from([TTL_MS, -1]))
    def beat_or_let_expire(self, engine: UUID, ttl_ms: int) -> None:
        self.both(lambda store: store.beat(engine, ttl_ms))

    @rule(engine=engines, host=st.text(max_size=2))
    def register(self, engine: UUID, host: str) -> None:
        self.both(lambda store: store.register(engine, host, "/lock"))

    @rule(engine=engines)
    def expire(self, engine: UUID) -> None:
        self.both(lambda store: store.expire(engine))

    @rule(engine=engines)
    def release(self, engine: UUID) -> None:
        self.both(lambda store: store.release(engine))

    @precondition(lambda self: self.refs)
    @rule(data=st.data(), engine=engines, eats=st.integers(0, 3))
    def commit(self, data: st.DataObject, engine: UUID, eats: int) -> None:
        written = data.draw(st.lists(st.sampled_from(self.refs), unique=True, max_size=4))
        writes = tuple(self._write(data, ref) for ref in written)
        parts = {ref.part for ref in written} | data.draw(some_parts)
        fence = self._fence(parts, engine) if data.draw(st.booleans()) else dict.fromkeys(parts, 1)
        calls = tuple(call_row(ref, data.draw(pages), outcome=data.draw(bodies)) for ref in written[:2])

        async def commit_to(store: AnyStore) -> Any:
            entries = await store.read_inbox(parts, eats)
            consumed = tuple((entry.part, entry.seq) for entry in entries)
            await store.commit(Batch(engine, fence, writes, consumed, calls))

        self.both(commit_to)

    def _fence(self, parts: set[int], engine: UUID) -> dict[int, int]:
        """What the engine has right now, at the price of taking it if it can be taken."""
        held: dict[int, int] = self.both(lambda store: store.acquire(engine, parts, TTL_MS))
        return dict.fromkeys(parts, 1) | held

    def _write(self, data: st.DataObject, ref: RunRef) -> RunWrite:
        stored: StoredRun = self.run(self.memory.get_run(ref))
        put = data.draw(st.dictionaries(pages, bodies, max_size=3))
        return RunWrite(
            ref,
            expected=stored.revision - data.draw(st.sampled_from([0, 0, 0, 1])),
            status=data.draw(st.sampled_from(list(Status))),
            root=data.draw(bodies),
            put=put,
            drop=frozenset(data.draw(st.sets(pages)) - put.keys()),
            wake_at=data.draw(st.none() | st.integers(0, 2**52)),
            outcome=data.draw(st.none() | bodies),
            reason=data.draw(maybe_text),
            error_type=data.draw(maybe_text),
            error_text=data.draw(maybe_text),
        )

    @rule(code_hash=bodies, body=bodies)
    def put_unit(self, code_hash: bytes, body: bytes) -> None:
        self.both(lambda store: store.put_units({code_hash: body}))
        self.both(lambda store: store.get_unit(code_hash))

    @rule(parts=some_parts)
    def read(self, parts: set[int]) -> None:
        self.both(lambda store: store.engines())
        self.both(lambda store: store.live_runs(parts))

        async def inbox_of(store: AnyStore) -> Any:
            return [(entry.part, entry.run, entry.kind, entry.body) for entry in await store.read_inbox(parts, 100)]

        self.both(inbox_of)

    def teardown(self) -> None:
        """In the end every row is the same."""
        for ref in getattr(self, "refs", ()):
            self._row_is_the_same(ref)

    def _row_is_the_same(self, ref: RunRef) -> None:
        self.both(lambda store: store.get_runs([ref]))
        self.both(lambda store: store.load_pages(ref))
        self.both(lambda store: store.calls_of(ref))
        self.both(lambda store: store.wait_ended(ref, 0))
        self.both(lambda store: store.pages_of([ref.run]))


async def _answer(work: Awaitable[Any]) -> Any:
    try:
        return await work
    except Fenced as error:
        return "fenced", error.parts
    except StaleRevision as error:
        return "stale", error.runs


def run_machine(machine: type[BothStores], dsn: str, profile: settings) -> None:
    with asyncio.Runner() as runner:
        postgres = runner.run(PostgresStore.connect(dsn))
        try:
            bound: Any = type("Stores", (machine,), {"runner": runner, "postgres": postgres, "dsn": dsn})
            run_state_machine_as_test(
                bound, settings=settings(profile, deadline=None, suppress_health_check=ALL_CHECKS)
            )
        finally:
            runner.run(postgres.close())


def test_both_stores_answer_alike(database: str) -> None:
    run_machine(BothStores, database, settings(max_examples=25, stateful_step_count=25))


class Forgetful(BothStores):
    """Its memory store hears nothing of ownership."""

    @initialize()
    def begin(self) -> None:
        BothStores.begin(self)
        self.memory.acquire = self.postgres.acquire  # type: ignore[method-assign]


def test_a_store_that_forgot_the_fence_would_be_noticed(database: str) -> None:
    found_is_enough = settings(max_examples=100, phases=[Phase.generate], database=None, report_multiple_bugs=False)
    with pytest.raises(AssertionError):
        run_machine(Forgetful, database, found_is_enough)
