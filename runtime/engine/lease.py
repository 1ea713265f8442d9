"""Which partitions are ours: taking what is free, expired or proved a dead engine's, and keeping it by heartbeats.

Each engine that lives has its share of the partitions (sharing.py); what falls free is taken by whose it is. When the
answer to a heartbeat is late, no new attempts start, since the partitions may be another's by then; when the store says
that the lease has run out, everything is dropped from memory. A write would be fenced in any case.

Under a supervisor the heartbeats are its affair, for as long as the engine shows that it goes on (vitals.py); an engine
without one sends them itself. Between heartbeats it asks one question a second: whether anything has changed.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping

from ..model import EngineId, EngineRow, Part, Peers
from ..ports import Store, Unreachable
from ..workers.port import Workers
from .burial import bury
from .clock import EngineClock
from .core import Core
from .patience import patiently
from .proof import LifeLock, host_id, proved_dead
from .settings import EngineSettings
from .sharing import Sharing
from .vitals import Vitals, monotonic_us

log = logging.getLogger("waymark.engine")

SWEEP_BEATS = 16  # in so many heartbeats every partition is looked through
MOVING_MS = 100  # between looks while partitions are on their way to others
ATTEND_S = 0.25  # between looks at what the supervisor says, which cost nothing
MARGIN_MS_MAX = 2_000  # new attempts stop so long before the lease ends


class Lease:
    def __init__(
        self,
        engine: EngineId,
        core: Core,
        store: Store,
        workers: Workers,
        clock: EngineClock,
        settings: EngineSettings,
        wake: Callable[[], None],
        life: LifeLock,
        turn: asyncio.Lock,
        leave: Callable[[], None],
        vitals: Vitals | None = None,
    ) -> None:
        """`leave`: tell the workers what the core has let go. `vitals`: of a supervisor, who sends the heartbeats."""
        self._engine = engine
        self._core = core
        self._store = store
        self._workers = workers
        self._clock = clock
        self._settings = settings
        self._wake = wake
        self._unadopted: frozenset[Part] = frozenset()  # ours, but their runs were not read yet
        self._life = life
        self._turn = turn
        self._leave = leave
        self._swept = 0
        self._sharing = Sharing(engine, core, settings.parts)
        self._hold: asyncio.TimerHandle | None = None
        self._vitals = vitals
        self._sent_us = 0  # when the latest was sent of what has extended the lease
        self._beat_us = 0  # the latest heartbeat of the supervisor's that is counted
        self._refusals = 0
        self._peers: Peers | None = None  # as they were when there was nothing to do about them
        self._neighbours: list[EngineRow] = []  # of this host, whose files say whether they live
        self._heartbeat_s = 0.0  # when the next one is due
        self.settled = asyncio.Event()  # set once: the partitions that could be had are ours, and their runs are read

    async def keep(self) -> None:
        """Until cancelled."""
        await patiently(lambda: self._store.register(self._engine, host_id(), str(self._life.path)))
        await patiently(self._take)
        await patiently(self._adopt)
        self.settled.set()
        while True:
            await asyncio.sleep(self._pause_ms() / 1000)
            if time.monotonic() < self._heartbeat_s and await patiently(self._is_as_it_was):
                continue
            await patiently(self._beat)
            await patiently(self._take)
            await patiently(self._adopt)
            await patiently(self._sweep)

    async def attend(self) -> None:
        """Until cancelled: show the supervisor that this engine goes on, and hear what became of its heartbeats."""
        if (vitals := self._vitals) is None:
            return
        owned: frozenset[Part] | None = None
        while True:
            vitals.alive()
            if self._core.parts != owned:
                owned = self._core.parts
                vitals.owns(owned)
            self._hear(vitals)
            await asyncio.sleep(ATTEND_S)

    def _pause_ms(self) -> int:
        settings = self._settings
        if self._sharing.moving:
            return min(settings.heartbeat_ms, MOVING_MS)
        return min(settings.heartbeat_ms, settings.reclaim_interval_ms)

    async def _is_as_it_was(self) -> bool:
        """Whether nobody has come, gone, died or asked for anything since there was nothing to do."""
        host = host_id()
        if self._peers is None or any(proved_dead(row, host) for row in self._neighbours):
            return False
        return await self._store.peers(self._engine) == self._peers

    async def give_up(self) -> None:
        """At a clean stop: the partitions are free at once."""
        self._lease_runs(False)
        try:
            await self._store.release(self._engine)
        except Unreachable as error:
            log.warning("the partitions could not be given up, and will be taken from a dead engine: %s", error)
        else:
            self._life.remove()

    def close(self) -> None:
        """However the engine ended, it does nothing any more."""
        self._rearm(None)
        self._life.close()

    async def _take(self) -> None:
        if self._core.parts and monotonic_us() >= self._sent_us + self._settings.lock_ttl_ms * 1000:
            self._drop()  # whoever has had them since, attempts of before must not start when the lease begins anew
        self._peers = None
        self._heartbeat_s = time.monotonic() + self._settings.heartbeat_ms / 1000
        if len(self._core.parts) < len(self._settings.parts):
            await self._bury_the_dead()
        sent_us = monotonic_us()
        peers = await self._store.peers(self._engine)
        moves = self._sharing.look(peers, self._clock.now())
        await self._give(moves.give)
        if moves.want:
            await self._store.want(self._engine, moves.want)
        held = self._core.parts
        ours = await self._store.acquire(self._engine, moves.take, self._settings.lock_ttl_ms)
        self._core.lost((held & moves.take) - ours.keys())  # handed over, and the answer was lost
        fresh = self._core.granted(ours)
        self._extended(sent_us)
        self._lease_runs(True)
        if not (moves.want or moves.give or peers.wanted) and self._core.parts == moves.take and self._sharing.settled:
            self._peers = peers
        if fresh:
            log.info("engine %s has taken %d of %d partitions", self._engine, len(fresh), len(self._settings.parts))
        self._unadopted |= fresh
        await self._sample()

    async def _give(self, give: Mapping[Part, EngineId]) -> None:
        for engine in sorted(set(give.values())):
            epochs = {part: self._core.epochs[part] for part, other in give.items() if other == engine}
            given = await self._store.hand_over(self._engine, epochs, engine)
            self._sharing.handed_over(given)
            log.info("%d partitions were handed over to engine %s", len(given), engine)

    async def _bury_the_dead(self) -> None:
        host = host_id()
        others = [row for row in await self._store.engines() if row.engine != self._engine]
        self._neighbours = [row for row in others if not await bury(self._store, row, host)]

    async def _adopt(self) -> None:
        if self._unadopted:
            parts = self._unadopted & self._core.parts
            # Before any of their runs is executed: one that kills engines would kill this one, too.
            async with self._turn:
                as_of = self._core.commits
                self._core.entries(await self._store.read_strikes(parts), as_of)
            as_of = self._core.commits
            self._core.adopt(await self._store.live_runs(parts), as_of)
            self._unadopted -= parts
            self._wake()

    async def _sweep(self) -> None:
        """Take up runs of ours that we do not hold, or not as they are stored, a few partitions at a time.

        There are none, but after a failover that lost commits: a run that had ended, or gone to sleep, may be awake in
        a database that never heard of that. Those in memory notice by their revision, at their next commit; one that
        waits for what was lost, as an offer to other hosts, has none.
        """
        held = sorted(self._core.parts - self._unadopted)
        if held:
            share = -(-len(held) // SWEEP_BEATS)
            begin = self._swept % len(held)
            parts = (held + held)[begin : begin + share]
            self._swept += share
            as_of = self._core.commits
            if self._core.adopt(await self._store.live_runs(parts), as_of):
                self._wake()

    async def _beat(self) -> None:
        if self._vitals is None:
            sent_us = monotonic_us()
            if await self._store.beat(self._engine, self._settings.lock_ttl_ms):
                self._extended(sent_us)
            else:
                self._drop()

    def _hear(self, vitals: Vitals) -> None:
        """Of the supervisor's heartbeats."""
        beat_us, refusals = vitals.beat_us, vitals.refusals
        if refusals != self._refusals:
            self._refusals = refusals
            self._drop()
        elif beat_us > self._beat_us and vitals.leased:
            self._extended(beat_us)
        self._beat_us = beat_us

    def _drop(self) -> None:
        """The lease has run out."""
        self._lease_runs(False)
        if self._core.parts:
            log.warning("the lease of engine %s has run out; it drops its partitions", self._engine)
        self._core.lost(self._core.parts)
        self._leave()
        self._unadopted = frozenset()
        self._peers = None
        self._wake()

    def _lease_runs(self, runs: bool) -> None:
        if self._vitals is not None:
            self._vitals.leased = runs

    async def _sample(self) -> None:
        asked_us = monotonic_us()
        self._clock.sample(await self._store.now(), asked_us, monotonic_us())
        self._wake()  # its time may have moved on, as after a pause of the whole host: what is due may be overdue

    def _extended(self, sent_us: int) -> None:
        """The lease counts from when the heartbeat was sent, for all that this process can know."""
        if sent_us < self._sent_us:
            return  # of two who extend it, the later one has been heard already
        self._sent_us = sent_us
        ttl_ms = self._settings.lock_ttl_ms
        end_s = sent_us / 1e6 + (ttl_ms - min(MARGIN_MS_MAX, ttl_ms // 4)) / 1000
        self._rearm(end_s - time.monotonic())
        self._workers.hold(False, end_s)

    def _rearm(self, delay_s: float | None) -> None:
        if self._hold is not None:
            self._hold.cancel()
        loop = asyncio.get_running_loop()
        self._hold = None if delay_s is None else loop.call_later(max(0.0, delay_s), self._workers.hold, True)
