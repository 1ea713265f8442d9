"""What the engine's core costs a step of a workflow, apart from the store and the workers.

A step is one action call: its outcome arrives, the run executes a slice, asks for the next call, is committed, and the
next attempt is released; the store says yes. First with a machine that is a double and does next to nothing: the goal
is 25 microseconds. Then with compiled programs on the VM, their snapshots, values as bytes and the arrays of the commit
included: 60 microseconds. Beside each, the machines alone. Garbage is collected as an engine process does it: seldom.
"""

from __future__ import annotations

import gc
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import msgspec

from waymark.runtime.engine.core import Core
from waymark.runtime.engine.events import Dispatch, Ended
from waymark.runtime.engine.host import Host as AnyHost
from waymark.runtime.engine.process import collect_seldom
from waymark.runtime.engine.vmhost import VmHost
from waymark.runtime.model import Batch, InboxEntry, InboxKind, RunRef, Status, StoredRun
from waymark.runtime.store.rows import arrays_of
from waymark.vm.surface import Delta, Finished, Idle, Outcome, Pause, StartAction, Succeeded
from waymark.vm.wire import encode_outcome, encode_value
from waymark.workflow import compiled_of

from .bench import US, Bench, in_turns
from .driving import asked, program_of, started
from .figures import Figure, Goal, figure
from .programs import chain

STEPS = 20


class Steps:
    """A machine that asks for one action after the other."""

    def __init__(self, steps: int) -> None:
        self._left = steps
        self._asked = 0
        self._settled = 0

    def run(self, ticks: int, now: int) -> Pause:
        if self._asked > self._settled:
            return Idle()
        if self._asked == self._left:
            return Finished(None)
        self._asked += 1
        return Idle((StartAction(self._asked, "bench:act", (1,), {}),))

    def settle(self, outcomes: Sequence[tuple[int, Outcome]]) -> None:
        self._settled += len(outcomes)

    def retry(self, request: int) -> StartAction:
        raise AssertionError("nothing is lost here")

    def cancel(self, reason: str) -> None:
        raise AssertionError("nothing is cancelled here")

    def open_requests(self) -> tuple[StartAction, ...]:
        return ()

    def next_deadline(self) -> int | None:
        return None

    def deliver(self, messages: Sequence[tuple[str, object]]) -> None:
        raise AssertionError("nobody writes here")

    def receiving(self) -> tuple[str, ...]:
        return ()

    def delta(self) -> Delta:
        return Delta(b"root", {}, frozenset())

    def committed(self, delta: Delta) -> None:
        pass


class Host:
    def start(self, stored: StoredRun) -> Steps:
        return Steps(STEPS)

    def restore(self, stored: StoredRun, pages: Mapping[int, bytes] | None) -> Steps:
        raise AssertionError("nothing is restored here")

    def add_unit(self, code_hash: bytes, data: bytes) -> None:
        raise AssertionError("there are no units here")

    def encode_call(self, action: StartAction) -> bytes:
        return b"call"

    def encode_outcome(self, outcome: Outcome) -> bytes:
        return b"outcome"

    def decode_message(self, body: bytes) -> tuple[str, object]:
        raise AssertionError("nobody writes here")

    def decode_outcome(self, data: bytes) -> Outcome:
        return Succeeded(None)


def measure(bench: Bench) -> Iterator[Figure]:
    with _garbage_as_in_an_engine():
        yield from _measure(bench)


@contextmanager
def _garbage_as_in_an_engine() -> Iterator[None]:
    before = gc.get_threshold()
    collect_seldom()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _measure(bench: Bench) -> Iterator[Figure]:
    bench.say("engine_core")
    runs = bench.count(2_000, least=20)
    starts: list[float] = []

    def core() -> float:
        start, step = _core_us(runs)
        starts.append(start)
        return step

    steps, alone = in_turns(bench.rounds(5), core, lambda: _machines_us(runs))
    name = "the machines alone"
    yield figure("a step of the core, CPU", "us", steps, name, alone, goal=Goal("value", 25.0))
    yield figure("starting a run, CPU", "us", starts[1:], f"{name}, a step", alone)
    bench.say("engine_core: with the VM")
    few = bench.count(500, least=10)
    host = VmHost()
    for code_hash, data in compiled_of(chain.Steps).units.items():
        host.add_unit(code_hash, data)
    whole, machines = in_turns(bench.rounds(5), lambda: _vm_us(few, host), lambda: _vm_alone_us(few))
    yield figure(
        "a step with the VM, snapshot and rows, CPU", "us", whole, f"{name}, with delta()", machines,
        goal=Goal("value", 60.0),
    )  # fmt: skip


def _core_us(runs: int) -> tuple[float, float]:
    """Microseconds of CPU that a start takes, and a step."""
    row = StoredRun(RunRef(0, uuid.UUID(int=0)), "bench", "", b"", b"", b"", Status.QUEUED, 0, b"", None, None, None)
    return _driven_us(runs, Host(), row, b"outcome", _nothing)


def _vm_us(runs: int, host: VmHost) -> float:
    compiled = compiled_of(chain.Steps)
    said = encode_value({"count": STEPS}, "arguments")
    row = StoredRun(
        RunRef(0, uuid.UUID(int=0)), compiled.name, "", compiled.entry, said, bytes(16), Status.QUEUED, 0, b"", None,
        None, None,
    )  # fmt: skip
    return _driven_us(runs, host, row, encode_outcome(Succeeded(1)), arrays_of)[1]


def _vm_alone_us(runs: int) -> float:
    program = program_of(chain.Steps)
    began = time.process_time()
    for _ in range(runs):
        machine = started(program, {"count": STEPS})
        while (action := asked(machine)) is not None:
            machine.committed(machine.delta())
            machine.settle([(action.request, Succeeded(1))])
    return (time.process_time() - began) / US / (runs * STEPS)


def _nothing(batch: Batch) -> None:
    """The store of the core alone."""


def _driven_us(
    runs: int, host: AnyHost, row: StoredRun, outcome: bytes, store: Callable[[Batch], object]
) -> tuple[float, float]:
    core = Core(uuid.uuid4(), host)
    core.granted(dict.fromkeys(range(256), 1))
    refs = [RunRef(number % 256, uuid.uuid4()) for number in range(runs)]
    entries = [InboxEntry(ref.part, seq, ref.run, InboxKind.START, b"") for seq, ref in enumerate(refs)]
    rows = [msgspec.structs.replace(row, ref=ref) for ref in refs]
    began = time.process_time()
    core.entries(entries, 0)
    core.rows(refs, rows)
    started = time.process_time()
    steps = 0
    while True:
        while core.turn(steps):
            pass
        if (batch := core.batch()) is None:
            break
        store(batch)
        core.committed()
        for release in core.releases():
            if isinstance(release, Dispatch):
                steps += 1
                core.report(Ended(release.ref, release.request, release.attempt, outcome, 0, 1), steps)
    ended = time.process_time()
    assert steps == runs * STEPS
    return (started - began) / US / runs, (ended - started) / US / steps


def _machines_us(runs: int) -> float:
    began = time.process_time()
    for _ in range(runs):
        machine = Steps(STEPS)
        for number in range(1, STEPS + 1):
            machine.run(1, 0)
            machine.committed(machine.delta())
            machine.settle([(number, Succeeded(None))])
        machine.run(1, 0)
    return (time.process_time() - began) / US / (runs * STEPS)
