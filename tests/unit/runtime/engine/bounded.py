"""A world whose engine has limits."""

from __future__ import annotations

from collections.abc import Sequence

from waymark.runtime.engine.core import Core
from waymark.runtime.engine.limits import AHEAD_US, Limits
from waymark.runtime.model import RunRef, StoredRun

from .world import World, at_once

SECOND = 1_000_000
SLEEPY = Limits(evict_us=20 * SECOND)


class Bounded(World):
    """A world whose engine has limits. What it does with its crumb is noted."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.crumbs: list[RunRef | None] = []
        super().__init__()

    def boot(self) -> None:
        super().boot()
        self.core = Core(self.engine, self.host, self.policy, self.limits, self.crumbs.append)
        fresh = self.core.granted(at_once(self.store.acquire(self.engine, range(256), 15_000)))
        self.core.entries(at_once(self.store.read_strikes(fresh)), self.core.commits)
        self.core.adopt(at_once(self.store.live_runs(fresh)), self.core.commits)

    def poll(self) -> int:
        as_of = self.core.commits
        found = at_once(self.store.read_inbox(self.core.parts, self.core.appetite, self.core.open_to_starts))
        return self.core.entries(found, as_of)

    def look_ahead(self) -> int:
        return self.core.due(self.sleepers(), self.core.commits)

    def sleepers(self) -> Sequence[StoredRun]:
        return at_once(self.store.due_runs(self.core.parts, self.now + AHEAD_US, 500))
