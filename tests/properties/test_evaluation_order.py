"""The parts of every construct are evaluated in CPython's order, each once, and what stands behind a raise is not."""

from __future__ import annotations

import sys

import pytest
from differential import compare

from .evaluation_order import module_of, variants

BATCH = 40
CUTS = ((2,), (3, 7))

pytestmark = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="texts of errors are those of 3.11")


def batches() -> list[list[str]]:
    every = list(variants())
    return [every[start : start + BATCH] for start in range(0, len(every), BATCH)]


@pytest.mark.parametrize("batch", batches(), ids=lambda batch: batch[0].splitlines()[0][:60])
def test_parts_are_evaluated_as_cpython_does(batch: list[str]) -> None:
    if compare(module_of(batch), ticks=CUTS, calls_max=10_000).same:
        return
    for text in batch:  # one by one, to name the one that differs
        report = compare(module_of([text]), ticks=CUTS)
        assert report.same, f"{text}\n{report.explain()}"
    pytest.fail("only together they differ")
