"""Steps of a pattern: tests that must hold, and statements between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from waymark.grammar import tree


@dataclass(frozen=True, slots=True)
class Test:
    """What must hold for the pattern to match."""

    value: tree.Expression


Step = Test | tree.Statement


def joined(steps: Iterable[Step]) -> list[Step]:
    """The steps, with tests that follow one another joined by `and`."""
    made: list[Step] = []
    for step in steps:
        last = made[-1] if made else None
        if isinstance(step, Test) and isinstance(last, Test):
            left, right = last.value, step.value
            made[-1] = Test(tree.Logical(span=right.span, operator="and", left=left, right=right))
        else:
            made.append(step)
    return made


def nested(steps: Sequence[Step], body: tree.Block) -> tree.Block:
    """The steps as statements, with `body` where all tests have held."""
    for step in reversed(steps):
        if isinstance(step, Test):
            body = (tree.If(span=step.value.span, test=step.value, body=body),)
        else:
            body = (step, *body)
    return body


def only_test(steps: list[Step]) -> tree.Expression | None:
    """The test that the steps are, if they are nothing else."""
    return steps[0].value if len(steps) == 1 and isinstance(steps[0], Test) else None


def any_of(tests: list[tree.Expression]) -> tree.Expression:
    first, *others = tests
    for other in others:
        first = tree.Logical(span=other.span, operator="or", left=first, right=other)
    return first
