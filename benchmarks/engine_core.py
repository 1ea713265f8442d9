"""What the engine's core costs a step of a workflow, apart from the VM, the store and the workers.

A step is one action call: its outcome arrives, the run executes a slice, asks for the next call, is committed, and the
next attempt is released. The machine is a double that does next to nothing, and is measured alone beside it; the store
says yes. The goal is 25 microseconds.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Mapping, Sequence

from waymark.runtime.engine.core import Core
from waymark.runtime.engine.events import Dispatch, Ended
from waymark.runtime.model import InboxEntry, InboxKind, RunRef, Status, StoredRun
from waymark.vm.surface import Delta, Finished, Idle, Outcome, Pause, StartAction, Succeeded

from .bench import US, Bench, in_turns
from .figures import Figure, Goal, figure

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

    def decode_outcome(self, data: bytes) -> Outcome:
        return Succeeded(None)


def measure(bench: Bench) -> Iterator[Figure]:
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


def _core_us(runs: int) -> tuple[float, float]:
    """Microseconds of CPU that a start takes, and a step."""
    core = Core(uuid.uuid4(), Host())
    core.granted(dict.fromkeys(range(256), 1))
    refs = [RunRef(number % 256, uuid.uuid4()) for number in range(runs)]
    entries = [InboxEntry(ref.part, seq, ref.run, InboxKind.START, b"") for seq, ref in enumerate(refs)]
    rows = [StoredRun(ref, "bench", "", b"", b"", b"", Status.QUEUED, 0, b"", None, None, None) for ref in refs]
    began = time.process_time()
    core.entries(entries, 0)
    core.rows(refs, rows)
    started = time.process_time()
    steps = 0
    while True:
        while core.turn(steps):
            pass
        if core.batch() is None:
            break
        core.committed()
        for release in core.releases():
            if isinstance(release, Dispatch):
                steps += 1
                core.report(Ended(release.ref, release.request, release.attempt, b"outcome", 0, 1), steps)
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
