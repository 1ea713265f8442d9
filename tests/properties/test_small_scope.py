"""Exhaustively: every nest of a few regions does what CPython does, restored at every pause.

`ci` runs all trees of at most `SMALL` nodes and a fixed sample of those of five; `long` runs all of them.
"""

from __future__ import annotations

import sys
from random import Random

import pytest
from differential import compare

from examples import profile

from .region_trees import Tree, module_of, trees

LARGEST = 5
SMALL = 4 if profile() == "long" else 3
SAMPLE = 240
BATCH = 40

pytestmark = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="texts of errors are those of 3.11")


def chosen() -> list[Tree]:
    if profile() == "long":
        return [tree for nodes in range(1, LARGEST + 1) for tree in trees(nodes)]
    small = [tree for nodes in range(1, SMALL + 1) for tree in trees(nodes)]
    larger = [tree for nodes in range(SMALL + 1, LARGEST + 1) for tree in trees(nodes)]
    return [*small, *Random(3).sample(larger, SAMPLE)]


def batches() -> list[list[Tree]]:
    every = chosen()
    return [every[start : start + BATCH] for start in range(0, len(every), BATCH)]


@pytest.mark.parametrize("batch", batches(), ids=lambda batch: "-".join(map(str, batch[0])).replace("'", ""))
def test_nested_regions_do_what_cpython_does(batch: list[Tree]) -> None:
    report = compare(module_of(batch), ticks=((2,), (3, 7)), calls_max=10_000)
    if report.same:
        return
    for tree in batch:  # one by one, to name the one that differs
        single = compare(module_of([tree]), ticks=((2,), (3, 7)))
        assert single.same, single.explain()
    pytest.fail(f"only together they differ\n{report.explain()}")
