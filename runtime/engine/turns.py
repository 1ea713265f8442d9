"""Whose slice is next, and what is made of one that did not end well."""

from __future__ import annotations

from waymark.vm.crossing import ValueDrift
from waymark.vm.surface import Fault, Instant

from ..messages import BadMessage
from .answered import before_timers, cut_off, take_answers, withhold
from .holding import hold, is_held, next_wake, show_kept, take_orders
from .live import LiveRun
from .memory import Memory
from .slices import run_slice, write_down

WAITING_RUNS_MAX = 4_000  # with so many waiting for the store, no more are executed


class Turns:
    def __init__(self, memory: Memory, ticks_per_slice: int) -> None:
        self._memory = memory
        self._host = memory.host
        self._ticks = ticks_per_slice
        self._struck_last = False

    def turn(self, now: Instant, slices_max: int) -> bool:
        """Run slices, one for each ready run in turn. Whether there is more to run at once."""
        memory = self._memory
        memory.now = now
        memory.ring(now)
        if memory.ready.struck and not self._struck_last:
            return self._turn_alone(now)
        self._struck_last = False
        try:
            room = max(0, WAITING_RUNS_MAX - memory.waiting)  # each slice has one run wait for the store at most
            for _ in range(min(slices_max, len(memory.ready), room)):
                if (run := memory.ready.take()) is not None:
                    self._slice(run, now)
        finally:
            memory.crumb(None)  # once for all: from one run to the next the crumb changes hands
        return bool(memory.ready) and memory.waiting < WAITING_RUNS_MAX  # else whoever reports the commit calls again

    def _turn_alone(self, now: Instant) -> bool:
        """A slice of a run that engines have died of, when nothing of the others can be lost with it."""
        memory = self._memory
        if memory.committing or memory.waiting:
            return False  # whoever reports the commit calls again
        if (run := memory.ready.take_struck()) is not None:
            try:
                self._slice(run, now)
            finally:
                memory.crumb(None)
        self._struck_last = True
        return bool(memory.ready)

    def _execute(self, run: LiveRun, now: Instant) -> bool:
        """Whether there is something to commit."""
        inbox = self._memory.inbox
        if run.arrived.entries:
            take_orders(run, now)
        if (run.paused or run.begins is not None) and is_held(run, now):
            return hold(run, inbox)
        if inbox.has_messages(run.ref):
            show_kept(run, inbox)
        if run.arrived.entries and (cancels := take_answers(self._memory, run, now)) is not None:
            more = run_slice(run, self._host, self._memory.policies, self._ticks, before_timers(run, now))
            run.arrived.entries[:0] = cancels
            return more
        return run_slice(run, self._host, self._memory.policies, self._ticks, now)

    def _slice(self, run: LiveRun, now: Instant) -> None:
        memory = self._memory
        assert run.machine is not None
        leaving = run.ref.part in memory.leaving
        if leaving and not run.arrived.reports:
            return  # `stay` comes back to it
        if run.parking is not None and not leaving:
            memory.park(run, run.parking)
            return
        memory.crumb(run.ref)
        try:
            if leaving:
                write_down(run)
                memory.lane_of(run).add(run)
            else:
                more = self._execute(run, now)
                if run.tickets and (cut := cut_off(run)):
                    withhold(memory, run, cut)
                elif more:
                    memory.lane_of(run).add(run)
            if run.end is None:
                memory.alarms.wake(run, next_wake(run))
        except ValueDrift as drift:
            memory.park(run, f"{drift}; give its workers the classes of the run, and resume it: the action runs again")
        except BadMessage as bad:
            memory.park(run, f"{bad}; resume the run on an engine that can read it, or cancel it")
        except (Exception, Fault) as error:  # of the VM or its host: what the program raises comes back as Failed
            memory.fault(run, error)
        else:
            memory.make_ready(run)
