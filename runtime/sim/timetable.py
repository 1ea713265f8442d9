"""Schedules of a world: engines that fire them by the real `scheduling.py`, over the world's network, and race for it.

Timetable       what an engine does of it
TimetableCheck  what the database must show of it, write by write
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from waymark.vm.surface import Instant

from .. import scheduling
from ..machines.instants import rhythm_of
from ..model import RunRef
from ..ports import Store
from ..schedules import Overlap, Schedule, ScheduleState, ScheduleWrite, key_of
from .plan import MS

if TYPE_CHECKING:
    from .shard import Shard
    from .world import World

EARLY_US = 500 * MS  # by so much the clocks of engines may be off, where nobody sets them


class Wire:
    """The store, as somebody sees it who asks over the network."""

    def __init__(self, world: World, shard: Shard | None) -> None:
        self._world = world
        self._shard = shard

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        method = getattr(self._world.store, name)

        async def ask(*said: Any, **more: Any) -> Any:
            if self._shard is not None and name == "write_schedule":
                self._world.boundary(self._shard, "before it writes a schedule")
            return await self._world.ask(partial(method, *said, **more))

        return ask


def wire(world: World, shard: Shard | None = None) -> Store:
    return cast(Store, Wire(world, shard))


class Timetable:
    def __init__(self, shard: Shard) -> None:
        self._shard = shard
        self._world = shard.world

    async def keep(self) -> None:
        if not self._world.plan.schedules:
            return
        while True:
            await self._shard.patiently(self._look)
            await self._world.sleep(self._world.draw.randint(20 * MS, 400 * MS))

    async def _look(self) -> None:
        """While things go wrong, engines also look at what is not theirs."""
        world, shard, now = self._world, self._shard, self._shard.clock.now()
        parts = shard.core.open_parts if world.calm or world.draw.random() < 0.7 else world.people.parts
        for row in await world.ask(partial(world.store.due_schedules, parts, now, 10)):
            for key in await scheduling.fire(wire(world, shard), row, now):
                world.say(shard, f"fires {key}")


class TimetableCheck:
    """Told of every write of a schedule. `hold` raises a Violation."""

    def __init__(self, hold: Callable[[bool, str, str], None]) -> None:
        self._hold = hold
        self._fired: set[str] = set()
        self._latest: dict[str, Instant] = {}  # the instant that was fired last, by schedule
        self._first: dict[str, Instant] = {}
        self.exact = True  # nobody sets clocks
        self._lossless = True  # since a failover, what was read may never have been

    def failed_over(self) -> None:
        self._lossless = False
        self._fired.clear()
        self._latest.clear()

    def written(
        self, there: Schedule | None, write: ScheduleWrite, busy: Collection[RunRef], now: Instant, ours: set[RunRef]
    ) -> None:
        """`busy`: runs of it that had not ended before; `ours`: what this write names as started."""
        row = write.schedule
        if there is None:
            assert row.due is not None
            self._first[row.name] = row.due
        if there is None or row.fired_at == there.fired_at or "+" in (row.last_key or ""):
            return  # nothing has fired: it is registered, moved by hand, triggered or filled in
        said = f"schedule {row.name!r} has fired {sorted(write.starts)}"
        active = ScheduleState.ACTIVE in (there.state, row.state)
        self._hold(active, "a paused schedule fires nothing", f"{said} while it was {there.state.value}")
        again = sorted(key for key in write.starts if key in self._fired)
        self._hold(not again, "an instant fires once", f"schedule {row.name!r} has fired {again} before")
        self._fired.update(write.starts)
        match row.plan.overlap:
            case Overlap.SKIP | Overlap.BUFFER_ONE:
                alone = not busy and len(write.starts) == 1
                self._hold(
                    alone or not self._lossless,
                    "one run at a time",
                    f"{said} while {sorted(ref.run for ref in busy)} went on",
                )
            case Overlap.CANCEL_PREVIOUS:
                left = set(busy) - set(write.cancels) - ours
                self._hold(
                    not left or not self._lossless, "the ones before are cancelled", f"{said}, and {sorted(left)} go on"
                )
            case Overlap.ALLOW:
                pass
        if row.due is not None:
            fired = row.waiting or there.waiting or there.due
            self._hold(fired is None or row.due >= fired, "instants come in order", f"{said}, and goes back")
        early = there.due is not None and there.waiting is None and there.due > now + EARLY_US
        self._hold(not (early and self.exact), "no instant fires early", f"{said} at {now}, and was due at {there.due}")

    def missed(self, row: Schedule, started: Collection[str]) -> list[Instant]:
        """Instants of a schedule that makes up for all, and that have no run."""
        rhythm, instant = rhythm_of(row.plan), self._first[row.name]
        missed = []
        while row.due is not None and instant < row.due:
            if key_of(row.name, instant) not in started:
                missed.append(instant)
            following = rhythm.after(instant)
            assert following is not None
            instant = following
        return missed
