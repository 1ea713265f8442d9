"""Run a program in slices of any length and note all that an onlooker can see of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain, cycle
from typing import Any

from scripted_order import CANCELLED_BECAUSE, OLDEST_FIRST, Order, Rests
from wrl_programs import SEED, Stored

from waymark.runtime.helpers import apart
from waymark.vm.machine import Machine
from waymark.vm.program import Program
from waymark.vm.surface import Effect, Failed, Finished, Outcome, Raised, StartAction, Succeeded

apart.provide()

SLICES_MAX = 200_000
ROUND_TRIPS = 3  # of so many restored machines at whose pause all was checked, one is encoded again


@dataclass
class Seen:
    """What a run was seen to do. `effects` are texts: an argument may be changed later."""

    result: Any = None
    error: BaseException | None = None
    effects: list[str] = field(default_factory=list)
    ticks: int = 0
    slices: int = 0
    stuck: bool = False

    @property
    def outcome(self) -> Any:
        return self.result if self.error is None else chain_of(self.error)


def observe(
    running: Program,
    arguments: Mapping[str, Any],
    answer: Callable[[StartAction], Any] = lambda start: None,
    *,
    ticks: Iterable[int] = (),
    restoring: bool = True,
    on_effect: Callable[[Effect], object] | None = None,
    order: Order = OLDEST_FIRST,
    checked: tuple[int, int] = (1, 0),
) -> Seen:
    """Run to the end, in slices of `ticks` over and over, else of a million. With `restoring`, every pause is a crash.

    `on_effect` is told each effect in its order, as it leaves the machine.
    Of so many pauses as `checked` says, at one (which it says too) all is encoded afresh beside what was stored.
    Whenever nothing is ready, `order` says which actions are answered, or whether time goes on to the next timer.
    """
    stored, seen, now, rests = Stored(), Seen(), 0, Rests(order)
    try:
        machine = Machine.start(running, arguments, seed=SEED)
    except TypeError as error:  # the arguments are not those of `run`
        seen.error = error
        return seen
    for slice_ticks in chain(cycle(ticks), cycle([1_000_000])):
        before = machine.counters["ticks"]
        pause = machine.run(slice_ticks, now)
        seen.ticks += machine.counters["ticks"] - before
        seen.effects += map(_shown, pause.effects)
        if on_effect is not None:
            for effect in pause.effects:
                on_effect(effect)
        seen.slices += 1
        assert seen.slices < SLICES_MAX, "the program does not end"
        if isinstance(pause, Finished):
            seen.result = pause.value
            return seen
        if isinstance(pause, Failed):
            seen.error = pause.error
            return seen
        if restoring:
            check = seen.slices % checked[0] == checked[1] % checked[0]
            stored.commit(machine, twice=check)
            if check:
                _check_nothing_was_missed(machine, stored)
            machine = stored.restore(running.units)
            if check and seen.slices // checked[0] % ROUND_TRIPS == 0:
                _check_nothing_was_lost(machine, stored)
                machine = stored.restore(running.units)
        if type(pause).__name__ == "Ready":
            continue
        starts, deadline = {start.request: start for start in machine.open_requests()}, machine.next_deadline()
        assert starts or deadline is not None or machine.receiving(), "idle, and nothing to wait for"
        rest = rests.next(starts, deadline is not None)
        if not any(rest):  # it waits for a message that the script has not
            seen.stuck = True
            return seen
        machine.deliver(rest.early)
        machine.settle([(number, outcome_of(answer(starts[number]))) for number in rest.settled])
        machine.deliver(rest.late)
        if rest.cancel:
            machine.cancel(CANCELLED_BECAUSE)
        if rest.timer and deadline is not None:
            now = max(now, deadline)
    raise AssertionError("unreachable")


def _check_nothing_was_missed(machine: Machine, stored: Stored) -> None:
    """The VM says what it touches; encoding all of it afresh must find nothing else that has changed."""
    assert _encoded_afresh(machine, stored), "something changed and was not touched"


def _check_nothing_was_lost(machine: Machine, stored: Stored) -> None:
    """A machine that was restored is what was stored."""
    assert _encoded_afresh(machine, stored), "something came back as something else"


def _encoded_afresh(machine: Machine, stored: Stored) -> bool:
    machine._tracker.touch_all()
    again = machine.delta()
    return not again.put and not again.drop and again.root == stored.root


def _shown(effect: Effect) -> str:
    try:
        return repr(effect)
    except LookupError:  # it holds an object whose `__repr__` is the program's, which runs on a machine alone
        return f"{type(effect).__name__} of objects of the program"


def outcome_of(value: Any) -> Outcome:
    return Raised(value) if isinstance(value, BaseException) else Succeeded(value)


def chain_of(value: Any) -> Any:
    """An error as what a program can see of it: types, texts, causes and contexts; any other value as it is."""
    if not isinstance(value, BaseException):
        return value
    seen: list[Any] = []
    error: BaseException | None = value
    while error is not None and len(seen) < 50:
        cause = error.__cause__
        seen.append((type(error).__name__, str(error), cause and repr(cause), error.__suppress_context__))
        error = error.__context__
    return seen
