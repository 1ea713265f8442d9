"""What a value in a function may be, as far as its text says: a class, an instance, or anything.

self                    of a method: an instance of the class around it, or of one that extends it
cls                     of a classmethod, `type(self)`, `self.__class__`: such a class itself
order = Order()         an instance
order                   a parameter: anything
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from waymark.grammar import tree

from .candidates import Key


class Seen(NamedTuple):
    """What a value is. `key` is the class it is, is made of, or hangs on."""

    kind: Literal["class", "subclass", "instance", "part", "function", "plain", "any"]
    key: Key | None = None
    name: str = ""  # of a function


ANY, PLAIN = Seen("any"), Seen("plain")

# Natives whose results are no classes, and hold none that was not in the open before.
_MAKES_VALUES = frozenset(
    f"{name}/1"
    for name in (
        "list tuple dict set frozenset str bytes bytearray int float complex bool object len repr format sorted range "
        "enumerate zip reversed sum any all abs round ord chr hash isinstance issubclass hasattr Exception ValueError "
        "TypeError KeyError RuntimeError"
    ).split()
)
_CLASS_METHODS = frozenset(("__new__", "__init_subclass__", "__class_getitem__"))
_DISPLAYS = (
    tree.Constant, tree.Tuple, tree.List, tree.Set, tree.Dict, tree.Slice, tree.Unary, tree.Binary, tree.Compare,
)  # fmt: skip


class Names:
    """What the names at the top of a unit stand for."""

    def __init__(self, module: tree.Module, variables: Mapping[str, Key], classes: set[Key]) -> None:
        self.variables = variables
        self.classes = classes
        self.natives = {each.name: each.key for each in module.declarations if isinstance(each, tree.NativeDecl)}
        self.links = {each.name: each.export for each in module.declarations if isinstance(each, tree.LinkDecl)}
        self.actions = {each.name for each in module.declarations if isinstance(each, tree.ActionDecl)}
        self.functions = {each.name for each in module.functions}


class Scope:
    """A function, with what its own names are bound to. `around` is the one that it stands in."""

    def __init__(
        self, names: Names, node: tree.Function | None, body: tree.Block, around: Scope | None, first: Seen
    ) -> None:
        self.names = names
        self.node = node
        self.around = around
        self._bound: dict[str, list[tree.Expression | None]] = {}  # None: by something that is no expression
        self._seen: dict[str, Seen] = {}
        self._captures = frozenset(() if node is None else node.captures)
        for place, parameter in enumerate(() if node is None else node.parameters):
            self._bound[parameter.name] = [None]
            self._seen[parameter.name] = first if place == 0 and parameter.kind in ("positional", "either") else ANY
        for statement in _statements(body):
            self._bind(statement)

    def _bind(self, node: tree.Statement) -> None:
        match node:
            case tree.Assign(target=tree.Name(id=name), value=value):
                self._note(name, value)
            case tree.Assign(target=tree.Targets() as target):
                for each in _targets(target):
                    self._note(each, None)
            case tree.For(target=tree.Name(id=name)) | tree.Try(name=name):
                self._note(name, None)
            case tree.Function(name=name) | tree.Class(name=name) | tree.Update(target=tree.Name(id=name)):
                self._note(name, None)

    def _note(self, name: str, value: tree.Expression | None) -> None:
        if name in self._captures or name in self.names.variables:
            return
        if name in self._seen and name in self._bound:
            self._seen[name] = ANY  # a parameter that is bound anew
        self._bound.setdefault(name, []).append(value)

    def stands_for(self, name: str, value: Seen) -> None:
        """Functions inside this one share the name."""
        self._bound[name], self._seen[name] = [None], value

    def of_name(self, name: str) -> Seen:
        if name in self._seen:
            return self._seen[name]
        if name in self._bound:
            self._seen[name] = ANY  # while it is looked at: it may be bound to itself
            shared = self.node is not None and name in self.node.cells
            found = {ANY if value is None or shared else self.of(value) for value in self._bound[name]}
            self._seen[name] = found.pop() if len(found) == 1 else PLAIN if _are_no_classes(found) else ANY
            return self._seen[name]
        if name in self._captures:
            return ANY if self.around is None else self.around.of_captured(name)
        key = self.names.variables.get(name)
        if key is not None:
            return Seen("class", key) if key in self.names.classes else ANY
        return Seen("function", None, name) if name in self.names.functions else ANY

    def of_captured(self, name: str) -> Seen:
        """A variable that an inner function shares: what it is if it is a parameter, bound nowhere else."""
        if name in self._captures:
            return ANY if self.around is None else self.around.of_captured(name)
        return self._seen[name] if self._bound.get(name) == [None] and name in self._seen else ANY

    def of(self, value: tree.Expression) -> Seen:
        match value:
            case tree.Name(id=name):
                return self.of_name(name)
            case tree.Attribute(value=inner, name="__class__"):
                return _class_of(self.of(inner))
            case tree.Attribute(value=inner):
                found = self.of(inner)
                return Seen("part", found.key, found.name) if found.kind in ("class", "part", "function") else ANY
            case tree.Logical(left=one, right=other) | tree.Conditional(body=one, orelse=other):
                both = {self.of(one), self.of(other)}
                return both.pop() if len(both) == 1 else PLAIN if _are_no_classes(both) else ANY
            case tree.Await(value=tree.Call(callee=tree.Name(id=name))) if name in self.names.actions:
                return PLAIN
            case tree.Call():
                return self._of_call(value)
        return PLAIN if isinstance(value, _DISPLAYS) else ANY

    def _of_call(self, call: tree.Call) -> Seen:
        if not isinstance(call.callee, tree.Name):
            return ANY
        native = self.names.natives.get(call.callee.id)
        values = [each.value for each in call.args]
        if native == "type/1" and len(values) == 1:
            return _class_of(self.of(values[0]))
        if native == "super/1" and len(values) == 2:
            return self.of(values[1])
        if native in _MAKES_VALUES:
            return PLAIN
        called = self.of_name(call.callee.id)
        return Seen("instance", called.key) if called.kind in ("class", "subclass") else ANY


def first_of(method: tree.Function, owner: Key | None, decorators: frozenset[str]) -> Seen:
    """What the first parameter of a function in the body of a class is."""
    if owner is None or "staticmethod/1" in decorators:
        return ANY
    if "classmethod/1" in decorators or method.name.partition(".")[0] in _CLASS_METHODS:
        return Seen("subclass", owner)
    return Seen("instance", owner)


def _class_of(value: Seen) -> Seen:
    if value.kind == "instance":
        return Seen("subclass", value.key)
    return PLAIN if value.kind == "plain" else ANY if value.kind == "any" else Seen("subclass", None)


def _are_no_classes(found: set[Seen]) -> bool:
    return all(each.kind in ("plain", "instance") for each in found)


def _statements(block: tree.Block) -> Iterator[tree.Statement]:
    """Those of a function itself."""
    for statement in block:
        yield statement
        if not isinstance(statement, tree.Function | tree.Class):
            for name in ("body", "orelse", "handler", "last"):
                yield from _statements(getattr(statement, name, ()))


def _targets(target: tree.Targets) -> Iterator[str]:
    for item in target.items:
        if isinstance(item, tree.Name):
            yield item.id
        elif isinstance(item, tree.Targets):
            yield from _targets(item)
