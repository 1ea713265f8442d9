"""A figure: what was measured, round by round, beside its baseline and perhaps a goal. Plain values."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Literal

import msgspec


class Goal(msgspec.Struct, frozen=True):
    """A bound that a design document sets; `least` turns it around."""

    of: Literal["value", "ratio"]
    bound: float
    least: bool = False

    def met_by(self, figure: Figure) -> bool:
        value = figure.value if self.of == "value" else figure.ratio
        return value >= self.bound if self.least else value <= self.bound


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table. `rounds` and `beside` have a value a round, in `unit`, of us and of the baseline.

    What only computes counts by its `best` round: noise never makes it faster. What waits for disks, timers and other
    processes counts by the `median`, and is compared within rounds, whose two halves share the machine's mood.
    """

    name: str
    unit: str
    rounds: tuple[float, ...]
    baseline: str
    beside: tuple[float, ...]
    goal: Goal | None = None
    more_is_better: bool = False
    by: Literal["best", "median"] = "best"

    @property
    def median(self) -> float:
        return statistics.median(self.rounds)

    @property
    def best(self) -> float:
        return self._best(self.rounds)

    def _best(self, values: Sequence[float]) -> float:
        return max(values) if self.more_is_better else min(values)

    @property
    def value(self) -> float:
        return self.best if self.by == "best" else self.median

    @property
    def beside_value(self) -> float:
        return self._best(self.beside) if self.by == "best" else statistics.median(self.beside)

    @property
    def ratio(self) -> float:
        """Ours to the baseline's."""
        if self.by == "median" and len(self.rounds) == len(self.beside):
            return statistics.median(ours / theirs for ours, theirs in zip(self.rounds, self.beside, strict=True))
        return self.value / self.beside_value


def figure(
    name: str,
    unit: str,
    rounds: Sequence[float],
    baseline: str,
    beside: Sequence[float],
    *,
    goal: Goal | None = None,
    more_is_better: bool = False,
    by: Literal["best", "median"] = "best",
) -> Figure:
    return Figure(
        name=name,
        unit=unit,
        rounds=tuple(rounds),
        baseline=baseline,
        beside=tuple(beside),
        goal=goal,
        more_is_better=more_is_better,
        by=by,
    )


def plain(workload: str, each: Figure) -> dict[str, object]:
    """A figure for machines to read."""
    goal = each.goal
    return {
        "workload": workload,
        "name": each.name,
        "unit": each.unit,
        "median": each.median,
        "best": each.best,
        "rounds": len(each.rounds),
        "baseline": each.baseline,
        "by": each.by,
        "baseline_value": each.beside_value,
        "ratio": each.ratio,
        "goal": None if goal is None else {"of": goal.of, "bound": goal.bound, "least": goal.least},
        "goal_met": None if goal is None else goal.met_by(each),
    }
