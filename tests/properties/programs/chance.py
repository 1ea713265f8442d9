"""Choices. What makes programs asks only this, so that one generator serves Hypothesis and plain seeds alike.

Under Hypothesis the random source is `st.randoms()`, which shrinks each choice toward 0: the first of a list, and "no".
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """A source of choices."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def below(self, bound: int) -> int:
        return self._random.randrange(bound)

    def between(self, low: int, high: int) -> int:
        return low + self.below(high - low + 1)

    def percent(self, share: int) -> bool:
        """True in `share` of 100 cases."""
        return self.below(100) >= 100 - share

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self.below(len(choices))]

    def weighted(self, choices: Sequence[tuple[int, T]]) -> T:
        """One of the choices, each as often as its weight says."""
        place = self.below(sum(weight for weight, _ in choices))
        for weight, choice in choices:
            place -= weight
            if place < 0:
                return choice
        raise AssertionError("a place below the sum of the weights is in one of them")
