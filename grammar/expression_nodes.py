"""What stands in an expression of WRL, and what all nodes have: see `tree.py`, which has all of them."""

from __future__ import annotations

from typing import Literal

import msgspec

from .span import NOWHERE, Span


class Node(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Every node carries the span of the Python it stands for."""

    span: Span = NOWHERE


# --- expressions -----------------------------------------------------------------------------------------------------


class Constant(Node, frozen=True):
    """`None`, `True`, `1`, `-`-less numbers, `1.5`, `2j`, `"text"`, `b"bytes"`, `...`; compares by type and bits."""

    value: None | bool | int | float | complex | str | bytes | type(...)  # type: ignore[valid-type]

    def __eq__(self, other: object) -> bool:
        # 1 == True and 0.0 == -0.0 in Python; two constants are the same only if a program cannot tell them apart.
        return isinstance(other, Constant) and self.span == other.span and _bits(self.value) == _bits(other.value)

    def __hash__(self) -> int:
        return hash((self.span, _bits(self.value)))


def _bits(value: object) -> tuple[str, str]:
    # hex: Python refuses to write an int of more than 4300 digits in decimal.
    return type(value).__name__, hex(value) if isinstance(value, int) else repr(value)


class Name(Node, frozen=True):
    id: str


class Tuple(Node, frozen=True):
    items: tuple[Expression, ...]


class List(Node, frozen=True):
    items: tuple[Expression, ...]


class Set(Node, frozen=True):
    """A set display; never empty (`{}` is a dict)."""

    items: tuple[Expression, ...]


class Dict(Node, frozen=True):
    """`{k: v, ...}`; `pairs` are evaluated key, value, key, value."""

    pairs: tuple[tuple[Expression, Expression], ...]


class Attribute(Node, frozen=True):
    value: Expression
    name: str


class Subscript(Node, frozen=True):
    value: Expression
    index: Expression


class Slice(Node, frozen=True):
    """`start:stop:step` inside a subscript; an absent part is Constant(None) with the slice's span."""

    start: Expression
    stop: Expression
    step: Expression


class Unary(Node, frozen=True):
    operator: Literal["-", "+", "~", "not"]
    operand: Expression


class Binary(Node, frozen=True):
    operator: Literal["+", "-", "*", "/", "//", "%", "**", "@", "&", "|", "^", "<<", ">>"]
    left: Expression
    right: Expression


class Compare(Node, frozen=True):
    """One comparison. Chains are lowered before, because the middle operand is evaluated once."""

    operator: Literal["==", "!=", "<", "<=", ">", ">=", "is", "is not", "in", "not in"]
    left: Expression
    right: Expression


class Logical(Node, frozen=True):
    """`left and right`, `left or right`: the value of one of the two, as in Python."""

    operator: Literal["and", "or"]
    left: Expression
    right: Expression


class Conditional(Node, frozen=True):
    """`body if test else orelse`."""

    test: Expression
    body: Expression
    orelse: Expression


class Argument(msgspec.Struct, frozen=True, tag=True):
    """One argument of a call, in source order. `*xs` and `**kw` are kinds of their own."""

    kind: Literal["positional", "keyword", "star", "double_star"]
    value: Expression
    name: str = ""  # of a keyword argument


class Call(Node, frozen=True):
    """`callee(args)`. A call of a declared action gives an unstarted coroutine, as calling any `async fn` does."""

    callee: Expression
    args: tuple[Argument, ...] = ()


class Await(Node, frozen=True):
    value: Expression


class Yield(Node, frozen=True):
    value: Expression


Expression = (
    Constant | Name | Tuple | List | Set | Dict | Attribute | Subscript | Slice | Unary | Binary | Compare | Logical
    | Conditional | Call | Await | Yield
)  # fmt: skip
