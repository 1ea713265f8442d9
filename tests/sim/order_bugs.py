"""Bugs planted in what people order of runs: pauses, later starts, timeouts, and runs that are tried again."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec

from waymark.runtime.engine.core import Core
from waymark.runtime.engine.live import Inputs, LiveRun
from waymark.runtime.engine.opening import Opening
from waymark.runtime.engine.slices import run_slice
from waymark.runtime.engine.turns import Turns
from waymark.runtime.model import Batch, EngineId, Epoch, Part, RunRef, Status, StoredRun
from waymark.runtime.ports import Moved
from waymark.runtime.sim.database import Database
from waymark.runtime.sim.world import Bugs
from waymark.vm.surface import Instant

from .planting import core_with


class Restless(Turns):
    """A paused run executes what it has got an outcome for."""

    def _execute(self, run: LiveRun, now: Instant) -> bool:
        paused = run.paused and bool(run.arrived.reports) and not run.arrived.entries
        if paused:
            return run_slice(run, self._host, self._memory.policies, self._ticks, now)
        return super()._execute(run, now)


class Discarding(Turns):
    """What actions come to while their run is paused is thrown away."""

    def _execute(self, run: LiveRun, now: Instant) -> bool:
        if run.paused and not run.arrived.entries:
            run.arrived = Inputs(run.arrived.entries, [])
        return super()._execute(run, now)


class Eager(Turns):
    """A run begins as soon as it is in memory."""

    def _execute(self, run: LiveRun, now: Instant) -> bool:
        run.begins = None
        return super()._execute(run, now)


class Patient(Core):
    """Nobody looks at the time that a run was given."""

    def rows(self, asked: Any, found: Any) -> None:
        super().rows(asked, [msgspec.structs.replace(row, deadline_at=None) for row in found])

    def entries(self, entries: Any, as_of: int, runs: Any = ()) -> int:
        return super().entries(entries, as_of, [msgspec.structs.replace(row, deadline_at=None) for row in runs])


class Wakeful(Opening):
    """A paused run is taken up as if it ran."""

    def _take(self, run: LiveRun, stored: StoredRun | None) -> None:
        if stored is not None and stored.status is Status.PAUSED:
            stored = msgspec.structs.replace(stored, status=Status.RUNNING)
        super()._take(run, stored)


class Forgetful(Opening):
    """A run that is tried again makes all of its open calls again, also those that had a value."""

    def calls(self, ref: RunRef, rows: Any) -> None:
        super().calls(ref, [] if isinstance(rows, list | tuple) else rows)


class Vanishing(Core):
    """A pause ends by itself."""

    def batch(self, lane: int = 0) -> Batch | None:
        batch = super().batch(lane)
        for run in list(self._memory.runs.values()):
            if run.paused and run.flight is None:
                run.status = Status.RUNNING
                run.paused = False
        return batch


class MovedTwice(Database):
    """What runs send to others is moved, and stays where it was, once."""

    async def move_outbox(self, parts: Collection[Part], limit: int = 500) -> Moved:
        entries = self._outbox._entries
        held = dict(entries)
        moved = await super().move_outbox(parts, limit)
        kept = {key: sent for key, sent in held.items() if key not in entries and key not in self._once}
        self._once |= kept.keys()
        entries |= kept
        return moved

    @property
    def _once(self) -> set[tuple[Part, int]]:
        return self.__dict__.setdefault("moved_once", set())  # type: ignore[no-any-return]

    @_once.setter
    def _once(self, keys: set[tuple[Part, int]]) -> None:
        self.__dict__["moved_once"] = keys


class LeftLying(Database):
    """What an engine has not moved before it lost its partition is never moved."""

    async def acquire(self, engine: EngineId, parts: Collection[Part], ttl_ms: int) -> dict[Part, Epoch]:
        before = {part: self._partitions[part].engine for part in parts}
        held = await super().acquire(engine, parts, ttl_ms)
        fresh = {part for part in held if before[part] not in (None, engine)}
        for key in [key for key in self._outbox._entries if key[0] in fresh]:
            del self._outbox._entries[key]
        return held


class Ahead(Core):
    """A state that goes to the store in parts is told to be durable with the first of them."""

    def committed(self, lane: int = 0) -> None:
        for flight in self._memory.lanes[lane]._flying or ():
            if flight.rest is not None:
                self._memory.releases += [self._landing._dispatch(flight.run, call) for call in flight.rest.fresh]
        super().committed(lane)


ORDERS: dict[str, Bugs] = {
    "what runs send is moved twice": Bugs(database=MovedTwice),
    "what runs send is lost at a takeover": Bugs(database=LeftLying),
    "a call leaves with pages that go ahead": Bugs(core=Ahead),
    "a paused run executes": Bugs(core=core_with(Restless)),
    "an outcome in a pause is lost": Bugs(core=core_with(Discarding)),
    "a later start begins early": Bugs(core=core_with(Eager)),
    "the time that a run was given is not looked at": Bugs(core=Patient),
    "a pause is forgotten at a takeover": Bugs(core=core_with(Wakeful)),
    "a retried run makes calls again that had a value": Bugs(core=core_with(Forgetful)),
    "a pause ends by itself": Bugs(core=Vanishing),
}
