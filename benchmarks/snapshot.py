"""Deltas and restores, beside msgspec and pickle on the same values, which keep neither identity nor position."""

from __future__ import annotations

import pickle
import time
from collections.abc import Iterator
from statistics import median
from typing import Any

import msgspec

from waymark.vm.machine import Machine
from waymark.vm.snapshot import read_root_header
from waymark.vm.snapshot.format import ROOT_HEADER
from waymark.vm.surface import Delta, Succeeded

from .bench import US, Bench, Contender, in_turns, seconds
from .driving import SEED, asked, program_of, started
from .figures import Figure, Goal, figure
from .programs import loops

MSGSPEC = "msgspec.msgpack"
PICKLE = "pickle"


def values(count: int) -> list[Any]:
    """Plain ones of the kinds that workflows carry."""
    kinds = (lambda i: i * 37, lambda i: f"order-{i}", lambda i: i / 8, lambda i: i % 2 == 0, lambda i: None)
    return [kinds[i % len(kinds)](i) for i in range(count)]


def measure(bench: Bench) -> Iterator[Figure]:
    bench.say("snapshot: a typical frame")
    yield from _typical(bench)
    bench.say("snapshot: 1,000 values")
    yield from _large(bench, bench.subject(1_000, least=300))
    bench.say("snapshot: 1,000 shared values")
    yield from _shared(bench, bench.subject(1_000, least=100))


def _encoded(data: Any) -> dict[str, Any]:
    return {
        MSGSPEC: lambda: msgspec.msgpack.encode(data),
        PICKLE: lambda: pickle.dumps(data, protocol=5),
    }


def size_of(delta: Delta) -> int:
    return len(delta.root) + sum(map(len, delta.put.values()))


class _Run:
    """A run between two awaits, again and again."""

    def __init__(self, kind: Any, arguments: dict[str, Any]) -> None:
        self.program = program_of(kind)
        self.machine = started(self.program, arguments)
        self.pages: dict[int, bytes] = {}
        self.delta = self._step()[0]

    def step(self) -> float:
        """Answer the action that is open, run up to the next: what the delta then takes, in us."""
        (action,) = self.machine.open_requests()
        self.machine.settle([(action.request, Succeeded(action.args[0]))])
        self.delta, took = self._step()
        return took

    def _step(self) -> tuple[Delta, float]:
        assert asked(self.machine) is not None
        began = time.perf_counter()
        delta = self.machine.delta()
        took = (time.perf_counter() - began) / US
        self.machine.committed(delta)
        self.pages = {page: data for page, data in self.pages.items() if page not in delta.drop} | delta.put
        return delta, took

    def restored(self) -> Machine:
        return Machine.restore(self.program.units.__getitem__, self.delta.root, self.pages.__getitem__)


def _typical(bench: Bench) -> Iterator[Figure]:
    steps = bench.count(300, least=5)
    rounds = bench.rounds(15)
    run = _Run(loops.Segments, {"n": 1 << 40})
    frame = [{"id": 7, "name": "seven", "price": 12.5}, [[1, 2], [3, 4]], 12, 3]
    encoders = _encoded(frame)

    def repeated(work: Contender) -> float:
        return median([work() for _ in range(steps)])

    ours, beside, pickled, restoring, decoding = in_turns(
        rounds,
        lambda: repeated(run.step),
        lambda: repeated(seconds(encoders[MSGSPEC], US)),
        lambda: repeated(seconds(encoders[PICKLE], US)),
        lambda: repeated(seconds(run.restored, US)),
        lambda: repeated(seconds(lambda: msgspec.msgpack.decode(msgspec.msgpack.encode(frame)), US)),
    )
    yield figure("typical frame, delta()", "us", ours, f"{MSGSPEC}.encode", beside, goal=Goal("value", 5.0))
    yield figure("typical frame, delta()", "us", ours, "pickle.dumps", pickled)
    unit, workflow = read_root_header(run.delta.root)
    pinned = len(ROOT_HEADER) + 1 + len(msgspec.msgpack.encode((unit, workflow, b"", SEED)))
    yield figure(
        "typical frame, bytes of a commit but for what the run is pinned to",
        "B",
        [len(run.delta.root) - pinned],
        MSGSPEC,
        [len(encoders[MSGSPEC]())],
        goal=Goal("value", 100.0),
    )
    yield figure("typical frame, restore", "us", restoring, f"{MSGSPEC}.encode + decode", decoding)


def _large(bench: Bench, count: int) -> Iterator[Figure]:
    data = values(count)
    encoders = _encoded(data)
    name = f"{count:,} values"

    def first() -> float:
        machine = started(program, {"values": list(data), "n": 1 << 40})
        assert asked(machine) is not None
        return seconds(machine.delta, US, time.thread_time)()

    run = _Run(loops.Carrying, {"values": list(data), "n": 1 << 40})
    program = run.program
    whole = size_of(run.delta)
    packed_bytes, pickled_bytes = encoders[MSGSPEC](), encoders[PICKLE]()
    decoders = {
        MSGSPEC: lambda: msgspec.msgpack.decode(packed_bytes),
        PICKLE: lambda: pickle.loads(pickled_bytes),  # noqa: S301 - our own bytes, for scale
    }
    ours, packed, pickled, changed, restoring, unpacked, unpickled = in_turns(
        bench.rounds(20),
        first,
        *(seconds(encoders[each], US) for each in (MSGSPEC, PICKLE)),
        run.step,
        seconds(run.restored, US),
        *(seconds(decoders[each], US) for each in (MSGSPEC, PICKLE)),
    )
    yield figure(f"{name}, first delta()", "us", ours, f"{MSGSPEC}.encode", packed, goal=Goal("value", 80.0))
    yield figure(f"{name}, first delta()", "us", ours, "pickle.dumps", pickled)
    yield figure(f"{name}, delta() after one changed", "us", changed, f"{MSGSPEC}.encode of all", packed)
    yield figure(f"{name}, restore", "us", restoring, f"{MSGSPEC}.decode", unpacked)
    yield figure(f"{name}, restore", "us", restoring, "pickle.loads", unpickled)
    yield figure(f"{name}, bytes, first commit", "B", [whole], MSGSPEC, [len(packed_bytes)])
    yield figure(
        f"{name}, bytes, one changed", "B", [size_of(run.delta)], f"{MSGSPEC}, all", [len(encoders[MSGSPEC]())]
    )


def shared_values(count: int) -> list[Any]:
    """Lists of four, each held twice, in groups that the last of them holds all of; and that one holds itself."""
    leaves = [[number, number * 37, f"order-{number}", number / 8] for number in range(count // 5)]
    held = [leaf for leaf in leaves for _ in range(2)]
    groups: list[Any] = [held[at : at + 20] for at in range(0, len(held), 20)]
    groups.append(groups)
    return groups


def _shared(bench: Bench, count: int) -> Iterator[Figure]:
    data = shared_values(count)
    program = program_of(loops.Carrying)

    def first() -> float:
        machine = started(program, {"values": data, "n": 1 << 40})
        assert asked(machine) is not None
        return seconds(machine.delta, US, time.thread_time)()

    name = f"{count:,} shared values"
    ours, pickled = in_turns(bench.rounds(20), first, seconds(lambda: pickle.dumps(data, protocol=5), US))
    yield figure(f"{name}, first delta()", "us", ours, "pickle.dumps", pickled, goal=Goal("value", 200.0))
