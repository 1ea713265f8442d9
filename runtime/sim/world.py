"""The world: one clock, one order of events, a network that loses and delays, and faults drawn from the plan's seed.

Everything that lives (engines, clients, schedulers) is a coroutine that waits in one of two ways: `sleep` and `ask`.
The world resumes it when the time has come or the answer has arrived, unless its engine is dead by then. Two worlds of
one plan do the same, step for step.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Awaitable, Callable, Collection, Coroutine
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from waymark.vm.surface import Instant

from ..engine.core import Core
from ..engine.limits import Limits
from ..machines.attempts import AttemptPolicy
from ..machines.policies import Policies
from ..model import NEVER, EngineRow, Part
from .acting import GOOD, UNIT
from .checker import Checker, Violation
from .database import Database, at_once
from .ends import Ends
from .misfortune import pulse
from .network import Life, Network, Trap
from .people import People
from .plan import FAULTS, MS, SECOND, Plan
from .pool import Pool
from .script import Deeds, EngineDied
from .shard import Shard
from .steps import AGAIN, BEATING

Answer = TypeVar("Answer")

BEGIN_US: Instant = 1_700_000_000_000_000
CALM_US_MAX = 120 * SECOND  # without faults everything comes to its end within that, but for sleep
BATCH_RUNS_MAX, BATCH_BYTES_MAX = 4, 6_000  # small, so that the bounds are met


class Bugs(msgspec.Struct, frozen=True):
    """The parts that a planted bug replaces."""

    core: type[Core] = Core
    database: type[Database] = Database


class World:
    def __init__(
        self,
        plan: Plan,
        bugs: Bugs | None = None,
        trace: Callable[[str], None] | None = None,
        pool: Pool | None = None,
    ) -> None:
        self.plan = plan
        self.pool = pool
        self.bugs = bugs or Bugs()
        self.draw = random.Random(plan.seed)
        self.calm = False
        self.orphaned = True
        self.steps = 0
        self._trace = trace
        self._time = 0
        self._leapt = 0  # time that nobody lived through
        self.step_us = 0  # by which the database's clock is ahead
        self._events: list[tuple[int, int, Shard | None, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self.generation = 0  # of the database: what was on its way to the last one never arrives
        self.down_until = 0
        self._network = Network(self)
        self._calm_since = 0
        # Nothing runs so long: what is tried is that the deadline is carried along.
        usual = AttemptPolicy(timeout_ms=1000, deadline_us=365 * 86_400 * SECOND)
        self.policy = Policies(
            usual,
            {
                AGAIN: msgspec.structs.replace(usual, attempts_max=10),
                BEATING: msgspec.structs.replace(usual, heartbeat_ms=200, timeout_ms=5_000),
            },
        )
        self.limits = Limits(
            self.draw.choice([2, 4, 100]), 10 * SECOND, batch_runs=BATCH_RUNS_MAX, batch_bytes=BATCH_BYTES_MAX,
            lanes=self.draw.choice([1, 1, 2, 3]),
        )  # fmt: skip
        self.deeds = Deeds()
        self.checker = Checker(BATCH_RUNS_MAX, BATCH_BYTES_MAX, pool)
        self.store = self.bugs.database(self.database_now, self.checker, self.deeds)
        self.store.delay_us = self._entry_delay_us
        self.checker.timetable.exact = self.checker.orders.exact = "clock_step" not in plan.faults
        self.people = People(self)
        self.store.fired = self.people.fired
        self.ends = Ends(self)
        self.shards: list[Shard] = []
        self._dead: dict[UUID, Shard] = {}
        at_once(self.store.put_units({UNIT: GOOD} | (pool.units if pool is not None else {})))
        self.store.follow()

    # --- time ---

    def monotonic(self) -> int:
        return self._time + self._leapt

    def lived(self) -> int:
        """The time in which events are put: without what was leapt over."""
        return self._time

    def database_now(self) -> Instant:
        return BEGIN_US + self._time + self._leapt + self.step_us

    def later(self, us: int, do: Callable[[], None], shard: Shard | None = None) -> None:
        heapq.heappush(self._events, (self._time + us, next(self._numbers), shard, do))

    def say(self, who: Shard | str, what: str) -> None:
        if self._trace is not None:
            name = who if isinstance(who, str) else who.name
            self._trace(f"{self.monotonic() / SECOND:12.6f}  {name:<10}  {what}")

    # --- chance ---

    def uuid(self) -> UUID:
        return UUID(int=self.draw.getrandbits(128), version=4)

    def strikes(self, fault: str) -> bool:
        """Whether this fault happens now."""
        return not self.calm and fault in self.plan.faults and self.draw.random() * 1000 < FAULTS[fault]

    def latency(self) -> int:
        us = 100 + int(self.draw.random() * 1_400)
        return us * 100 if self.strikes("slow") else us

    def _entry_delay_us(self) -> int:
        return self.draw.randint(1, 800 * MS) if self.strikes("late_entry") else 0

    def taken_by(self, share: Collection[Part]) -> frozenset[Part]:
        """While things go wrong, engines also try for what is not theirs, and not always for all that is."""
        parts = sorted(self.people.parts)
        return frozenset(share if self.calm else [part for part in parts if self.draw.random() < 0.5] or parts)

    # --- those who live ---

    def spawn(self, shard: Shard | None, life: Life) -> None:
        self._resume(shard, life, None, None)

    def sleep(self, us: int) -> Awaitable[None]:
        return Trap(us, None, False)

    def ask(self, ask: Callable[[], Coroutine[Any, Any, Answer]], *, commit: bool = False) -> Awaitable[Answer]:
        return Trap(0, ask, commit)

    def _resume(self, shard: Shard | None, life: Life, answer: Any, error: Exception | None) -> None:
        if shard is not None and shard.dead:
            life.close()
            return
        try:
            trap: Trap = life.send(answer) if error is None else life.throw(error)
        except StopIteration:
            return
        if trap.ask is None:
            self.later(trap.us, lambda: self._resume(shard, life, None, None), shard)
        else:
            self._network.send(trap, shard, partial(self._resume, shard, life))

    # --- faults ---

    def boundary(self, shard: Shard, where: str) -> None:
        if self.strikes("crash"):
            raise self.deeds.die(where)

    def kill(self, shard: Shard, why: str) -> None:
        self.say(shard, f"is killed: {why}")
        shard.dead = True
        self.deeds.dying = False
        self.shards.remove(shard)
        self._dead[shard.id] = shard
        self.later(self.draw.randint(10 * MS, 600 * MS), self.boot)

    def boot(self) -> None:
        shard = Shard(self, f"engine-{len(self._dead) + len(self.shards) + 1}")
        self.shards.append(shard)
        self.say(shard, "begins")

    def proved_dead(self, row: EngineRow) -> Shard | None:
        """The engine of this row, if its lock is free."""
        return self._dead.get(row.engine)

    # --- from the beginning to the end ---

    def run(self, steps_max: int | None = None) -> None:
        """Raises Violation. A plan that ends well returns."""
        for _ in range(self.plan.engines):
            self.boot()
        self.people.begin()
        self.later(0, partial(pulse, self))
        self.later(self.plan.span_us, self._calm_down)
        while self._events and not self.ends.satisfied:
            if steps_max is not None and self.steps >= steps_max:
                return
            self._step()
        self.ends.check_ends()

    def _step(self) -> None:
        time, _, shard, do = heapq.heappop(self._events)
        if shard is not None:
            if shard.dead:
                return
            if shard.frozen_until > time:  # it happens when the engine goes on, in the same order
                heapq.heappush(self._events, (shard.frozen_until, next(self._numbers), shard, do))
                return
        self._time = max(self._time, time)
        self.steps += 1
        try:
            do()
        except EngineDied as died:
            assert shard is not None, "only engines die"
            self.kill(shard, str(died))
        if self.calm and self._time - self._calm_since > CALM_US_MAX:
            raise Violation("nothing is stuck", self.ends.stuck())

    def _calm_down(self) -> None:
        """No more faults: from now on everything must come to its end."""
        self.say("world", "nothing goes wrong any more")
        self.calm = True
        self._calm_since = self._time
        self.down_until = 0
        for shard in self.shards:
            shard.frozen_until = 0
        while len(self.shards) < self.plan.engines:
            self.boot()
        self.later(0, self._look_on)

    def _look_on(self) -> None:
        self.ends.mend()
        self._leap()
        self.later(100 * MS, self._look_on)

    def _leap(self) -> None:
        """When everybody sleeps, nobody needs to live through the time."""
        if any(shard.restless for shard in self.shards) or self.store.unsettled():
            return
        due = [alarm for shard in self.shards if (alarm := shard.core.next_alarm()) is not None]
        due += [row.wake_at for row in self.store.live() if row.wake_at not in (None, NEVER)]
        left = min(due, default=0) - self.database_now()
        if left > 8 * SECOND:
            self._leapt += left - 7 * SECOND
            self.store.shift_leases(left - 7 * SECOND)
            for shard in self.shards:
                shard.leapt(left - 7 * SECOND)
            self._calm_since = self._time
            self.say("world", f"{left / SECOND:.0f} seconds pass in sleep")
