"""What happens next when nothing is ready: which open action comes to its outcome, or whether time passes instead.

A script is a few numbers that are used over and over, so that the two worlds choose alike as long as they wait for the
same things, and a run is repeated by its numbers alone:

    Order()                     the oldest action, always; time passes when none is open
    Order(picks=(1, 0, 7))      by turns the second action, the oldest, and the eighth, or the next timer if there is
                                one and no eighth action: it stands behind the actions
    Order(bursts=(1, 3))        by turns one outcome and three of them at once, committed in the order they were picked
    Order(cancelled_at=4)       at its fifth rest, the run is cancelled from outside
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

CANCELLED_BECAUSE = "asked from outside"


@dataclass(frozen=True)
class Order:
    """The script of a run's rests. See the module's text."""

    picks: tuple[int, ...] | None = None
    bursts: tuple[int, ...] = (1,)
    cancelled_at: int | None = None


OLDEST_FIRST = Order()


class Rests:
    """One run's way through the script."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._rest = 0
        self._pick = 0

    def next(self, actions: Iterable[int], has_timer: bool) -> tuple[list[int], bool, bool]:
        """Nothing is ready: the actions to settle now, whether the next timer's time has come, whether to cancel.

        Actions are numbers, the oldest first. An outcome never waits for a timer that is picked in the same burst, so
        it is delivered before it, as a machine does it.
        """
        waiting, order = list(actions), self._order
        rest, self._rest = self._rest, self._rest + 1
        if rest == order.cancelled_at:
            return [], False, True
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
        return settled, timer, False

    def _next_pick(self, picks: tuple[int, ...]) -> int:
        pick = picks[self._pick % len(picks)]
        self._pick += 1
        return pick
