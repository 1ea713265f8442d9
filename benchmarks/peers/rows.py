"""A row of the table: one figure, of each contender, round by round, or why there is none. Plain values."""

from __future__ import annotations

import statistics
from operator import truediv

import msgspec

from .contenders import OURS

Values = tuple[float, ...] | str  # round by round; or why there are none


class Aim(msgspec.Struct, frozen=True):
    """What issue 9 asks for: a bound on our value, or, `against` somebody, on how many times better ours is."""

    bound: float
    against: str = ""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    unit: str
    values: dict[str, Values]  # by contender
    more_is_better: bool = False
    aims: tuple[Aim, ...] = ()

    def median(self, contender: str) -> float | None:
        values = self.values.get(contender, "it was not asked")
        return None if isinstance(values, str) else statistics.median(values)

    def why(self, contender: str) -> str | None:
        values = self.values.get(contender)
        return values if isinstance(values, str) else None

    def times_better(self, contender: str) -> float | None:
        """How many times better ours is: the median of the rounds' ratios, whose halves shared the machine's mood."""
        ours, theirs = self.values.get(OURS, ""), self.values.get(contender, "")
        if isinstance(ours, str) or isinstance(theirs, str):
            return None
        if len(ours) != len(theirs):
            ours, theirs = (statistics.median(ours),), (statistics.median(theirs),)
        over, under = (ours, theirs) if self.more_is_better else (theirs, ours)
        return statistics.median(map(truediv, over, under)) if all(under) else None

    def met(self, aim: Aim) -> bool | None:
        """None where it cannot be said, since somebody has no figure."""
        if aim.against:
            times = self.times_better(aim.against)
            return None if times is None else times >= aim.bound
        value = self.median(OURS)
        if value is None:
            return None
        return value >= aim.bound if self.more_is_better else value <= aim.bound


def plain(workload: str, row: Row) -> dict[str, object]:
    """A row for machines to read."""
    return {
        "workload": workload,
        "name": row.name,
        "unit": row.unit,
        "more_is_better": row.more_is_better,
        "contenders": {
            name: {"failed": values}
            if isinstance(values, str)
            else {"median": row.median(name), "rounds": values, "times_better": row.times_better(name)}
            for name, values in row.values.items()
        },
        "aims": [{"bound": aim.bound, "against": aim.against, "met": row.met(aim)} for aim in row.aims],
    }
