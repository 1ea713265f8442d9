"""Lower displays with stars to a container that is filled step by step, and long sets and dicts as well.

    [a, *b, c]          =>    list.0 = [a]
                              list_extend.0(list.0, b)
                              list.0.append(c)

    {a: b, **c}         =>    dict.0 = {a: b}
                              dict_update.0(dict.0, c)

What stands behind a star is read before the items behind it are evaluated, and an item behind it is hashed before the
next is evaluated; items before the first star are hashed together. So does CPython, and it cuts a long dict in pieces.

Before: Display and DictDisplay hold Starred items and entries without a key.
After:  there are none. `check.tree` asserts it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from waymark.grammar import tree

from ..frontend import sugar
from ..frontend.displays import DICT_MAX, SET_MAX
from .hoist import Before, Hoist, Lowered

EXTEND = "list_extend/1"
UPDATE = "dict_update/1"
TO_TUPLE = "tuple/1"
NEW_SET = "set/1"
NEW_SLICE = "slice/1"

Entry = tuple[tree.Expression | None, tree.Expression]


def lower_display(node: sugar.Display, hoist: Hoist) -> Lowered:
    """A list, a tuple or a set."""
    made = hoist.settled(hoist.name("set" if node.kind == "set" else "list", node.span))
    given = [_made(item, hoist) for item in node.items]
    stars = [place for place, item in enumerate(given) if isinstance(item, sugar.Starred)]
    first = 0 if not stars or (node.kind == "set" and len(given) > SET_MAX) else stars[0]
    before, items = hoist.sequence(given[:first])
    before.append(tree.Assign(span=node.span, target=made, value=_empty(node, tuple(items), hoist)))
    for item in given[first:]:
        starred = isinstance(item, sugar.Starred)
        more, value = hoist.value(cast("sugar.Starred", item).value if starred else item)
        before += [*more, tree.Do(span=item.span, value=_added(node, made, value, starred, hoist))]
    return before, hoist.natives.call(TO_TUPLE, node.span, made) if node.kind == "tuple" else made


def _made(item: tree.Expression, hoist: Hoist) -> tree.Expression:
    """A slice among the items, `a[1:2, *more]`, is a value here: no subscript holds it."""
    if isinstance(item, tree.Slice):
        return hoist.natives.call(NEW_SLICE, item.span, item.start, item.stop, item.step)
    return item


def _empty(node: sugar.Display, items: tuple[tree.Expression, ...], hoist: Hoist) -> tree.Expression:
    if node.kind != "set":
        return tree.List(span=node.span, items=items)
    return tree.Set(span=node.span, items=items) if items else hoist.natives.call(NEW_SET, node.span)


def _added(
    node: sugar.Display, made: tree.Name, value: tree.Expression, starred: bool, hoist: Hoist
) -> tree.Expression:
    if starred and node.kind != "set":
        return hoist.natives.call(EXTEND, value.span, made, value)
    name = "update" if starred else "add" if node.kind == "set" else "append"
    method = tree.Attribute(span=value.span, value=made, name=name)
    return tree.Call(span=value.span, callee=method, args=(tree.Argument(kind="positional", value=value),))


def lower_dict_display(node: sugar.DictDisplay, hoist: Hoist) -> Lowered:
    made = hoist.settled(hoist.name("dict", node.span))
    before: Before = []
    for place, piece in enumerate(_pieces(node.entries)):
        more, value = _piece(node, piece, hoist)
        before += more
        if place == 0 and piece[0][0] is not None:
            before.append(tree.Assign(span=node.span, target=made, value=value))
            continue
        if place == 0:
            before.append(tree.Assign(span=node.span, target=made, value=tree.Dict(span=node.span, pairs=())))
        before.append(tree.Do(span=value.span, value=hoist.natives.call(UPDATE, value.span, made, value)))
    return before, made


def _pieces(entries: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    """Each `**` by itself, and what stands between two of them, cut where CPython cuts it."""
    piece: list[Entry] = []
    for entry in entries:
        if entry[0] is None and piece:
            yield piece
            piece = []
        piece.append(entry)
        if entry[0] is None or len(piece) > DICT_MAX + 1:
            yield piece
            piece = []
    if piece:
        yield piece


def _piece(node: sugar.DictDisplay, piece: Sequence[Entry], hoist: Hoist) -> Lowered:
    (key, value), *_ = piece
    if key is None:
        return hoist.value(value)
    parts = [part for entry in piece for part in entry if part is not None]
    if len(piece) <= DICT_MAX:
        first, parts = hoist.sequence(parts)
        return first, tree.Dict(span=node.span, pairs=tuple(zip(parts[::2], parts[1::2], strict=True)))
    made = hoist.settled(hoist.name("dict", node.span))
    before: list[tree.Statement] = [tree.Assign(span=node.span, target=made, value=tree.Dict(span=node.span, pairs=()))]
    for pair in zip(parts[::2], parts[1::2], strict=True):
        more, (index, item) = hoist.sequence(pair)
        before += more
        place = tree.Subscript(span=index.span, value=made, index=hoist.hold(index, before))
        before.append(tree.Assign(span=item.span, target=place, value=item))
    return before, made
