"""The heap of alarms: it rings what is meant, and does not grow with what is not."""

from __future__ import annotations

import uuid

from waymark.runtime.engine.alarms import HELD_MIN, Alarms
from waymark.runtime.engine.live import Call, LiveRun
from waymark.runtime.machines.calls import CallState
from waymark.runtime.model import RunRef


def live(number: int = 1) -> LiveRun:
    return LiveRun(RunRef(0, uuid.UUID(int=number)))


def test_only_the_last_deadline_of_a_run_rings():
    alarms, run = Alarms(), live()
    alarms.wake(run, 10)
    alarms.wake(run, 20)
    assert alarms.ring(15) == []
    assert alarms.ring(20) == [run] and run.again and run.wake is None


def test_a_repetition_rings_once_and_only_for_the_attempt_that_ended():
    alarms, run = Alarms(), live()
    run.calls = {1: Call(1, 2, "shop:pay", b"", CallState.WAITING), 2: Call(2, 5, "shop:pay", b"", CallState.WAITING)}
    for repetition in ((1, 2), (1, 2), (2, 4)):
        alarms.set(10, run, repetition)
    assert alarms.ring(10) == [run]
    assert run.repeats == [1]


def test_a_deadline_that_moves_at_every_step_does_not_fill_the_heap():
    alarms, run, other = Alarms(), live(1), live(2)
    alarms.wake(other, 5_000)
    other.calls = {1: Call(1, 1, "shop:pay", b"", CallState.WAITING)}
    alarms.set(7_000, other, (1, 1))
    for step in range(100 * HELD_MIN):
        alarms.wake(run, 1_000_000 + step)
    assert len(alarms) <= HELD_MIN + 1
    assert alarms.next() == 5_000 and alarms.ring(5_000) == [other]
    assert alarms.ring(7_000) == [other] and other.repeats == [1]
    assert alarms.ring(2_000_000) == [run]


def test_runs_that_left_memory_do_not_fill_the_heap():
    alarms = Alarms()
    for number in range(10 * HELD_MIN):
        run = live(number)
        alarms.wake(run, 10**15)
        run.gone = True
    assert len(alarms) <= HELD_MIN + 1
