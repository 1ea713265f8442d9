"""Lower `assert` to a test and a `raise`.

    assert total > 0, f"no {total}"    =>    if not total > 0 {
                                                 raise AssertionError.0(f"no {total}")
                                             }

The message is made only when the test fails. The error is Python's own, whatever the program calls `AssertionError`.

Before: a block may hold asserts.
After:  none does. `check.tree` asserts it.
"""

from __future__ import annotations

from collections.abc import Iterator

from waymark.grammar import tree

from ..fresh import FreshNames
from ..frontend.sugar import Assert
from .making import negated
from .natives import Natives
from .rewrite import replaced


def lower_asserts(module: tree.Module, fresh: FreshNames) -> tree.Module:
    """Return `module` without asserts. What is added carries the span of the statement."""
    natives = Natives(module, fresh)
    return natives.declare(replaced(module, Assert, lambda node: _lower(node, natives)))


def _lower(node: Assert, natives: Natives) -> Iterator[tree.Statement]:
    error: tree.Expression
    if node.message is None:
        error = natives.name("AssertionError/1", node.span)
    else:
        error = natives.call("AssertionError/1", node.span, node.message)
    failed = tree.Raise(span=node.span, error=error)
    yield tree.If(span=node.span, test=negated(node.test), body=(failed,))
