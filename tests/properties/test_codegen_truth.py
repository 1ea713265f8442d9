"""`and`, `or`, `not` and `if` ask each operand for its truth as often, and in the order, that CPython does.

The operands are instances whose `__bool__` writes to a log. Left out is what depends on CPython's version: the value
of `not (a and b)`, and `a and b` as an arm of a conditional expression whose value is an operand again.
"""

from __future__ import annotations

import sys
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples import examples
from waymark.compiler.codegen import generate
from waymark.compiler.library import library, linked_units
from waymark.grammar import parse
from waymark.stdlib.catalogue import NATIVES
from waymark.vm.codec import code_hash
from waymark.vm.machine import Machine
from waymark.vm.program import Program
from waymark.vm.surface import Finished

NAMES = ("a", "b", "c")

WRL = """
module m
workflow "w" = run of "W"
async fn run(self, truths) cells (log) {{
    log = []
    class Operand captures (log) {{
        fn __init__(self, name, truth) {{ self.name = name; self.truth = truth }}
        fn __bool__(self) captures (log) {{ log.append(self.name); return self.truth }}
    }}
    a = Operand("a", truths[0])
    b = Operand("b", truths[1])
    c = Operand("c", truths[2])
    x = {value}
    log.append(x.name)
    if {test} {{ log.append("yes") }}
    return log
}}
"""


class Operand:
    def __init__(self, name: str, truth: bool, log: list[str]) -> None:
        self.name, self.truth, self.log = name, truth, log

    def __bool__(self) -> bool:
        self.log.append(self.name)
        return self.truth


def value(random: Random, depth: int) -> str:
    """An expression that comes to one of the operands; the text is good in both languages."""
    match random.randrange(4) if depth else 0:
        case 0:
            return random.choice(NAMES)
        case 1:
            return f"({value(random, depth - 1)} and {value(random, depth - 1)})"
        case 2:
            return f"({value(random, depth - 1)} or {value(random, depth - 1)})"
        case _:
            return f"({random.choice(NAMES)} if {condition(random, depth - 1)} else {random.choice(NAMES)})"


def condition(random: Random, depth: int) -> str:
    match random.randrange(5) if depth else 0:
        case 0:
            return value(random, depth)
        case 4:
            arms = condition(random, depth - 1), condition(random, depth - 1)
            return f"({arms[0]} if {condition(random, depth - 1)} else {arms[1]})"
        case 1:
            return f"(not {condition(random, depth - 1)})"
        case 2:
            return f"({condition(random, depth - 1)} and {condition(random, depth - 1)})"
        case _:
            return f"({condition(random, depth - 1)} or {condition(random, depth - 1)})"


def under_cpython(value_text: str, test_text: str, truths: tuple[bool, ...]) -> list[str]:
    log: list[str] = []
    space: dict[str, Any] = {name: Operand(name, truth, log) for name, truth in zip(NAMES, truths, strict=True)}
    exec(f"x = {value_text}", space)
    log.append(space["x"].name)
    exec(f"if {test_text}: log.append('yes')", {**space, "log": log})
    return log


@pytest.mark.skipif(
    sys.version_info >= (3, 12), reason="how often CPython asks is its optimiser's choice, and 3.11's is ours"
)
@examples(40)
@given(st.integers(min_value=0))
def test_each_operand_is_asked_for_its_truth_as_often_as_by_cpython(seed: int) -> None:
    random = Random(seed)
    texts = value(random, 3), condition(random, 3)
    unit = generate(parse(WRL.format(value=texts[0], test=texts[1])), library=library())
    units = {code_hash(each): each for each in linked_units(unit)}
    program = Program.load(code_hash(unit), "w", units.__getitem__, NATIVES)
    for truths in product((False, True), repeat=3):
        pause = Machine.start(program, {"truths": truths}, seed=bytes(16)).run(10_000, 0)
        assert isinstance(pause, Finished), pause
        assert pause.value == under_cpython(*texts, truths), texts
