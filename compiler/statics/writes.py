"""Which classes the program is seen to write to: those belong to the run.

    Order.count += 1, del Order.x, setattr(Order, "x", 1)       to a class by its name
    cls.count = 1, type(self).count = 1                         to the class around it, and those that extend it
    Order.pay.calls = 0                                         to what hangs on it
    thing.count = 1                                             to anything

The last one could be a class only if some class is handed around as a value, and then it is taken for one of those: a
class that is only called, extended, compared and looked into is never the `thing`. The same goes for members of enums,
if one of them has an attribute of that name. What is missed here ends the run at the write (`vm/values/fixed.py`).
"""

from __future__ import annotations

from waymark.grammar import tree

from .candidates import Key, names_in
from .values import Names, Scope, Seen, first_of

_SETTERS = frozenset(("setattr/1", "delattr/1"))
_SETTING_METHODS = frozenset(("__setattr__", "__delattr__"))
# Natives that keep nothing that they are handed, and give nothing of it back as a class.
_LOOKING = frozenset(
    f"{name}/1"
    for name in (
        "isinstance issubclass super len str repr format print hasattr callable bool dataclasses.field "
        "dataclasses.fields dataclasses.is_dataclass exception_matches matches_class class_namespace type hash"
    ).split()
)
# Those that go through an enum, and through a display with classes in it.
_ITERATING = frozenset(f"{name}/1" for name in "list tuple set frozenset iter sorted enumerate reversed zip".split())
_DISPLAYS = (tree.List, tree.Tuple, tree.Set, tree.Dict)
_LOOKING_LINKS = frozenset(("class_attributes", "isinstance", "issubclass"))
_DECORATING = frozenset(("dataclass",))  # links that change the class they are given


class Writes:
    """Goes through the program."""

    def __init__(self, names: Names, owners: dict[int, Key], enums: set[Key]) -> None:
        self._names = names
        self._owners = owners
        self._enums = enums
        self.classes: set[Key] = set()  # written to
        self.with_subclasses: set[Key] = set()  # written to, or one of those that extend it is
        self.all = False  # any class may be
        self.anything: set[str] = set()  # attributes that are set of anything
        self.handed: set[Key] = set()  # classes that are values somewhere
        self.functions: set[str] = set()  # static ones that are written to

    # --- code ---

    def function(self, node: tree.Function, around: Scope | None, first: Seen) -> None:
        for parameter in node.parameters:
            if parameter.default is not None and around is not None:
                self.expression(parameter.default, around, True)
        self.block(node.body, Scope(self._names, node, node.body, around, first))

    def block(self, body: tree.Block, scope: Scope) -> None:
        for statement in body:
            self._statement(statement, scope)

    def _statement(self, node: tree.Statement, scope: Scope) -> None:
        match node:
            case tree.Function():
                return self.function(node, scope, Seen("any"))
            case tree.Class():
                return self._class(node, scope)
            case tree.Assign(target=target, value=value):
                self.expression(value, scope, True)
                self._target(target, scope)
            case tree.Update(target=target, value=value):
                self.expression(value, scope, True)
                self._target(target, scope)
            case tree.Delete(target=target):
                self._target(target, scope)
            case tree.Return(value=value):
                self.expression(value, scope, True)
            case tree.Do(value=value) | tree.If(test=value) | tree.While(test=value):
                self.expression(value, scope, False)
            case tree.For(iterable=value):
                self.expression(value, scope, isinstance(value, _DISPLAYS))
            case tree.Raise(error=error, cause=cause):
                for each in (error, cause):
                    if each is not None:
                        self.expression(each, scope, False)
            case tree.Reraise(error=error):
                self.expression(error, scope, False)
        for name in ("body", "orelse", "handler", "last"):
            self.block(getattr(node, name, ()), scope)
        return None

    def _class(self, node: tree.Class, scope: Scope) -> None:
        for base in node.bases:
            self.expression(base, scope, False)
        owner = self._owners.get(id(node))
        inner = Scope(self._names, None, node.body, scope, Seen("any"))
        if owner is not None:
            inner.stands_for("__class__", Seen("class", owner))
        for statement in node.body:
            if isinstance(statement, tree.Function):
                self.function(statement, inner, first_of(statement, owner, self._decorators(statement, node.body)))
            else:
                self._statement(statement, inner)

    def _decorators(self, method: tree.Function, body: tree.Block) -> frozenset[str]:
        """The natives that a method is handed to: `name = decorator.0(name.0)`."""
        held = {
            each.target.id: each.value.id
            for each in body
            if isinstance(each, tree.Assign)
            and isinstance(each.target, tree.Name)
            and isinstance(each.value, tree.Name)
        }
        callees = {
            each.value.callee.id
            for each in body
            if isinstance(each, tree.Assign)
            and isinstance(each.value, tree.Call)
            and isinstance(each.value.callee, tree.Name)
            and method.name in names_in((each.value,))
        }
        return frozenset(self._names.natives.get(held.get(name, name), "") for name in callees)

    # --- expressions ---

    def expression(self, node: tree.Expression, scope: Scope, is_value: bool) -> None:
        """Look at an expression. `is_value`: what it comes to is kept, or handed to somebody."""
        match node:
            case tree.Name(id=name):
                found = scope.of_name(name)
                if is_value and found.kind in ("class", "subclass") and found.key is not None:
                    self.handed.add(found.key)
                if is_value and self._names.natives.get(name) in _SETTERS:
                    self.anything.add("")
            case tree.Call():
                self._call(node, scope)
            case tree.Attribute(value=value) | tree.Unary(operand=value):
                self.expression(value, scope, False)
            case tree.Await(value=value) | tree.Yield(value=value):
                self.expression(value, scope, True)
            case tree.Subscript(value=value, index=index):
                self.expression(value, scope, False)
                self.expression(index, scope, True)
            case tree.Binary(left=left, right=right):
                self.expression(left, scope, True)
                self.expression(right, scope, True)
            case tree.Compare(left=left, right=right):
                self.expression(left, scope, False)
                self.expression(right, scope, False)
            case tree.Logical(left=left, right=right):
                self.expression(left, scope, is_value)
                self.expression(right, scope, is_value)
            case tree.Conditional(test=test, body=body, orelse=orelse):
                self.expression(test, scope, False)
                self.expression(body, scope, is_value)
                self.expression(orelse, scope, is_value)
            case tree.Tuple(items=items) | tree.List(items=items) | tree.Set(items=items):
                for item in items:
                    self.expression(item, scope, is_value)
            case tree.Dict(pairs=pairs):
                for key, value in pairs:
                    self.expression(key, scope, True)
                    self.expression(value, scope, True)
            case tree.Slice(start=start, stop=stop, step=step):
                for each in (start, stop, step):
                    self.expression(each, scope, True)

    def _call(self, call: tree.Call, scope: Scope) -> None:
        self.expression(call.callee, scope, False)
        values = [each.value for each in call.args]
        name = call.callee.id if isinstance(call.callee, tree.Name) else ""
        native, link = self._names.natives.get(name), self._names.links.get(name)
        looks = native in _LOOKING or native in _ITERATING or link in _LOOKING_LINKS
        for value in values:
            self.expression(value, scope, not looks or (native in _ITERATING and isinstance(value, _DISPLAYS)))
        if native in _SETTERS and values:
            self._write(values[0], _text(values[1:2]), scope)
        elif isinstance(call.callee, tree.Attribute) and call.callee.name in _SETTING_METHODS and values:
            of_host = isinstance(call.callee.value, tree.Name) and call.callee.value.id in self._names.natives
            whole = values if of_host else [call.callee.value, *values]
            self._write(whole[0], _text(whole[1:2]), scope)
        elif link in _DECORATING:
            self.classes |= {found.key for found in map(scope.of, values) if found.kind == "class" and found.key}

    # --- writes ---

    def _target(self, target: tree.Target, scope: Scope) -> None:
        match target:
            case tree.Targets(items=items):
                for item in items:
                    self._target(item, scope)
            case tree.Attribute(value=value, name=name):
                self.expression(value, scope, False)
                self._write(value, name, scope)
            case tree.Subscript(value=value, index=index):
                self.expression(value, scope, False)
                self.expression(index, scope, True)

    def _write(self, value: tree.Expression, name: str, scope: Scope) -> None:
        found = scope.of(value)
        match found.kind:
            case "class" | "part" if found.key is not None:
                self.classes.add(found.key)
            case "function" | "part":
                self.functions.add(found.name)
            case "subclass" if found.key is not None:
                self.with_subclasses.add(found.key)
            case "subclass":
                self.all = True
            case "instance" if found.key in self._enums and not _makes_member(scope):
                self.classes.add(found.key)
            case "any":
                self.anything.add(name)


def _makes_member(scope: Scope | None) -> bool:
    """Whether the function is what makes a member of an enum."""
    return scope is not None and scope.node is not None and scope.node.name in ("__init__", "__new__")


def _text(values: list[tree.Expression]) -> str:
    """A name that is written out, "" for any other."""
    match values:
        case [tree.Constant(value=str() as text)]:
            return text
    return ""
