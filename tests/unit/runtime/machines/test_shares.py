"""Whose a partition is, by everybody's own reckoning."""

from __future__ import annotations

from uuid import UUID

import pytest

from waymark.runtime.machines.shares import share_of
from waymark.runtime.model import PARTITIONS

ENGINES = [UUID(int=number << 64) for number in range(1, 7)]
ALL = range(PARTITIONS)


@pytest.mark.parametrize("count", [1, 2, 3, 6])
def test_every_partition_is_somebodys_and_nobody_has_much_more_than_another(count: int) -> None:
    live = ENGINES[:count]
    shares = [share_of(engine, live, ALL) for engine in live]
    assert sorted(part for share in shares for part in share) == list(ALL)
    assert max(map(len, shares)) <= 2 * PARTITIONS / count


def test_who_comes_takes_only_what_will_be_its_own() -> None:
    for engine in ENGINES[:3]:
        before, after = share_of(engine, ENGINES[:3], ALL), share_of(engine, ENGINES[:4], ALL)
        assert after < before
        assert before - after <= share_of(ENGINES[3], ENGINES[:4], ALL)


def test_an_engine_counts_itself_among_the_living() -> None:
    assert share_of(ENGINES[0], [], ALL) == frozenset(ALL)
    assert share_of(ENGINES[0], ENGINES[1:3], ALL) == share_of(ENGINES[0], ENGINES[:3], ALL)
