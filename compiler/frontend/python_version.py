"""Tests of Python's version, decided when a workflow is compiled: every engine runs Python 3.11 or a newer 3.

    sys.version_info >= (3, 8)         True
    sys.version_info[:2] < (3, 0)      False
    sys.version_info[0]                3
    sys.version_info >= (3, 12)        open: engines differ, so it stays refused

A unit is the same bytes wherever it is compiled, and may run under any of these versions. So only that is an answer
which is the same under all of them.
"""

from __future__ import annotations

import operator
from collections.abc import Callable

import libcst as cst

from waymark.grammar import tree

from .constants import constant_value
from .context import Context
from .meanings import MaybeImported, Meaning, Outside
from .names import meaning_of

_NAME = "sys.version_info"
_MAJOR, _MINOR_LEAST = 3, 11
_COMPARISONS: dict[type[cst.BaseCompOp], Callable[[int, int], bool]] = {
    cst.LessThan: operator.lt,
    cst.LessThanEqual: operator.le,
    cst.GreaterThan: operator.gt,
    cst.GreaterThanEqual: operator.ge,
    cst.Equal: operator.eq,
    cst.NotEqual: operator.ne,
}


def version_test(node: cst.Comparison, context: Context) -> tree.Expression | None:
    """What a comparison of the version with a tuple that is written out gives; None for any other comparison."""
    compare = _COMPARISONS.get(type(node.comparisons[0].operator))
    if len(node.comparisons) != 1 or compare is None:
        return None
    length, version = _version(node.left)
    meaning = None if version is None else _meaning(version, context)
    wanted = constant_value(node.comparisons[0].comparator) if meaning is not None else None
    if meaning is None or wanted is None or not isinstance(wanted[0], tuple):
        return None
    sign = _sign(wanted[0], length)
    return None if sign is None else _answer(compare(sign, 0), node, meaning, context)


def version_part(node: cst.Subscript, context: Context) -> tree.Expression | None:
    """`sys.version_info[0]`; None for any other subscript."""
    if not isinstance(node.slice[0].slice, cst.Index) or len(node.slice) != 1:
        return None
    meaning = _meaning(node.value, context) if constant_value(node.slice[0].slice.value) == (0,) else None
    return None if meaning is None else _answer(_MAJOR, node, meaning, context)


def _version(node: cst.BaseExpression) -> tuple[int, cst.BaseExpression | None]:
    """How many parts of the version an expression takes, and the name that stands for all of it."""
    if not isinstance(node, cst.Subscript):
        return 5, node
    part = node.slice[0].slice
    if len(node.slice) != 1 or not isinstance(part, cst.Slice) or part.lower is not None or part.step is not None:
        return 0, None
    upper = None if part.upper is None else constant_value(part.upper)
    return (upper[0], node.value) if upper in ((1,), (2,), (3,)) else (0, None)


def _meaning(node: cst.BaseExpression, context: Context) -> Meaning | None:
    """What the expression means, if that is the version."""
    if not isinstance(node, cst.Name | cst.Attribute):
        return None
    meaning = meaning_of(node, context)
    known = meaning.meaning if isinstance(meaning, MaybeImported) else meaning
    return meaning if known == Outside(_NAME) else None


def _sign(wanted: tuple[object, ...], length: int) -> int | None:
    """Whether the first parts of every version are below (-1), equal to (0) or above (1) a tuple; None: it is open."""
    numbers = [part for part in wanted if isinstance(part, int)]
    if len(numbers) != len(wanted):
        return None
    if not numbers:
        return 1
    first, second = numbers[0], numbers[1] if len(numbers) > 1 else None
    if first != _MAJOR:
        return 1 if first < _MAJOR else -1
    if second is None:
        return 0 if length == 1 else 1
    if length == 1:
        return -1
    return 1 if second < _MINOR_LEAST else None


def _answer(value: object, node: cst.CSTNode, meaning: Meaning, context: Context) -> tree.Expression:
    span = context.span(node)
    known = tree.Constant(span=span, value=value)
    if not isinstance(meaning, MaybeImported):
        return known
    # Reading the variable raises what Python raises where the import has not run.
    return tree.Conditional(span=span, test=tree.Name(span=span, id=meaning.variable), body=known, orelse=known)
