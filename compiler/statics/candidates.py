"""Class statements at the top of a module, each with what it needs of the statements beside it.

base.0 = pick(Plain)            the statements of a candidate: names with a number are
decorator.0 = dataclass         variables of init, bound once and used nowhere else
class Order.0(base.0) {..}
Order = decorator.0(Order.0)    the last one binds the variable of the module
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from waymark.grammar import tree
from waymark.grammar.walk import walk

Key = tuple[str, str]  # module, "" for the unit's own; variable

_INIT = ".<module>"  # how the name of the function ends that is the init of a module


class Body(msgspec.Struct, frozen=True):
    """The statements of one module's init. `function` is what they stand in; None for the unit's own block."""

    module: str
    function: tree.Function | None
    statements: tree.Block


class Candidate(msgspec.Struct, frozen=True):
    """A class that may be static: its statements in `body`, by place."""

    key: Key
    node: tree.Class
    body: Body
    places: tuple[int, ...]  # ascending; the last one binds the variable

    @property
    def statements(self) -> tree.Block:
        return tuple(self.body.statements[place] for place in self.places)


def globals_of(module: tree.Module) -> dict[str, Key]:
    """What each name that is declared `global` stands for."""
    declared = (each for each in module.declarations if isinstance(each, tree.GlobalDecl))
    return {
        each.name: ("" if each.module == module.name else each.module, each.variable or each.name) for each in declared
    }


def bodies(module: tree.Module) -> list[Body]:
    """The init of each module."""
    found = [Body("", None, module.init)]
    for each in module.functions:
        if is_init(each):
            inside = next((part.body for part in each.body if isinstance(part, tree.Try)), ())
            found.append(Body("" if each.module in ("", module.name) else each.module, each, inside))
    return found


def is_init(function: tree.Function) -> bool:
    """Whether a function is the init of a module (`frontend/inits.py`)."""
    return function.name.endswith(_INIT) and function.qualname == "<module>"


def candidates(module: tree.Module) -> list[Candidate]:
    """Every class statement that could be moved, and whose variable is bound nowhere else."""
    variables = globals_of(module)
    bound = Counter(variables[name] for node in walk(module) for name in bound_by(node) if name in variables)
    found: list[Candidate] = []
    for body in bodies(module):
        groups = _Groups(body.statements, variables)
        for place in range(len(body.statements)):
            made = groups.ending_at(place)
            if made is not None and bound[made[0]] == 1:
                found.append(Candidate(made[0], made[1], body, made[2]))
    return found


def bound_by(node: tree.Node) -> Iterator[str]:
    """The names that a node itself binds or deletes."""
    match node:
        case (
            tree.Assign(target=target)
            | tree.Update(target=target)
            | tree.For(target=target)
            | tree.Delete(target=target)
        ):
            yield from _names_in(target)
        case tree.Try(name=name) | tree.Function(name=name) | tree.Class(name=name) | tree.Renew(name=name):
            yield name


def _names_in(target: tree.Target) -> Iterator[str]:
    if isinstance(target, tree.Name):
        yield target.id
    elif isinstance(target, tree.Targets):
        for item in target.items:
            yield from _names_in(item)


def names_in(nodes: Iterable[tree.Node]) -> Iterator[str]:
    """Every name that is used in the nodes, however deep."""
    for top in nodes:
        for node in walk(top):
            if isinstance(node, tree.Name):
                yield node.id
            elif isinstance(node, tree.Function | tree.Class):
                yield from node.captures


class _Groups:
    """Finds the statements that belong to a class statement, in one block."""

    def __init__(self, block: tree.Block, variables: Mapping[str, Key]) -> None:
        self._block = block
        self._variables = variables
        own = [name for statement in block for node in _own(statement) for name in bound_by(node)]
        self._times = Counter(name for name in own if name not in variables)
        self._defined = {name: place for place, each in enumerate(block) for name in bound_by(each)}
        self._users: dict[str, set[int]] = {}
        for place, statement in enumerate(block):
            for name in {*names_in((statement,)), *bound_by(statement)}:
                self._users.setdefault(name, set()).add(place)

    def ending_at(self, place: int) -> tuple[Key, tree.Class, tuple[int, ...]] | None:
        """The class whose variable the statement binds, and the places of its statements."""
        last = self._block[place]
        key = next((self._variables[name] for name in bound_by(last) if name in self._variables), None)
        if key is None or not isinstance(last, tree.Class | tree.Assign):
            return None
        places = {place}
        waiting: list[tree.Statement] = [last]
        while waiting:
            for name in names_in((waiting.pop(),)):
                if name in self._times and (name not in self._defined or self._times[name] > 1):
                    return None
                if name in self._times and self._defined[name] not in places:
                    places.add(self._defined[name])
                    waiting.append(self._block[self._defined[name]])
        return self._checked(key, tuple(sorted(places)))

    def _checked(self, key: Key, places: tuple[int, ...]) -> tuple[Key, tree.Class, tuple[int, ...]] | None:
        statements = [self._block[place] for place in places]
        classes = [each for each in statements if isinstance(each, tree.Class)]
        if len(classes) != 1 or not all(isinstance(each, tree.Class | tree.Assign) for each in statements):
            return None
        own = {name for each in statements for name in bound_by(each) if name in self._times}
        if any(not self._users[name] <= {*places} for name in own):
            return None
        (made,) = classes
        if made.captures or any(_is_refused(node) for node in walk(made)):
            return None
        return key, made, places


def _is_refused(node: tree.Node) -> bool:
    """What no static class has in it: a way to bind the cell that its methods find it in."""
    return not isinstance(node, tree.Class) and "__class__" in bound_by(node)


def _own(statement: tree.Statement) -> Iterator[tree.Node]:
    """The nodes of a statement that belong to the function around it."""
    yield statement
    if isinstance(statement, tree.Function | tree.Class):
        return
    for name in ("body", "orelse", "handler", "last"):
        for inner in getattr(statement, name, ()):
            yield from _own(inner)
