"""Operators, builtins and their operands of every kind: type, value or error of each are CPython's.

`ci` takes every fiftieth, `long` all 37,000.
"""

from __future__ import annotations

import sys

import pytest
from differential import compare

from examples import profile

from .operation_tables import expressions, module_of

STEP = 1 if profile() == "long" else 50
BATCH = 64

pytestmark = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="texts of errors are those of 3.11")


def batches() -> list[list[str]]:
    every = list(expressions())[::STEP]
    return [every[start : start + BATCH] for start in range(0, len(every), BATCH)]


@pytest.mark.parametrize("batch", batches(), ids=lambda batch: batch[0])
def test_an_operation_gives_what_it_gives_under_cpython(batch: list[str]) -> None:
    if compare(module_of(batch), ticks=((),), restoring=False).same:
        return
    for text in batch:
        report = compare(module_of([text]), ticks=((),), restoring=False)
        assert report.same, f"{text}\nCPython: {report.expected}\nmachine: {[*report.seen.values()] or report.refused}"
    pytest.fail("only together they differ")
