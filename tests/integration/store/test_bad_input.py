"""What no engine can go on with, on every store: it is set aside with its reason, and its neighbours go on."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from waymark.compiler.library import linked_units
from waymark.compiler.pipeline import compile_text
from waymark.runtime.engine.inside import running_engine
from waymark.runtime.engine.limits import Limits
from waymark.runtime.engine.settings import EngineSettings
from waymark.runtime.engine.shell import Engine
from waymark.runtime.messages import encode_message
from waymark.runtime.model import ENDED, Batch, InboxEntry, InboxKind, NewRun, RunRef, Status, StoredRun
from waymark.runtime.ports import Rejected
from waymark.runtime.store.memory import MemoryStore
from waymark.runtime.store.postgres import PostgresStore
from waymark.runtime.workers.inline import InlineWorkers
from waymark.vm.codec import code_hash, encode_unit
from waymark.vm.wire import encode_value

from .making import AnyStore, rows

pytestmark = pytest.mark.anyio

TEXT = """
from waymark import Workflow, action, workflow


@action
async def act(n: int) -> int: ...


@action
async def nowhere(n: int) -> int: ...


@workflow
class Good(Workflow):
    async def run(self, n: int) -> int:
        large = ["x" * 5000, list(range(500))]
        first = await self.receive("go")
        return first + await act(n) + len(large)


@workflow
class Large(Workflow):
    async def run(self, n: int) -> int:
        large = [str(i) * 1000 for i in range(n)]
        first = await self.receive("go")
        return first + len(large[-1])


@workflow
class Orphaned(Workflow):
    async def run(self, n: int) -> int:
        return await nowhere(n)
"""


class SmallBatches(EngineSettings, frozen=True, kw_only=True):
    @property
    def limits(self) -> Limits:
        return Limits(batch_bytes=20_000)


class Place:
    """A store with the units of the text, and a database behind it unless it is in memory."""

    def __init__(self, store: AnyStore, dsn: str, folder: Path) -> None:
        self.store = store
        self.dsn = dsn
        self._folder = folder
        compilation = compile_text(TEXT, path="bad.py", module="bad")
        compilation.raise_if_failed()
        assert compilation.unit is not None
        self.entry = code_hash(compilation.unit)
        self.units = {code_hash(unit): encode_unit(unit) for unit in linked_units(compilation.unit)}
        self._changed = asyncio.Event()
        self._commit, store.commit = store.commit, self._told  # type: ignore[method-assign]

    async def _told(self, batch: Batch) -> bool:
        left = await self._commit(batch)
        self._changed.set()
        return left

    async def start(self, workflow: str = "good", unit: bytes | None = None, **said: object) -> RunRef:
        arguments = encode_value(said or {"n": 1}, "arguments")
        return await self.store.start(NewRun(workflow, str(uuid4()), uuid4(), unit or self.entry, arguments, bytes(16)))

    @asynccontextmanager
    async def engine(self, settings: type[EngineSettings] = EngineSettings) -> AsyncIterator[Engine]:
        async def act(n: int) -> int:
            return 10 * n

        said = settings(state_dir=self._folder, poll_busy_ms=1, poll_idle_ms=5)
        async with running_engine(self.store, InlineWorkers({"bad:act": act}), settings=said) as engine:
            yield engine

    async def comes_to_rest(self, *refs: RunRef, parked: bool = True) -> list[StoredRun]:
        """When each has ended or, with `parked`, was set aside."""
        return await self._are(refs, {*ENDED, Status.PARKED} if parked else ENDED)

    async def has_begun(self, ref: RunRef) -> StoredRun:
        """When its first state is durable."""
        (run,) = await self._are((ref,), {Status.RUNNING})
        return run

    async def _are(self, refs: Collection[RunRef], wanted: Collection[Status]) -> list[StoredRun]:
        while True:
            self._changed.clear()
            found = [await self.store.get_run(ref) for ref in refs]
            if all(run is not None and run.status in wanted for run in found):
                return [run for run in found if run is not None]
            await self._changed.wait()

    async def waiting(self) -> list[InboxEntry]:
        return list(await self.store.read_inbox(range(256), 100))

    # --- damage, by hand ---

    async def leave(self, ref: RunRef, kind: int) -> None:
        if isinstance(self.store, MemoryStore):
            self.store._put_entry(ref, kind, b"later")
            return
        sql = "insert into waymark.inbox (part, run, kind, body) values ($1, $2, $3, 'later')"
        await rows(self.dsn, sql, ref.part, ref.run, kind)

    async def refuse(self, ref: RunRef) -> None:
        """Its running state cannot be stored from now on."""
        if isinstance(self.store, PostgresStore):
            check = f"check (run <> '{ref.run}' or status <> 'running')"
            await rows(self.dsn, f"alter table waymark.runs add constraint refused {check} not valid")
            return
        commit = self.store.commit

        async def refusing(batch: Batch) -> bool:
            if any(write.ref == ref and write.status is Status.RUNNING for write in batch.runs):
                raise Rejected("the database refused the data")
            return await commit(batch)

        self.store.commit = refusing  # type: ignore[method-assign]

    async def damage(self, ref: RunRef, body: bytes | None) -> None:
        """All its pages; None: they are gone."""
        if isinstance(self.store, MemoryStore):
            pages = self.store._pages[ref]
            for page in list(pages):
                if body is None:
                    del pages[page]
                else:
                    pages[page] = body
        elif body is None:
            await rows(self.dsn, "delete from waymark.pages where run = $1", ref.run)
        else:
            await rows(self.dsn, "update waymark.pages set body = $2 where run = $1", ref.run, body)


@pytest.fixture
async def place(store: AnyStore, store_of: tuple[str, str], tmp_path: Path) -> Place:
    place = Place(store, store_of[1], tmp_path)
    await store.put_units(place.units)
    return place


async def ends_beside(
    place: Place, bad: RunRef, settings: type[EngineSettings] = EngineSettings
) -> tuple[StoredRun, StoredRun]:
    """The bad one and a good one beside it, on an engine that begins with both."""
    good = await place.start()
    await place.store.send(good, encode_message("go", 1))
    async with place.engine(settings):
        ended = await place.comes_to_rest(bad, good)
    assert ended[1].status == Status.FINISHED
    if ended[0].status == Status.PARKED:
        assert ended[0].reason and re.search(r"\bresume\b", ended[0].reason), f"what is to be done? {ended[0].reason}"
    return ended[0], ended[1]


Making = Callable[[Place], Awaitable[RunRef]]


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda place: place.start("nobody"), "nobody"),
        (lambda place: place.start(unit=b"?" * 32), "unit 3f3f3f3f3f3f, which it is made of, is not in the store"),
        (lambda place: place.start("orphaned"), "module bad has no action 'nowhere'"),
    ],
    ids=["an unknown workflow", "an unknown unit", "an action that nobody registered"],
)
async def test_what_nobody_knows_is_set_aside(place: Place, make: Making, reason: str) -> None:
    bad, _ = await ends_beside(place, await make(place))
    assert bad.status == Status.PARKED and bad.reason is not None and reason in bad.reason
    assert await place.waiting() == []


async def test_a_damaged_unit_sets_its_runs_aside(place: Place) -> None:
    await place.store.put_units({b"!" * 32: b"rubbish"})
    bad, _ = await ends_beside(place, await place.start(unit=b"!" * 32))
    assert bad.status == Status.PARKED and bad.reason is not None
    assert bad.reason.startswith("unit 212121212121, which it is made of, cannot be read: ")


async def test_an_entry_of_a_later_version_stays_in_the_inbox_and_its_run_waits_for_that_version(place: Place) -> None:
    ref = await place.start()
    await place.leave(ref, 99)
    await place.store.send(ref, encode_message("go", 5))
    bad, _ = await ends_beside(place, ref)
    assert bad.status == Status.PARKED and bad.reason is not None and "an entry of kind 99" in bad.reason
    assert [entry.kind for entry in await place.waiting()] == [99, 5], "and what came behind it"


@pytest.mark.parametrize("body", [b"rubbish", None], ids=["corrupt", "missing"])
async def test_a_damaged_page_sets_its_run_aside_as_it_was_committed(place: Place, body: bytes | None) -> None:
    ref = await place.start()
    async with place.engine():
        before = await place.has_begun(ref)
    assert before.root and await place.store.load_pages(ref)
    await place.damage(ref, body)
    await place.store.send(ref, encode_message("go", 5))
    bad, _ = await ends_beside(place, ref)
    assert bad.status == Status.PARKED and bad.reason is not None and bad.reason.startswith("it cannot be loaded: ")
    assert (bad.root, [entry.kind for entry in await place.waiting()]) == (before.root, [5])


async def test_a_run_that_was_mended_goes_on(place: Place) -> None:
    ref = await place.start()
    async with place.engine():
        await place.has_begun(ref)
    pages = await place.store.load_pages(ref)
    await place.damage(ref, b"rubbish")
    await place.store.send(ref, encode_message("go", 5))
    await ends_beside(place, ref)
    for page, whole in pages.items():
        if isinstance(place.store, PostgresStore):
            sql = "update waymark.pages set body = $3 where run = $1 and page = $2"
            await rows(place.dsn, sql, ref.run, page, whole)
        else:
            place.store._pages[ref][page] = whole
    await place.store.resume(ref)
    async with place.engine():
        (run,) = await place.comes_to_rest(ref, parked=False)
    assert run.status == Status.FINISHED and await place.waiting() == []


async def test_arguments_that_do_not_fit_are_the_runs_own_error(place: Place) -> None:
    bad, _ = await ends_beside(place, await place.start(m=1))
    assert bad.status == Status.FAILED and bad.outcome is not None and b"unexpected keyword argument" in bad.outcome


async def test_a_message_that_is_none_sets_its_run_aside(place: Place) -> None:
    ref = await place.start()
    await place.store.send(ref, b"\xc1")
    bad, _ = await ends_beside(place, ref)
    assert bad.status == Status.PARKED and bad.reason is not None
    assert bad.reason.startswith("a message to it cannot be read: ")
    assert [entry.body for entry in await place.waiting()] == [b"\xc1"]


async def test_a_run_that_engines_die_of_is_set_aside_at_the_third_strike(place: Place) -> None:
    ref = await place.start()
    for _ in range(3):
        await place.store.strike(ref, "killed by SIGKILL")
    bad, _ = await ends_beside(place, ref)
    assert bad.status == Status.PARKED and bad.reason is not None
    assert bad.reason.startswith("3 engines died while they executed it, the last one so: killed by SIGKILL; see their")
    assert await place.waiting() == []


async def test_what_the_database_refuses_is_found_among_many_and_set_aside_alone(place: Place) -> None:
    """Committed with others it takes none of them along."""
    refs = [await place.start() for _ in range(5)]
    for ref in refs:
        await place.store.send(ref, encode_message("go", 1))
    culprit = refs[2]
    await place.refuse(culprit)
    bad, _ = await ends_beside(place, culprit)
    assert bad.status == Status.PARKED and bad.reason is not None
    assert bad.reason.startswith("its state could not be stored: ")
    async with place.engine():
        ended = await place.comes_to_rest(*[ref for ref in refs if ref != culprit], parked=False)
    assert {run.status for run in ended} == {Status.FINISHED}


async def test_a_state_larger_than_many_batches_is_stored_and_its_neighbour_goes_on(place: Place) -> None:
    ref = await place.start("large", n=300)
    await place.store.send(ref, encode_message("go", 1))
    done, _ = await ends_beside(place, ref, SmallBatches)
    assert done.status == Status.FINISHED and await place.waiting() == []


async def test_what_comes_for_a_run_that_has_ended_is_consumed_and_changes_nothing(place: Place) -> None:
    ref = await place.start()
    await place.store.send(ref, encode_message("go", 1))
    ended, _ = await ends_beside(place, ref)
    for kind in (InboxKind.START, InboxKind.CANCEL, InboxKind.RESUME, InboxKind.MESSAGE, InboxKind.CHILD, 9, 99):
        await place.leave(ref, int(kind))
    await ends_beside(place, await place.start("orphaned"))
    (still,) = await place.store.get_runs([ref])
    assert (still.status, still.outcome, still.revision) == (Status.FINISHED, ended.outcome, ended.revision)
    assert [entry.kind for entry in await place.waiting()] in ([], [99])
