"""What happens next when nothing is ready: which open action comes to its outcome, or whether time passes instead.

A script is a few numbers that are used over and over, so that the two worlds choose alike as long as they wait for the
same things, and a run is repeated by its numbers alone:

    Order()                     the oldest action, always; time passes when none is open
    Order(picks=(1, 0, 7))      by turns the second action, the oldest, and the eighth, or the next timer if there is
                                one and no eighth action: it stands behind the actions
    Order(bursts=(1, 3))        by turns one outcome and three of them at once, committed in the order they were picked
    Order(cancelled_at=4)       at its fifth rest, the run is cancelled from outside
    Order(messages=(("news", 7, 2),))       the message 7 of that topic comes at the third rest, or before it if nothing
                                else will; at an even rest before its outcomes, at an odd one behind them
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

CANCELLED_BECAUSE = "asked from outside"


@dataclass(frozen=True)
class Order:
    """The script of a run's rests. See the module's text."""

    picks: tuple[int, ...] | None = None
    bursts: tuple[int, ...] = (1,)
    cancelled_at: int | None = None
    messages: tuple[tuple[str, Any, int], ...] = ()  # topic, value, rest


class Rest(NamedTuple):
    """What happens while nothing is ready. Nothing at all: it would rest for ever."""

    settled: list[int]
    timer: bool = False
    cancel: bool = False
    early: tuple[tuple[str, Any], ...] = ()  # messages, before the outcomes
    late: tuple[tuple[str, Any], ...] = ()  # and behind them


OLDEST_FIRST = Order()


class Rests:
    """One run's way through the script."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._rest = 0
        self._pick = 0
        self._messages = sorted(order.messages, key=lambda message: message[2])

    def next(self, actions: Iterable[int], has_timer: bool) -> Rest:
        """Nothing is ready: the actions to settle now, whether the next timer's time has come, whether to cancel.

        Actions are numbers, the oldest first. An outcome never waits for a timer that is picked in the same burst, so
        it is delivered before it, as a machine does it.
        """
        waiting, order = list(actions), self._order
        rest, self._rest = self._rest, self._rest + 1
        if rest == order.cancelled_at:
            return Rest([], cancel=True)
        settled: list[int] = []
        timer = False
        for _ in range(order.bursts[rest % len(order.bursts)]):
            choices = len(waiting) + (has_timer and not timer)
            if not choices:
                break
            place = 0 if order.picks is None else self._next_pick(order.picks) % choices
            if place < len(waiting):
                settled.append(waiting.pop(place))
            else:
                timer = True
        messages = self._due(rest, alone=not settled and not timer)
        early, late = (messages, ()) if rest % 2 == 0 else ((), messages)
        return Rest(settled, timer, early=early, late=late)

    def _due(self, rest: int, alone: bool) -> tuple[tuple[str, Any], ...]:
        due = sum(when <= rest for _, _, when in self._messages)
        due = max(due, 1) if alone else due
        taken, self._messages = self._messages[:due], self._messages[due:]
        return tuple((topic, value) for topic, value, _ in taken)

    def _next_pick(self, picks: tuple[int, ...]) -> int:
        pick = picks[self._pick % len(picks)]
        self._pick += 1
        return pick
