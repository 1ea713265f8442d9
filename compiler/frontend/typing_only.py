"""`typing.cast(T, value)` is the value: `T` is for type checkers, and may be a type that no workflow could make.

What Python would raise for is not passed over: a name in `T` that nobody binds is looked at like any other.
"""

from __future__ import annotations

import libcst as cst

from waymark.grammar import tree

from .context import Context
from .dispatch import expression
from .names import is_local, meaning_of
from .resolve import Outside

_TYPES = (
    cst.Name, cst.Attribute, cst.Subscript, cst.SubscriptElement, cst.Index, cst.SimpleString, cst.BinaryOperation,
    cst.Tuple, cst.List, cst.Element, cst.Ellipsis,
)  # fmt: skip


def cast_value(node: cst.Call, context: Context) -> tree.Expression | None:
    """Return the value of a cast; None for any other call, and for a cast to something that is not plainly a type."""
    meaning = meaning_of(node.func, context) if len(node.args) == 2 else None
    if not (isinstance(meaning, Outside) and meaning.name == "typing.cast"):
        return None
    kind, value = node.args
    if any(arg.star or arg.keyword is not None for arg in node.args) or not _is_type(kind.value, context):
        return None
    return expression(value.value, context)


def _is_type(node: cst.CSTNode, context: Context) -> bool:
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, cst.Name | cst.Attribute):
            known = node.value == "None" or is_local(node, context) or meaning_of(node, context) is not None
            if not known:
                return False
        elif isinstance(node, cst.BinaryOperation):
            if not isinstance(node.operator, cst.BitOr):
                return False
            waiting += [node.left, node.right]
        elif isinstance(node, _TYPES):
            waiting += [each for each in node.children if isinstance(each, _TYPES)]
        else:
            return False
    return True
