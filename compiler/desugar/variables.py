"""What a pass must know of a function's variables to move reads of them: which ones nothing can change in between.

A statement can rebind a variable, but no statement stands inside an expression. What can: an assignment expression, and
a call of an inner function, which may rebind what it shares with this one, or any variable of the module.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from typing import Any

from waymark.grammar import tree
from waymark.grammar.walk import SHAPES

from ..frontend.sugar import Comprehension, Walrus

Declared = Mapping[str, tree.Declaration | tree.Function]


class Variables:
    """The names of one function, and those of the module around it; worked out when one is asked for."""

    def __init__(self, declared: Declared, function: tree.Function | tree.Class | None = None) -> None:
        self._declared = declared
        self._function = function

    @cached_property
    def _found(self) -> _Found:
        return _Found(self._function)

    @cached_property
    def _of_module(self) -> frozenset[str]:
        return frozenset(name for name, each in self._declared.items() if isinstance(each, tree.GlobalDecl))

    @cached_property
    def _fixed(self) -> frozenset[str]:
        fixed = self._found.parameters - self._found.moving
        return frozenset(fixed | (self._declared.keys() - self._of_module - self._found.own))

    @cached_property
    def _steady(self) -> frozenset[str]:
        return frozenset(self._found.own - self._found.moving - self._of_module)

    def inside(self, function: tree.Function | tree.Class) -> Variables:
        """Those of a function that stands in this one."""
        return Variables(self._declared, function)

    def is_fixed(self, name: str) -> bool:
        """Whether reading the name gives the same wherever in an expression it is read, and can never fail."""
        return name in self._fixed

    def is_steady(self, name: str) -> bool:
        """Whether a name that has been read once in an expression gives the same when it is read again."""
        return name in self._fixed or name in self._steady

    def action(self, node: tree.Expression) -> str | None:
        """The key of the action that an expression names, if it does."""
        found = self._declared.get(node.id) if isinstance(node, tree.Name) else None
        return found.key if isinstance(found, tree.ActionDecl) else None


def declared_in(module: tree.Module) -> Declared:
    """What the names at the top of a module stand for."""
    found: dict[str, tree.Declaration | tree.Function] = {each.name: each for each in module.functions}
    for each in module.declarations:
        if not isinstance(each, tree.WorkflowDecl) and (name := getattr(each, "name", "")):
            found[name] = each
    return found


class _Found:
    """A function's own names; `moving` are those that an expression may change or find unbound half-way."""

    def __init__(self, function: tree.Function | tree.Class | None) -> None:
        self.parameters: set[str] = set()
        self.own: set[str] = set()
        self.moving: set[str] = set()
        if function is None:
            return
        if isinstance(function, tree.Function):
            self.parameters = {parameter.name for parameter in function.parameters}
        self.moving = {*function.cells, *function.captures}
        self.own = self.parameters | self.moving
        for node in own_nodes(function.body):
            self._look(node)

    def _look(self, node: tree.Node) -> None:
        if not _may_bind(type(node)):
            return
        match node:
            case tree.Delete(target=tree.Name(id=name)) | Walrus(target=tree.Name(id=name)):
                self.own.add(name)
                self.moving.add(name)
            case tree.Function(name=name) | tree.Class(name=name) | tree.Try(name=name):
                self.own.add(name)
        waiting = [getattr(node, "target", None)]
        if isinstance(node, Comprehension):
            waiting += [clause.target for clause in node.clauses]
        while waiting:
            target = waiting.pop()
            if isinstance(target, tree.Targets):
                waiting += target.items
            elif isinstance(target, tree.Name):
                self.own.add(target.id)


@cache
def _may_bind(kind: type[tree.Node]) -> bool:
    return kind in (tree.Function, tree.Class, tree.Try, Comprehension) or "target" in kind.__struct_fields__


def own_nodes(part: object) -> Iterator[tree.Node]:
    """Every node of a part of a function, inner functions and classes included but not what is in them."""
    waiting: list[Any] = [part]
    while waiting:
        item = waiting.pop()
        kind = type(item)
        if kind is tuple:
            waiting += item
            continue
        is_node, fields = SHAPES[kind]
        if is_node:
            yield item
            if kind is tree.Function or kind is tree.Class:
                continue
        for field in fields:
            inner = getattr(item, field)
            if inner:
                waiting.append(inner)


def is_bound_inside(body: tree.Block, name: str) -> bool:
    """Whether an inner function or class that shares the variable binds it."""
    waiting = [each for each in own_nodes(body) if isinstance(each, tree.Function | tree.Class)]
    while waiting:
        inner = waiting.pop()
        nodes = list(own_nodes(inner.body))
        if name in inner.captures and any(_binds(each, name) for each in nodes):
            return True
        waiting += [each for each in nodes if isinstance(each, tree.Function | tree.Class)]
    return False


def _binds(node: tree.Node, name: str) -> bool:
    target = getattr(node, "target", None)
    targets = target.items if isinstance(target, tree.Targets) else (target,)
    named = isinstance(node, tree.Function | tree.Class | tree.Try) and node.name == name
    return named or any(isinstance(each, tree.Name) and each.id == name for each in targets)
