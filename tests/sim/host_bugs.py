"""Bugs planted in what hosts share: offers and tickets, heartbeats, schedules; and in the time that runs are given."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from waymark.runtime.engine.arrivals import Arrivals
from waymark.runtime.engine.core import Core
from waymark.runtime.engine.events import Beat
from waymark.runtime.engine.live import LiveRun
from waymark.runtime.engine.opening import Opening
from waymark.runtime.engine.timing import TIME_PAGE
from waymark.runtime.machines.attempts import Again
from waymark.runtime.model import EngineId, Epoch, InboxKind, NewRun, Part, RunRef, StoredRun
from waymark.runtime.offers.answers import Answer
from waymark.runtime.offers.port import CallKey, Verdict
from waymark.runtime.schedules import ScheduleWrite
from waymark.runtime.sim.database import Database
from waymark.runtime.sim.world import Bugs
from waymark.vm.surface import Instant

from .planting import core_with

# --- offers ---


class Hasty(Core):
    """A run goes on from a call though its offer may be answered."""

    def withdrawals(self) -> list[tuple[RunRef, int]]:
        given = super().withdrawals()
        for ref, request in given:
            self.withdrawn(ref, request, answered=False)
        return []


class Unbelieving(Core):
    """The answer of an earlier attempt counts for nothing."""

    def turn(self, now: Instant, slices_max: int = 64) -> bool:
        for run in self._memory.runs.values():
            run.arrived.entries = [entry for entry in run.arrived.entries if not self._is_earlier(run, entry)]
        return super().turn(now, slices_max)

    @staticmethod
    def _is_earlier(run: LiveRun, entry: Any) -> bool:
        if entry.kind != InboxKind.OUTCOME:
            return False
        answer = msgspec.msgpack.decode(entry.body, type=Answer)
        call = run.calls.get(answer.call)
        return call is not None and call.attempt != answer.attempt


class PaidAnyway(Database):
    """The row of a transactional action is there, though its ticket is gone."""

    async def pay(self, claimer: EngineId, ref: RunRef, answer: Answer) -> bool:
        paid = await super().pay(claimer, ref, answer)
        if not paid:
            self.paid[ref, answer.call] = self.paid.get((ref, answer.call), 0) + 1
        return paid


class OfferedAgain(Database):
    """A call is offered again though its answer lies in the inbox."""

    def _answered(self, key: CallKey) -> bool:
        return False


class TicketKept(Database):
    """Whoever answers leaves the offer where it is."""

    async def answer(self, claimer: EngineId, answers: Sequence[tuple[RunRef, Answer]]) -> frozenset[CallKey]:
        held = {(ref, each.call): self._offers.get((ref, each.call)) for ref, each in answers}
        counted = await super().answer(claimer, answers)
        self._offers |= {key: row for key, row in held.items() if row is not None}
        return counted


class NeverLapsed(Database):
    """A claim whose claimer died is nobody's affair."""

    async def lapsed_offers(self, parts: Collection[Part]) -> Sequence[tuple[RunRef, int, int]]:
        return []


class TakenFromTheLiving(Database):
    """A withdrawal of what has lapsed does not look whether it has, nor who owns the run."""

    async def withdraw(self, owner: EngineId, epoch: Epoch, ref: RunRef, call: int, lapsed: bool) -> Verdict:
        verdict = await super().withdraw(owner, epoch, ref, call, lapsed)
        return Verdict.WITHDRAWN if verdict is Verdict.ANSWERED else verdict


# --- attempts ---


class DeafToBeats(Arrivals):
    """An attempt that beats is as silent as any."""

    def report(self, report: Any, now: Instant) -> None:
        if not isinstance(report, Beat):
            super().report(report, now)


class NeverSilent(Arrivals):
    """Nobody looks for attempts that are silent."""

    def look_for_silent(self, now: Instant) -> None:
        return


class Impatient(Arrivals):
    """The next attempt follows at once, whatever the one before has asked for."""

    def _again(self, run: Any, call: Any, step: Again, now: Instant) -> None:
        super()._again(run, call, Again(0), now)


# --- schedules ---


class AnyWriter(Database):
    """A schedule is written at whatever revision it stands."""

    async def write_schedule(self, write: ScheduleWrite) -> bool:
        there = self._schedules.get((write.schedule.workflow, write.schedule.name))
        if there is not None and write.expected is not None:
            write = msgspec.structs.replace(write, expected=there.revision)
        return await super().write_schedule(write)


class RowAlone(Database):
    """A fire is two transactions, and the second one is not made every second time: its runs are missing."""

    _fires = 0

    async def write_schedule(self, write: ScheduleWrite) -> bool:
        self._fires += bool(write.starts)
        if write.starts and self._fires % 2 == 0:
            write = msgspec.structs.replace(write, starts={})
        return await super().write_schedule(write)


class RunsAlone(Database):
    """The same the other way round: the runs are started, and the row is not written."""

    _fires = 0

    async def write_schedule(self, write: ScheduleWrite) -> bool:
        self._fires += bool(write.starts)
        there = self._schedules.get((write.schedule.workflow, write.schedule.name))
        made = await super().write_schedule(write)
        if made and there is not None and write.starts and self._fires % 3 == 0:
            self._schedules[there.workflow, there.name] = there
        return made


class NobodyRuns(Database):
    """Nobody asks whether a run of the schedule goes on."""

    async def runs_of_schedule(
        self, workflow: str, name: str, since: Instant, limit: int
    ) -> Sequence[tuple[RunRef, Instant]]:
        return []


# --- runs ---


class Ticking(Core):
    """What a run had left when it was paused is forgotten: its time went on meanwhile."""

    def pages(self, ref: RunRef, pages: Any) -> None:
        known = {page: body for page, body in pages.items() if page != TIME_PAGE} if isinstance(pages, dict) else pages
        super().pages(ref, known)


class LettersLost(Opening):
    """What comes for a run that has failed is thrown away."""

    _wanted = False

    def _is_tried_again(self, run: LiveRun, stored: StoredRun) -> bool:
        self._wanted = any(entry.kind == InboxKind.RETRY for entry in run.arrived.entries)
        return super()._is_tried_again(run, stored)

    def _may_be_tried_again(self, stored: StoredRun) -> bool:
        return self._wanted and super()._may_be_tried_again(stored)


class AttachedHost:
    """Whatever a run has started is its own."""

    def __init__(self, host: Any) -> None:
        self._host = host

    def __getattr__(self, name: str) -> Any:
        return getattr(self._host, name)

    def start(self, stored: StoredRun) -> Any:
        return _attached(self._host.start(stored))

    def restore(self, stored: StoredRun, pages: Any) -> Any:
        return _attached(self._host.restore(stored, pages))


def _attached(machine: Any) -> Any:
    open_runs = machine.open_runs
    machine.open_runs = lambda: tuple(msgspec.structs.replace(each, detached=False) for each in open_runs())
    return machine


class Attached(Core):
    def __init__(self, engine: EngineId, host: Any, *said: Any, **more: Any) -> None:
        super().__init__(engine, AttachedHost(host), *said, **more)


class StartedAnew(Database):
    """Many that are started at once begin anew, if they are there already."""

    async def start_many(self, news: Sequence[NewRun]) -> list[RunRef]:
        for new in news:
            if new.ref in self._runs:
                del self._runs[new.ref]
        return await super().start_many(news)


TIME_GOES_ON = Bugs(core=Ticking)  # few worlds hold a run for long enough: it has one of its own

HOSTS: dict[str, Bugs] = {
    "a run goes on though an offer may be answered": Bugs(core=Hasty),
    "an earlier attempt's answer is not believed": Bugs(core=Unbelieving),
    "a ticket's row is there without its outcome": Bugs(database=PaidAnyway),
    "a call is offered again though it is answered": Bugs(database=OfferedAgain),
    "an answer leaves its ticket": Bugs(database=TicketKept),
    "a claim is never taken back": Bugs(database=NeverLapsed),
    "a withdrawal overlooks the answer": Bugs(database=TakenFromTheLiving),
    "beats are not heard": Bugs(core=core_with(DeafToBeats)),
    "silence is not noticed": Bugs(core=core_with(NeverSilent)),
    "the pause that an action wants is not kept": Bugs(core=core_with(Impatient)),
    "a schedule is written at any revision": Bugs(database=AnyWriter),
    "a schedule's row is written without its runs": Bugs(database=RowAlone),
    "a schedule's runs are started without its row": Bugs(database=RunsAlone),
    "nobody asks whether a scheduled run goes on": Bugs(database=NobodyRuns),
    "messages behind a failure are lost": Bugs(core=core_with(LettersLost)),
    "a run on its own is stopped with its parent": Bugs(core=Attached),
    "many started at once begin anew": Bugs(database=StartedAnew),
}
