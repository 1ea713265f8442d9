"""Lower a chain of comparisons to comparisons joined by `and`, with the middle operands evaluated once.

    if 0 < count < limit():      =>    if 0 < count and count < limit() {

    ok = low() < await f() < c   =>    held.0 = low()
                                       middle.0 = await f()
                                       ok = held.0 < middle.0 and middle.0 < c

A constant and a variable can be read twice: only a statement could rebind the variable in between. Anything else gets a
name, in a statement before; `hoist` keeps everything around it in order.

Before: a comparison may have several links.
After:  it has one. `check.tree` asserts it.
"""

from __future__ import annotations

import msgspec

from waymark.grammar import tree
from waymark.grammar.walk import walk

from ..fresh import FreshNames
from ..frontend.sugar import ChainedCompare
from .hoist import Before, Hoist, Lowered


def lower_chained_compare(module: tree.Module, fresh: FreshNames) -> tree.Module:
    """Return `module` without chains. Every new node carries the span of the chain or of the operand it holds."""
    functions = tuple(_in_function(each, module, fresh) for each in module.functions)
    return msgspec.structs.replace(module, functions=functions)


def _in_function(function: tree.Function, module: tree.Module, fresh: FreshNames) -> tree.Function:
    inside = tree.Module(name=function.name, functions=(function,))
    nodes = list(walk(inside))
    if not any(isinstance(node, ChainedCompare) for node in nodes):
        return function
    targets = (node.target for node in nodes if isinstance(node, tree.Delete))
    deleted = {target.id for target in targets if isinstance(target, tree.Name)}
    declared = {name for each in module.declarations if (name := getattr(each, "name", ""))}
    bound = {parameter.name for parameter in function.parameters} - deleted
    hoist = Hoist({ChainedCompare: _lower}, frozenset(declared | bound), fresh)
    return msgspec.structs.replace(function, body=hoist.block(function.body))


def _lower(node: ChainedCompare, hoist: Hoist) -> Lowered:
    (operator, middle), *links = node.links
    before: Before
    before, (left, middle) = hoist.sequence([node.left, middle])
    if not isinstance(middle, tree.Constant | tree.Name):
        left = hoist.hold(left, before)  # it comes before the middle operand, which now goes first
        middle = hoist.hold(middle, before, "middle")
    first = tree.Compare(span=node.span, operator=operator, left=left, right=middle)  # type: ignore[arg-type]
    rest: tree.Expression
    if len(links) > 1:
        rest = msgspec.structs.replace(node, left=middle, links=tuple(links))  # type: ignore[assignment]
    else:
        rest = tree.Compare(span=node.span, operator=links[0][0], left=middle, right=links[0][1])  # type: ignore[arg-type]
    return before, tree.Logical(span=node.span, operator="and", left=first, right=rest)
