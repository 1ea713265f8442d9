"""A store, a clock and action workers that a test moves by hand, around the engine's core.

Nothing here waits. The memory store's coroutines never do, so they are run to their end in one step.
"""

from __future__ import annotations

import uuid
from collections.abc import Coroutine
from typing import Any, TypeVar

import msgspec

from waymark.runtime.engine.core import Core
from waymark.runtime.engine.events import Completed, Dispatch, Ended, Lost, Notice, Revoke, Said
from waymark.runtime.machines.attempts import AttemptPolicy
from waymark.runtime.model import ENDED, PARTITIONS, Batch, NewRun, RunRef, StoredRun
from waymark.runtime.ports import Fenced, StaleRevision
from waymark.runtime.store.memory import MemoryStore
from waymark.vm.surface import Raised, Succeeded

from .doubles import UNIT, FakeHost, State

TTL_MS = 15_000
Result = TypeVar("Result")


def at_once(coroutine: Coroutine[Any, Any, Result]) -> Result:
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    raise AssertionError("the memory store waited")


class World:
    """One engine at a time. What leaves it is checked against the store before it is believed."""

    def __init__(self, core_class: type[Core] = Core, policy: AttemptPolicy | None = None) -> None:
        self.now = 1_000_000
        self.store = MemoryStore(lambda: self.now)
        self.host = FakeHost()
        self.core_class = core_class
        self.policy = policy
        self.running: list[Dispatch] = []  # attempts at the workers, reported or not
        self.started: list[Dispatch] = []  # every attempt that ever left an engine
        self.completed: list[Completed] = []
        self.said: list[str] = []
        self.notices: list[Notice] = []
        at_once(self.store.put_units({UNIT: b"good"}))
        self.boot()

    # --- engines ---

    def boot(self) -> None:
        """A new engine, as if the one before had been killed; its lease has to run out first."""
        self.engine = uuid.uuid4()
        self.core = self.core_class(self.engine, self.host, self.policy)
        self.batch: Batch | None = None  # sent, and not answered
        self.running = []
        self.acquire()

    def crash(self) -> None:
        self.now += TTL_MS * 1000 + 1
        self.boot()

    def acquire(self) -> None:
        fresh = self.core.granted(at_once(self.store.acquire(self.engine, range(PARTITIONS), TTL_MS)))
        self.core.adopt(at_once(self.store.live_runs(fresh)), self.core.commits)

    # --- clients ---

    def start(self, key: str, *steps: list[Any], unit: bytes = UNIT, arguments: bytes | None = None) -> RunRef:
        encoded = msgspec.msgpack.encode(steps) if arguments is None else arguments
        run = uuid.uuid5(uuid.NAMESPACE_OID, key)
        return at_once(self.store.start(NewRun("fake", key, run, unit, encoded, bytes(16))))

    def row(self, ref: RunRef) -> StoredRun:
        row = at_once(self.store.get_run(ref))
        assert row is not None
        return row

    # --- steps of the engine ---

    def poll(self) -> int:
        as_of = self.core.commits
        return self.core.entries(at_once(self.store.read_inbox(self.core.parts, self.core.appetite)), as_of)

    def read(self) -> bool:
        needs = self.core.needs()
        if needs.rows:
            self.core.rows(needs.rows, [row for ref in needs.rows if (row := at_once(self.store.get_run(ref)))])
        for ref in needs.pages:
            self.core.pages(ref, at_once(self.store.load_pages(ref)))
        for ref in needs.calls:
            self.core.calls(ref, at_once(self.store.calls_of(ref)))
        for code_hash in needs.units:
            self.core.unit(code_hash, at_once(self.store.get_unit(code_hash)))
        return bool(needs)

    def load(self) -> None:
        """Poll, and read until nothing is asked for: new runs are ready then."""
        while self.poll():
            pass
        while self.read():
            pass

    def turn(self) -> bool:
        return self.core.turn(self.now)

    def send(self) -> bool:
        if self.batch is None:
            self.batch = self.core.batch()
        return self.batch is not None

    def write(self) -> None:
        """The store makes the commit; the engine has not heard of it."""
        assert self.batch is not None
        at_once(self.store.commit(self.batch))

    def answer(self) -> None:
        """Make the commit under way, and tell the engine what became of it."""
        try:
            self.write()
        except Fenced as error:
            self.core.fenced(error.parts)
        except StaleRevision as error:
            self.core.stale(error.runs)
        else:
            self.core.committed()
        self.batch = None

    def leave(self) -> None:
        """Believe what the engine releases, once the store agrees with it."""
        self.notices += self.core.notices()
        for release in self.core.releases():
            match release:
                case Dispatch():
                    self.check(release)
                    self.running.append(release)
                    self.started.append(release)
                case Revoke(ref=ref, request=request):
                    self.running = [run for run in self.running if (run.ref, run.request) != (ref, request)]
                case Said(text=text):
                    self.said.append(text)
                case Completed(ref=ref):
                    assert self.row(ref).status in ENDED, "a run was called complete before its end was durable"
                    self.completed.append(release)

    def check(self, dispatch: Dispatch) -> None:
        """P3: a durable state asks for exactly this attempt."""
        row = self.row(dispatch.ref)
        assert row.status not in ENDED and row.root, f"{dispatch} left before any state asked for it"
        state = msgspec.msgpack.decode(row.root, type=State)
        assert dispatch.request in state.open, f"{dispatch}: the durable state does not wait for this call"
        attempt = state.open[dispatch.request][1]
        assert attempt == dispatch.attempt, f"{dispatch}: the durable state stands at attempt {attempt}"

    # --- action workers ---

    def report(self, dispatch: Dispatch, error: str | None = None) -> None:
        if dispatch in self.running:
            self.running.remove(dispatch)
        self.tell(dispatch, error)

    def tell(self, dispatch: Dispatch, error: str | None = None) -> None:
        """A report, the attempt being known to the workers or not."""
        (argument,) = msgspec.msgpack.decode(dispatch.arguments)
        outcome = Succeeded(argument * 10) if error is None else Raised(ValueError(error))
        data = self.host.encode_outcome(outcome)
        self.core.report(
            Ended(dispatch.ref, dispatch.request, dispatch.attempt, data, self.now - 5, self.now), self.now
        )

    def lose(self, dispatch: Dispatch, timed_out: bool = False) -> None:
        self.running.remove(dispatch)
        self.core.report(Lost(dispatch.ref, dispatch.request, dispatch.attempt, "its worker died", timed_out), self.now)

    # --- all of it ---

    def settle(self) -> None:
        """Everything but the workers and the clock, until nothing moves."""
        for _ in range(1000):
            moved = bool(self.poll())
            moved |= self.read()
            moved |= self.turn()
            if self.send():
                self.answer()
                moved = True
            self.leave()
            if not moved:
                return
        raise AssertionError("the engine does not come to rest")

    def finish(self) -> None:
        """Everything, with workers that answer at once and a clock that moves to the next alarm."""
        for _ in range(1000):
            self.settle()
            if self.running:
                for dispatch in list(self.running):
                    self.report(dispatch)
                continue
            alarm = self.core.next_alarm()
            if alarm is None:
                return
            self.now = max(self.now, alarm)
        raise AssertionError("the runs do not end")


def outcome(world: World, ref) -> list:
    data = world.row(ref).outcome
    assert data is not None
    return msgspec.msgpack.decode(data)
