"""The engine: its core, driven by asyncio, between a store and those who run actions.

All tasks are owned by `run`: one keeps the partitions (lease.py), one polls the inbox and one reads what the core asks
for (both reader.py), one drives the core, and the workers have theirs. A commit is one more, one at a time, while the
next batch gathers. What they do to the core is synchronous, so it needs no lock.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Callable, Mapping

from waymark.vm.surface import Instant

from ..machines.attempts import AttemptPolicy
from ..machines.policies import Policies
from ..model import Batch, EngineId, Epoch, Part, Revision, RunRef
from ..ports import Fenced, OutcomeUnknown, Rejected, StaleRevision, Store, Unreachable
from ..workers.port import AttemptKey, Offering, Workers
from .clock import EngineClock
from .core import Core
from .events import Beat, Completed, Dispatch, Dropped, Report, Revoke, Said
from .host import Host
from .housekeeping import Housekeeping
from .lease import Lease
from .memory import Crumb
from .pace import Pace
from .patience import pauses_s
from .poster import Poster
from .proof import LifeLock
from .reader import Reader
from .saying import to_log
from .scheduler import Scheduler
from .settings import EngineSettings
from .vitals import Vitals

log = logging.getLogger("waymark.engine")

FLUSH_S_MAX = 5.0  # how long a clean stop waits for the last commit


class Engine:
    def __init__(
        self,
        store: Store,
        workers: Workers,
        host: Host,
        settings: EngineSettings,
        *,
        policy: AttemptPolicy | Policies | None = None,
        completed: Callable[[Completed], None] | None = None,
        said: Callable[[Said], None] = to_log,
        may_skip: Callable[[], bool] = lambda: True,
        vitals: Vitals | None = None,
        engine: EngineId | None = None,
    ) -> None:
        """`may_skip` is asked, where the settings let sleeps be skipped, whether they may be right now. `vitals`:
        shared with a supervisor, if there is one, who has then given this `engine` its id."""
        self.id = engine or uuid.uuid4()
        self._store = store
        self._workers = workers
        self._settings = settings
        self._completed = completed
        self._said = said
        self._may_skip = may_skip
        life = LifeLock(settings.state_dir, self.id)
        self._core = Core(self.id, host, policy, settings.limits, _marking(life, vitals))
        self._clock = EngineClock(lambda: time.monotonic_ns() // 1000)
        self._wake = asyncio.Event()  # the core has something to do
        self._stopping = asyncio.Event()
        self._grace_s = 0.0
        self._under_way: set[AttemptKey] = set()  # at the workers
        # Two who read the inbox at a time: the later answer could show again what the earlier one has let go.
        turn = asyncio.Lock()
        self._commit_pauses = pauses_s()
        self._pace = Pace(settings.gap_s)
        self._gathers = False  # a commit waits for company
        self._lease = Lease(
            self.id, self._core, store, workers, self._clock, settings, self._wake.set, life, turn, self._leave, vitals
        )
        self._reader = Reader(self._core, store, self._clock, settings, self._wake.set, turn, vitals, self._pace)
        self._offering = workers if isinstance(workers, Offering) else None
        self._withdrawals: set[asyncio.Task[None]] = set()
        if self._offering is not None:
            self._core.ticketing()
            self._offering.belongs_to(self)
        parts, now = lambda: self._core.open_parts, self._clock.now
        self._poster = Poster(store, lambda: self._core.parts, self.hint)
        self._scheduler = Scheduler(store, parts, now, settings, self._wake.set)
        self._housekeeping = Housekeeping(self.id, store, parts, now, settings, self._core.tally)

    async def run(self) -> None:
        """Until `stop`. Whatever goes wrong that is not foreseen ends the engine; the next one goes on."""
        try:
            async with asyncio.TaskGroup() as tasks:
                serve = tasks.create_task(self._workers.serve(self._reported))
                keep = tasks.create_task(self._lease.keep())
                attend = tasks.create_task(self._lease.attend())
                poll = tasks.create_task(self._poll())
                schedule = tasks.create_task(self._schedule())
                post = tasks.create_task(self._poster.run())
                keep_house = tasks.create_task(self._keep_house())
                read = tasks.create_task(self._reader.read())
                drive = tasks.create_task(self._drive(tasks))
                await self._stopping.wait()
                for task in (schedule, keep_house):
                    task.cancel()
                poll.cancel()  # no new runs; those in memory go on while their actions end
                await self._workers.drain(self._grace_s)
                await self._flush()
                await self._housekeeping.count()
                for task in (drive, read, keep, attend, serve, post, *self._withdrawals):
                    task.cancel()
            await self._lease.give_up()
        finally:
            self._lease.close()

    def stop(self, grace_s: float) -> None:
        """Start no more actions, let those that run end within this time, commit what they came to, and end."""
        self._grace_s = grace_s
        self._pace.end()
        self._stopping.set()

    async def owning(self) -> None:
        """Returns when the engine has the partitions that it could get."""
        await self._lease.settled.wait()

    def hint(self, starts: bool = False) -> None:
        """The inbox has something. Polling would find it, too. `starts`: nothing but runs that start, which may wait
        for others."""
        self._reader.hint.set()
        if not starts:
            self._pace.hurry()
            self._reader.urgent.set()

    def schedules_changed(self) -> None:
        """A schedule was written. Polling would find it, too."""
        self._scheduler.look()

    @property
    def epochs(self) -> Mapping[Part, Epoch]:
        """The partitions that are ours, and since when."""
        return self._core.epochs

    def ticketed(self, ref: RunRef, request: int, offered: bool) -> None:
        """This call is about to be offered, or it is known that it is not."""
        self._core.ticketed(ref, request, offered)

    def revision_of(self, ref: RunRef) -> Revision:
        """Of its last commit that is known here."""
        return self._core.revision_of(ref)

    def waits_for(self, ref: RunRef, request: int) -> bool:
        """Whether an attempt of this call is under way, here or on another host."""
        return self._core.waits_for(ref, request)

    async def _withdraw(self, ref: RunRef, request: int) -> None:
        """No run goes on from a call whose offer may still be answered."""
        assert self._offering is not None, "only offers are withdrawn"
        answered = await self._offering.withdraw(ref, request)
        if answered is not None:
            self._core.withdrawn(ref, request, answered)
            self._wake.set()

    def stir(self) -> None:
        """Look again at what can be done: time may be skipped now that could not be before."""
        self._wake.set()

    def now(self) -> Instant:
        """The time that runs are given: the database's, carried forward, or skipped."""
        return self._clock.now()

    def at_rest(self) -> bool:
        """Whether nothing can happen before something arrives, or an alarm is due."""
        return self._is_idle() and not (self._core.unwritten or self._reader.hint.is_set() or self._wake.is_set())

    def busy_with(self) -> str:
        """What keeps it from its rest."""
        return f"{len(self._under_way)} actions are under way" if self._under_way else "its runs go on and on"

    def skip_to(self, instant: Instant) -> None:
        """Where nobody else shares the time, as in a test, it is moved."""
        self._clock.skip_to(instant)
        self._wake.set()

    # --- the core ---

    async def _poll(self) -> None:
        await self.owning()
        await self._reader.poll()

    async def _schedule(self) -> None:
        await self.owning()
        await self._scheduler.run()

    async def _keep_house(self) -> None:
        await self.owning()
        await self._housekeeping.run()

    async def _drive(self, tasks: asyncio.TaskGroup) -> None:
        await self.owning()
        while True:
            self._wake.clear()
            more = self._step(tasks)
            if more:
                await asyncio.sleep(0)
            else:
                await self._rest()

    def _step(self, tasks: asyncio.TaskGroup) -> bool:
        core = self._core
        more = core.turn(self._clock.now())
        self._leave()
        for lane in core.lanes:
            if (pause_s := self._pace.commit_in_s(lane, core.gathering(lane))) > 0:
                self._gather(pause_s)
            elif (batch := core.batch(lane)) is not None:
                tasks.create_task(self._commit(batch, lane))
        for ref, request in core.withdrawals():
            task = tasks.create_task(self._withdraw(ref, request))
            self._withdrawals.add(task)
            task.add_done_callback(self._withdrawals.discard)
        if core.needs():
            self._reader.asked.set()
        return more

    def _gather(self, pause_s: float) -> None:
        if not self._gathers:
            self._gathers = True
            asyncio.get_running_loop().call_later(pause_s, self._gathered)

    def _gathered(self) -> None:
        self._gathers = False
        self._wake.set()

    async def _rest(self) -> None:
        """Until something arrives, or the next alarm is due."""
        alarm = self.next_alarm()
        if alarm is None:
            await self._wake.wait()
            return
        if self._settings.skip_sleeps and self._is_idle() and self._may_skip():
            self._clock.skip_to(alarm)
            if alarm == self._scheduler.next:
                self._scheduler.look()
        delay_s = max(0, alarm - self._clock.now()) / 1e6
        timer = asyncio.get_running_loop().call_later(delay_s, self._wake.set)
        try:
            await self._wake.wait()
        finally:
            timer.cancel()

    def next_alarm(self) -> Instant | None:
        """When a run has something to do, though nothing may arrive; where time is skipped, schedules count, too."""
        alarms = [self._core.next_alarm(), self._scheduler.next if self._settings.skip_sleeps else None]
        return min((alarm for alarm in alarms if alarm is not None), default=None)

    def _is_idle(self) -> bool:
        busy = self._under_way or self._core.committing or self._core.needs()
        return not busy and self._scheduler.idle and self._reader.idle and self._poster.idle

    async def _commit(self, batch: Batch, lane: int) -> None:
        """Send one batch, and tell the core what became of it. A stop waits for this task."""
        core = self._core
        try:
            sent = await self._store.commit(batch)
        except Fenced as error:
            log.warning("a commit was fenced off: %s", error)
            core.fenced(error.parts, lane)
        except StaleRevision as error:
            log.warning("a commit met rows that somebody else wrote: %s", error)
            core.stale(error.runs, lane)
        except Rejected as error:
            log.warning("the database refused a batch for what is in it: %s", error)
            core.refused(str(error), lane)
        except OutcomeUnknown as error:
            log.warning("whether a commit was made is unknown and will be read: %s", error)
            core.unknown(lane)
            self._poster.left()
        except Unreachable as error:
            log.warning("the database cannot be reached; the batch is kept: %s", error)
            await asyncio.sleep(next(self._commit_pauses))
            core.unreachable(lane)
        else:
            core.committed(lane)
            self._reader.landed()
            self._commit_pauses = pauses_s()
            if sent:
                self._poster.left()
        self._pace.landed(lane, len(batch.runs))
        self._leave()
        self._wake.set()

    def _leave(self) -> None:
        for notice in self._core.notices():
            log.log(logging.DEBUG if isinstance(notice, Dropped) else logging.ERROR, "%s", notice)
        for release in self._core.releases():
            match release:
                case Dispatch():
                    self._under_way.add((release.ref, release.request))
                    self._workers.dispatch(release)
                case Revoke():
                    self._under_way.discard((release.ref, release.request))
                    self._workers.revoke(release)
                case Said():
                    self._said(release)
                case Completed():
                    if self._completed is not None:
                        self._completed(release)

    def _reported(self, report: Report) -> None:
        self._core.report(report, self._clock.now())
        if not isinstance(report, Beat):
            self._under_way.discard((report.ref, report.request))
            self._wake.set()

    async def _flush(self) -> None:
        """Commit what has arrived before the partitions are given up. A run that only computes is not waited for."""
        deadline = time.monotonic() + FLUSH_S_MAX
        self._wake.set()
        while time.monotonic() < deadline:
            await asyncio.sleep(0)
            if not self._core.committing and not self._core.unwritten:
                return
            await asyncio.sleep(0.005)
        log.warning("the last states could not be committed in %s s; the next engine goes on before them", FLUSH_S_MAX)


def _marking(life: LifeLock, vitals: Vitals | None) -> Crumb:
    """Say where it survives which run is being executed, and that one is."""
    if vitals is None:
        return life.mark
    turn = vitals.turn

    def mark(ref: RunRef | None) -> None:
        life.mark(ref)
        turn(ref is not None)

    return mark
