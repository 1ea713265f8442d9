"""Lower a comprehension to the loops that it is, before the expression that it stands in.

    names = [await name(row) for row in rows    =>    list.0 = []
             if row.open]                             for row in rows {
                                                          if row.open {
                                                              list.0.append(await name(row))
                                                          }
                                                      }
                                                      names = list.0

    {key: f(key) for key, *_ in pairs}          =>    dict.0 = {}
                                                      for item.0 in pairs {
                                                          key, _.0 = unpack_star.0(item.0, 1, 0)
                                                          key.0 = key
                                                          dict.0[key.0] = f(key)
                                                      }

The loops belong to the function that they stand in, so an `await` in them is that function's own. In Python it is a
function that begins anew each time, and what shows of that is kept. A variable that functions inside share gets a new
cell (`renew`), and one that could be read before its clause has bound it is unbound first.

Conditions are asked from left to right, and a key is evaluated before its value.

Before: an expression may hold Comprehension, whose targets may have a star.
After:  it holds none. `check.tree` asserts it.
"""

from __future__ import annotations

from collections.abc import Iterator

from waymark.grammar import tree

from ..frontend import sugar
from .async_for import async_loop
from .hoist import Hoist, Lowered
from .making import assign, call, constant
from .star_targets import unstarred

NEW_SET = "set/1"


def lower_comprehension(node: sugar.Comprehension, hoist: Hoist) -> Lowered:
    made = hoist.settled(hoist.name(node.kind, node.span))
    body: list[tree.Statement] = [tree.Renew(span=node.span, name=name) for name in node.renewed]
    for name in node.unbound:
        variable = tree.Name(span=node.span, id=name)
        body += [assign(variable, constant(node.span, None)), tree.Delete(span=node.span, target=variable)]
    body += [assign(made, _empty(node, hoist)), *loops(node, hoist, tuple(_added(node, made, hoist)))]
    return list(hoist.block(tuple(body))), made


def loops(node: sugar.Comprehension, hoist: Hoist, innermost: tree.Block) -> tree.Block:
    """The clauses as loops around `innermost`, still with the sugar of their expressions in them.

    The first iterable of a generator expression is an iterator already: the function around it has asked for that.
    """
    body = innermost
    for clause in reversed(node.clauses):
        for test in reversed(clause.tests):
            body = (tree.If(span=test.span, test=test, body=body),)
        iterated = node.kind == "generator" and clause is node.clauses[0]
        body = tuple(_loop(clause, body, iterated, hoist))
    return body


def _loop(clause: sugar.Clause, body: tree.Block, iterated: bool, hoist: Hoist) -> Iterator[tree.Statement]:
    target = clause.target
    item = target if isinstance(target, tree.Name) else hoist.name("item", target.span)
    if item is not target:
        body = (*unstarred(assign(_starred(target), item), hoist.fresh, hoist.natives), *body)
    if clause.asynchronous:
        loop = sugar.AsyncFor(span=target.span, target=item, iterable=clause.iterable, body=body)
        yield from async_loop(loop, hoist.fresh, hoist.natives, iterated=iterated)
    else:
        yield tree.For(span=target.span, target=item, iterable=clause.iterable, body=body, iterated=iterated)


def _starred(node: tree.Target) -> tree.Target:
    """The target as that of an assignment."""
    match node:
        case tree.Targets(span=span, items=items):
            return tree.Targets(span=span, items=tuple(map(_starred, items)))
        case sugar.ClauseStar(span=span, before=before, star=star, after=after):
            parts = tuple(map(_starred, before)), _starred(star), tuple(map(_starred, after))
            return sugar.target(sugar.StarTargets(span=span, before=parts[0], star=parts[1], after=parts[2]))
    return node


def _empty(node: sugar.Comprehension, hoist: Hoist) -> tree.Expression:
    if node.kind == "list":
        return tree.List(span=node.span, items=())
    return tree.Dict(span=node.span, pairs=()) if node.kind == "dict" else hoist.natives.call(NEW_SET, node.span)


def _added(node: sugar.Comprehension, made: tree.Name, hoist: Hoist) -> Iterator[tree.Statement]:
    span = node.element.span
    if node.value is not None:
        key = node.element
        if not isinstance(key, tree.Constant):
            key = hoist.settled(hoist.name("key", span))
            yield assign(key, node.element)
        yield tree.Assign(span=span, target=tree.Subscript(span=span, value=made, index=key), value=node.value)
        return
    method = tree.Attribute(span=span, value=made, name="append" if node.kind == "list" else "add")
    yield tree.Do(span=span, value=call(span, method, node.element))
