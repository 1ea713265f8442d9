"""Bugs that were planted on purpose, each in one part: what the simulator is there to catch."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from waymark.runtime.engine.arrivals import Arrivals
from waymark.runtime.engine.core import Core
from waymark.runtime.engine.events import Dispatch, Ended
from waymark.runtime.engine.inbox import Inbox
from waymark.runtime.machines.calls import CallState
from waymark.runtime.model import Batch, EngineId, Epoch, InboxEntry, InboxKind, Part, RunRef, StoredRun
from waymark.runtime.sim.database import Database
from waymark.runtime.sim.world import Bugs
from waymark.vm.surface import Instant

from .planting import core_with


class NoFence(Database):
    """The fence check removed: whoever writes, writes."""

    async def commit(self, batch: Batch) -> bool:
        held = {part: (self._partitions[part].engine, self._partitions[part].epoch) for part in batch.fence}
        for part, epoch in batch.fence.items():
            self._partitions[part].engine, self._partitions[part].epoch = batch.engine, epoch
        try:
            return await super().commit(batch)
        finally:
            for part, (engine, epoch) in held.items():
                self._partitions[part].engine, self._partitions[part].epoch = engine, epoch


class EpochAlone(Database):
    """The epoch compared without its owner."""

    async def commit(self, batch: Batch) -> bool:
        held = {part: self._partitions[part].engine for part in batch.fence}
        for part in batch.fence:
            self._partitions[part].engine = batch.engine
        try:
            return await super().commit(batch)
        finally:
            for part, engine in held.items():
                self._partitions[part].engine = engine


class SameEpoch(Database):
    """The epoch not raised at a takeover."""

    async def acquire(self, engine: EngineId, parts: Collection[Part], ttl_ms: int) -> dict[Part, Epoch]:
        before = {part: self._partitions[part].epoch for part in parts}
        held = await super(Database, self).acquire(engine, parts, ttl_ms)
        for part in held:
            self._partitions[part].epoch = max(1, before[part])
        same = {part: self._partitions[part].epoch for part in held}
        self.checker.acquired(engine, same)
        return same


class SameEpochHandedOver(Database):
    """The epoch not raised at a hand-over."""

    async def hand_over(self, engine: EngineId, epochs: Mapping[Part, Epoch], to: EngineId) -> frozenset[Part]:
        given = await super(Database, self).hand_over(engine, epochs, to)
        for part in given:
            self._partitions[part].epoch = epochs[part]
        self.checker.handed_over(engine, {part: epochs[part] for part in given}, to)
        return given


class NoRevision(Database):
    """The revision not compared: after a failover that lost commits, a state lands on one that it does not follow."""

    async def commit(self, batch: Batch) -> bool:
        rows = {write.ref: self._runs[write.ref] for write in batch.runs if write.ref in self._runs}
        revised = {
            write.ref: msgspec.structs.replace(rows[write.ref], revision=write.expected)
            for write in batch.runs
            if write.ref in rows
        }
        self._runs |= revised
        try:
            told, self.checker.committed = self.checker.committed, self._with_true_rows(rows)  # type: ignore[method-assign]
            try:
                return await super().commit(batch)
            finally:
                self.checker.committed = told  # type: ignore[method-assign]
        except BaseException:
            self._runs |= {ref: row for ref, row in rows.items() if self._runs.get(ref) is revised[ref]}
            raise

    def _with_true_rows(self, rows: Any) -> Any:
        told = self.checker.committed

        def committed(batch: Batch, before: Any, *others: Any) -> None:
            told(batch, before | rows, *others)

        return committed


class CursorInbox(Core):
    """The inbox read by the last number seen."""

    _cursor = 0

    def entries(self, entries: Sequence[InboxEntry], as_of: int, runs: Sequence[StoredRun] = ()) -> int:
        later = [entry for entry in entries if entry.seq > self._cursor]
        self._cursor = max([self._cursor, *(entry.seq for entry in later)])
        return super().entries(later, as_of, runs)


class EffectFirst(Core):
    """What a batch asks for leaves when the batch is sent."""

    def batch(self, lane: int = 0) -> Batch | None:
        batch = super().batch(lane)
        if batch is not None:
            for flight in self._memory.lanes[lane]._flying or ():
                self._memory.releases += [
                    Dispatch(flight.run.ref, call.request, call.attempt, call.key, call.arguments, 1)
                    for call in flight.fresh
                ]
        return batch


class Unsorted(Core):
    """A batch in the order in which runs became ready."""

    def batch(self, lane: int = 0) -> Batch | None:
        batch = super().batch(lane)
        return None if batch is None else msgspec.structs.replace(batch, runs=batch.runs[::-1])


class LooseArrivals(Arrivals):
    """An outcome counts for its call, whichever attempt it is of."""

    def report(self, report: Any, now: Instant) -> None:
        run = self._memory.runs.get(report.ref)
        call = run.calls.get(report.request) if run is not None else None
        if call is not None and isinstance(report, Ended):
            report = msgspec.structs.replace(report, attempt=call.attempt)
        super().report(report, now)


class AttemptsUnfenced(Core):
    def __init__(self, *said: Any, **more: Any) -> None:
        super().__init__(*said, **more)
        self._arrivals = LooseArrivals(self._memory)


class DoubledArrivals(Arrivals):
    """A report that comes again is an outcome again."""

    def report(self, report: Any, now: Instant) -> None:
        run = self._memory.runs.get(report.ref)
        call = run.calls.get(report.request) if run is not None else None
        super().report(report, now)
        if run is not None and call is not None and call.state is CallState.ANSWERED:
            run.arrived.reports += [each for each in run.arrived.reports if each.request == call.request]


class OutcomeTwice(Core):
    def __init__(self, *said: Any, **more: Any) -> None:
        super().__init__(*said, **more)
        self._arrivals = DoubledArrivals(self._memory)


class PoisonForEver(Core):
    """A batch that the database refuses for its data is sent again as it is."""

    def refused(self, reason: str, lane: int = 0) -> None:
        self.unreachable(lane)


class TimerLost(Core):
    """A sleeper leaves memory, and its row does not say when it wakes."""

    def batch(self, lane: int = 0) -> Batch | None:
        batch = super().batch(lane)
        if batch is None:
            return None
        runs = tuple(msgspec.structs.replace(write, wake_at=None) for write in batch.runs)
        return msgspec.structs.replace(batch, runs=runs)


class UnknownIsMade(Core):
    """A commit with an unknown outcome counts as made."""

    def unknown(self, lane: int = 0) -> None:
        self.committed(lane)


class ForgetfulInbox(Inbox):
    """Messages to a run that was set aside are never shown again."""

    def show_messages(self, ref: RunRef) -> None:
        self._messages.pop(ref, None)


class MessagesForgotten(Core):
    def __init__(self, *said: Any, **more: Any) -> None:
        super().__init__(*said, **more)
        self._memory.inbox = ForgetfulInbox()


class DeafSleepers(Arrivals):
    """A message wakes nobody who has left memory."""

    def _entry(self, entry: InboxEntry) -> bool:
        asleep = RunRef(entry.part, entry.run) not in self._memory.runs
        return False if asleep and entry.kind == InboxKind.MESSAGE else super()._entry(entry)


PLANTED: dict[str, Bugs] = {
    "fence check removed": Bugs(database=NoFence),
    "epoch compared without owner": Bugs(database=EpochAlone),
    "effect released before its commit": Bugs(core=EffectFirst),
    "epoch not raised at takeover": Bugs(database=SameEpoch),
    "revision ignored after a lossy failover": Bugs(database=NoRevision),
    "inbox read by last id": Bugs(core=CursorInbox),
    "unsorted batch": Bugs(core=Unsorted),
    "attempt not fenced": Bugs(core=AttemptsUnfenced),
    "poison row retried for ever": Bugs(core=PoisonForEver),
    "timer lost at eviction": Bugs(core=TimerLost),
    "outcome delivered twice": Bugs(core=OutcomeTwice),
    "unknown commit counts as made": Bugs(core=UnknownIsMade),
    "epoch not raised at a hand-over": Bugs(database=SameEpochHandedOver),
    "messages to a parked run forgotten": Bugs(core=MessagesForgotten),
    "a message wakes nobody": Bugs(core=core_with(DeafSleepers)),
}
