"""A call with stars, one of whose later arguments needs statements.

    f(*a, S)        =>    args.0 = []
                          list_extend.0(args.0, a)
                          ...                            the statements of S
                          args.0.append(S)
                          f(*args.0)

What stands behind a star is read where the star stands, before the arguments behind it are evaluated; a name that
holds the iterable would be read too late. An only `*xs` among positional ones is read by the call itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import msgspec

from waymark.grammar import tree

from .operands import operands, with_operands

if TYPE_CHECKING:
    from .hoist import Before, Hoist, Lowered

EXTEND = "list_extend/1"
MERGE = "dict_merge_call/1"

Given = tuple["Before", tree.Argument]


def is_spread(args: Sequence[tree.Argument]) -> bool:
    return any(arg.kind in ("star", "double_star") for arg in args)


def call(hoist: Hoist, node: tree.Call) -> Lowered:
    lowered = [hoist.value(part) for part in operands(node)]
    (before, callee), *rest = lowered
    needing = [place for place, (more, _) in enumerate(rest) if more]
    if not needing or not any(map(_is_read, _eager(node.args)[: needing[-1]])):
        done, parts = hoist.ordered(lowered)
        return done, with_operands(node, parts)
    done = [*before]
    callee = hoist.hold(callee, done)
    given = [
        (more, msgspec.structs.replace(arg, value=value)) for arg, (more, value) in zip(node.args, rest, strict=True)
    ]
    positional = [each for each in given if each[1].kind in ("positional", "star")]
    named = [each for each in given if each[1].kind not in ("positional", "star")]
    args = _positional(hoist, node, positional, done)
    kwargs = _named(hoist, node, callee, named, done)
    return done, tree.Call(span=node.span, callee=callee, args=(*args, *kwargs))


def _eager(args: Sequence[tree.Argument]) -> list[tree.Argument | None]:
    """The arguments, without an only star: it is no more than a value until the call."""
    only = [arg.kind for arg in args if arg.kind in ("positional", "star")] == ["star"]
    return [None if only and arg.kind == "star" else arg for arg in args]


def _is_read(arg: tree.Argument | None) -> bool:
    return arg is not None and arg.kind in ("star", "double_star")


def _positional(hoist: Hoist, node: tree.Call, given: list[Given], done: Before) -> list[tree.Argument]:
    if [arg.kind for _, arg in given] in ([], ["star"]) or not any(arg.kind == "star" for _, arg in given):
        return [_held(hoist, each, done) for each in given]
    gathered = hoist.settled(hoist.name("args", node.span))
    empty = tree.List(span=node.span, items=())
    done.append(tree.Assign(span=node.span, target=gathered, value=empty))
    for before, arg in given:
        done += before
        span = arg.value.span
        if arg.kind == "star":
            added = hoist.natives.call(EXTEND, span, gathered, arg.value)
        else:
            append = tree.Attribute(span=span, value=gathered, name="append")
            added = tree.Call(span=span, callee=append, args=(arg,))
        done.append(tree.Do(span=span, value=added))
    return [tree.Argument(kind="star", value=gathered)]


def _named(
    hoist: Hoist, node: tree.Call, callee: tree.Expression, given: list[Given], done: Before
) -> list[tree.Argument]:
    """`k=v` that stand together are added together, behind the last of them: a repeated name is found only then."""
    if not any(arg.kind == "double_star" for _, arg in given):
        return [_held(hoist, each, done) for each in given]
    action = hoist.variables.action(callee)
    named = callee if action is None else tree.Constant(span=callee.span, value=action)
    gathered = hoist.settled(hoist.name("kwargs", node.span))
    done.append(tree.Assign(span=node.span, target=gathered, value=tree.Dict(span=node.span, pairs=())))

    def merge(more: tree.Expression) -> None:
        merged = hoist.natives.call(MERGE, more.span, gathered, more, named)
        done.append(tree.Do(span=more.span, value=merged))

    for kind, together in groupby(given, key=lambda each: each[1].kind):
        if kind == "keyword":
            held = [_held(hoist, each, done) for each in together]
            pairs = tuple((tree.Constant(span=arg.value.span, value=arg.name), arg.value) for arg in held)
            merge(tree.Dict(span=node.span, pairs=pairs))
            continue
        for before, arg in together:
            done += before
            merge(arg.value)
    return [tree.Argument(kind="double_star", value=gathered)]


def _held(hoist: Hoist, given: Given, done: Before) -> tree.Argument:
    before, arg = given
    done += before
    return msgspec.structs.replace(arg, value=hoist.hold(arg.value, done))
