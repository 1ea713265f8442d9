"""Statements as text: a list of lines each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import tree
from .expressions import Binding, expression
from .heads import class_head, function_head
from .layout import INDENT, Parts, fit, flat
from .spelling import variable

Lines = list[str]


def statement(node: tree.Statement, margin: str) -> Lines:
    if type(node) in _BLOCKS:
        return _BLOCKS[type(node)](node, margin)
    return [fit(_SIMPLE[type(node)](node), margin)]


def braces(head: Parts, body: tree.Block, margin: str) -> Lines:
    """`head { body }`, with a blank line around each function and class inside."""
    if not body:
        return [fit(head, margin, " {}")]
    lines = [fit(head, margin, " {")]
    for index, node in enumerate(body):
        if index and any(isinstance(each, tree.Function | tree.Class) for each in body[index - 1 : index + 1]):
            lines.append("")
        lines += statement(node, margin + INDENT)
    return [*lines, margin + "}"]


def _followed(first: Lines, second: Lines, margin: str) -> Lines:
    """Two blocks of one statement: the second begins on the line where the first ends, `} else {`."""
    return [*first[:-1], f"{first[-1]} {second[0].removeprefix(margin)}", *second[1:]]


# --- statements with blocks ------------------------------------------------------------------------------------------


def _function(node: tree.Function, margin: str) -> Lines:
    return braces(function_head(node), node.body, margin)


def _class(node: tree.Class, margin: str) -> Lines:
    return braces(class_head(node), node.body, margin)


def _if(node: tree.If, margin: str) -> Lines:
    lines = braces(["if ", *expression(node.test)], node.body, margin)
    # A ladder of `else if` is walked, not climbed: it may have as many rungs as a tree has levels.
    while len(node.orelse) == 1 and isinstance(node.orelse[0], tree.If):
        node = node.orelse[0]
        rung = braces(["else if ", *expression(node.test)], node.body, margin)
        lines = _followed(lines, rung, margin)
    return _followed(lines, braces(["else"], node.orelse, margin), margin) if node.orelse else lines


def _while(node: tree.While, margin: str) -> Lines:
    return braces(["while ", *expression(node.test)], node.body, margin)


def _for(node: tree.For, margin: str) -> Lines:
    word = " of " if node.iterated else " in "
    return braces(["for ", *expression(node.target), word, *expression(node.iterable)], node.body, margin)


def _try(node: tree.Try, margin: str) -> Lines:
    handler = braces([f"catch {variable(node.name)}"], node.handler, margin)
    return _followed(braces(["try"], node.body, margin), handler, margin)


def _finally(node: tree.Finally, margin: str) -> Lines:
    return _followed(braces(["try"], node.body, margin), braces(["finally"], node.last, margin), margin)


_BLOCKS: dict[type[tree.Node], Callable[[Any, str], Lines]] = {
    tree.Function: _function,
    tree.Class: _class,
    tree.If: _if,
    tree.While: _while,
    tree.For: _for,
    tree.Try: _try,
    tree.Finally: _finally,
}

# --- statements on a line --------------------------------------------------------------------------------------------


def _assign(node: tree.Assign) -> Parts:
    return [_target(node.target), " = ", *expression(node.value, Binding.YIELD)]


def _target(target: tree.Target, inner: bool = False) -> str:
    if not isinstance(target, tree.Targets):
        return flat(expression(target))
    items = [_target(item, inner=True) for item in target.items]
    text = ", ".join(items) + ("," if len(items) == 1 else "")
    return f"({text})" if inner or not items else text


def _update(node: tree.Update) -> Parts:
    return [*expression(node.target), f" {node.operator}= ", *expression(node.value, Binding.YIELD)]


def _do(node: tree.Do) -> Parts:
    return expression(node.value, Binding.YIELD)


def _break(node: tree.Break) -> Parts:
    return ["break"]


def _continue(node: tree.Continue) -> Parts:
    return ["continue"]


def _return(node: tree.Return) -> Parts:
    return ["return ", *expression(node.value)]


def _raise(node: tree.Raise) -> Parts:
    if node.error is None:
        if node.cause is not None:
            raise ValueError("a `raise` with a cause needs an error")
        return ["raise"]
    cause = [" from ", *expression(node.cause)] if node.cause is not None else []
    return ["raise ", *expression(node.error), *cause]


def _reraise(node: tree.Reraise) -> Parts:
    return ["reraise ", *expression(node.error)]


def _delete(node: tree.Delete) -> Parts:
    return ["del ", *expression(node.target)]


def _renew(node: tree.Renew) -> Parts:
    return [f"renew {variable(node.name)}"]


_SIMPLE: dict[type[tree.Node], Callable[[Any], Parts]] = {
    tree.Assign: _assign,
    tree.Update: _update,
    tree.Do: _do,
    tree.Break: _break,
    tree.Continue: _continue,
    tree.Return: _return,
    tree.Raise: _raise,
    tree.Reraise: _reraise,
    tree.Delete: _delete,
    tree.Renew: _renew,
}
