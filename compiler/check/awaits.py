"""Find coroutines that nobody awaits, on the tree that the front end makes.

An action's call may stand under an `await`, or be bound to a variable that the same function awaits somewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from waymark.grammar import tree
from waymark.grammar.walk import walk

from ..diagnostics import Diagnostic
from ..diagnostics.awaits import LostCoroutine, NeverAwaited


def check_awaits(module: tree.Module, path: str) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each coroutine that is dropped or used as a value."""
    makers = {each.name for each in module.declarations if isinstance(each, tree.ActionDecl | tree.LinkDecl)}
    for function in module.functions:
        nodes = list(walk(tree.Module(name=function.name, functions=(function,))))
        awaited = {
            node.value.id for node in nodes if isinstance(node, tree.Await) and isinstance(node.value, tree.Name)
        }
        fine = {id(node.value) for node in nodes if isinstance(node, tree.Await)}
        fine |= {
            id(node.value)
            for node in nodes
            if isinstance(node, tree.Assign) and isinstance(node.target, tree.Name) and node.target.id in awaited
        }
        dropped = {id(node.value) for node in nodes if isinstance(node, tree.Do)}
        for node in nodes:
            if not isinstance(node, tree.Call) or id(node) in fine or not isinstance(node.callee, tree.Name):
                continue
            if node.callee.id in makers:
                kind = NeverAwaited if id(node) in dropped else LostCoroutine
                yield kind(path=path, span=node.span, call=node.callee.id.partition(".")[0])
