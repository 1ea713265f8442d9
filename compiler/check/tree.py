"""Assert between passes that a tree is what the next pass relies on. A finding is our mistake, never the user's.

- the sugar of the passes that ran is gone
- every name is a parameter, a variable of the function, or a declaration
- `break` and `continue` stand in a loop
"""

from __future__ import annotations

from collections.abc import Iterator

from waymark.grammar import tree
from waymark.grammar.walk import walk

from ..frontend.sugar import SUGAR, ForTarget, LoopElse

LOOPS = (tree.For, tree.While, ForTarget)


def findings(module: tree.Module, removed: tuple[type[tree.Node], ...] = SUGAR) -> list[str]:
    """Return what is wrong with a tree in which the sugar of `removed` may not stand any more."""
    declared = {getattr(each, "name", "") for each in module.declarations} | {each.name for each in module.functions}
    parts = [tree.Module(name=each.name, functions=(each,)) for each in module.functions]
    parts.append(tree.Module(name="init", init=module.init))
    found: list[str] = []
    for part in parts:
        nodes = list(walk(part))
        found += _sugar(nodes, removed)
        found += _names(nodes, declared, part.name)
    return [*found, *_exits(module)]


def _sugar(nodes: list[tree.Node], removed: tuple[type[tree.Node], ...]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, removed):
            yield f"line {node.span.line}: a {type(node).__name__} is left"


def _names(nodes: list[tree.Node], declared: set[str], function: str) -> Iterator[str]:
    known = declared | {name for node in nodes for name in _bound(node)}
    for node in nodes:
        if isinstance(node, tree.Name) and node.id not in known:
            yield f"line {node.span.line}: `{node.id}` is nothing that `{function}` knows"


def _bound(node: tree.Node) -> Iterator[str]:
    if isinstance(node, tree.Function):
        yield from (parameter.name for parameter in node.parameters)
    if isinstance(node, tree.Function | tree.Class | tree.Try):
        yield node.name
    waiting = [getattr(node, "target", None), *getattr(node, "targets", ())]
    while waiting:
        target = waiting.pop()
        if isinstance(target, tree.Targets):
            waiting += target.items
        elif isinstance(target, tree.Name):
            yield target.id


def _exits(module: tree.Module) -> Iterator[str]:
    waiting: list[tuple[tree.Statement, bool]] = [(node, False) for node in module.init]
    waiting += [(node, False) for function in module.functions for node in function.body]
    while waiting:
        node, in_loop = waiting.pop()
        if isinstance(node, tree.Break | tree.Continue) and not in_loop:
            yield f"line {node.span.line}: a {type(node).__name__.lower()} stands outside every loop"
        if isinstance(node, LoopElse):
            waiting += [(inner, in_loop) for inner in node.orelse]
            node = node.loop  # type: ignore[assignment]  # a ForTarget is a loop as any other
        inside = isinstance(node, LOOPS) or (in_loop and not isinstance(node, tree.Function | tree.Class))
        for name in ("body", "orelse", "handler", "last"):
            if isinstance(block := getattr(node, name, ()), tuple):
                waiting += [(inner, inside) for inner in block]
