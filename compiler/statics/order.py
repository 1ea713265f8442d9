"""Whether something could miss a class that is there before anything runs, and is not in Python until its statement.

    EMPTY = build()         `build` makes a `Cart`: in Python a NameError, so `Cart` stays where it is
    class Cart: ...

Looked at is what init runs before the statement, with all that it may call; the bodies of methods only where something
of the program is called.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from waymark.grammar import tree
from waymark.grammar.walk import walk

from .candidates import Body, Candidate, Key, globals_of, names_in


class Order:
    """The statements of all inits in the order in which Python runs them."""

    def __init__(self, module: tree.Module, bodies: Iterable[Body]) -> None:
        self._variables = globals_of(module)
        self._functions = {each.name: each for each in module.functions}
        self._silent = {each.name for each in module.declarations if isinstance(each, tree.NativeDecl | tree.LinkDecl)}
        self._bodies = {body.function.name: body for body in bodies if body.function is not None}
        self._reached: dict[str, frozenset[Key]] = {}
        self.line: list[tuple[Body, int]] = []
        self._lay_out(Body("", None, module.init), set())

    def _lay_out(self, body: Body, seen: set[str]) -> None:
        for place, statement in enumerate(body.statements):
            name = _called(statement)
            if name in self._bodies:
                if name not in seen:
                    seen.add(name)
                    self._lay_out(self._bodies[name], seen)
            else:
                self.line.append((body, place))

    def in_order(self, found: list[Candidate]) -> list[Candidate]:
        """Those of the candidates that nothing could miss."""
        at = {(_of(body), place): index for index, (body, place) in enumerate(self.line)}
        classes = {each.key: each for each in found}
        left = {
            each.key: at[_of(each.body), each.places[-1]] for each in found if (_of(each.body), each.places[-1]) in at
        }
        while True:
            moved = {(_of(classes[key].body), place) for key in left for place in classes[key].places}
            lost = {key for key in left if not self._is_ready(classes[key], left)}
            met: set[Key] = set()
            for index, (body, place) in enumerate(self.line):
                if (_of(body), place) not in moved:
                    met = {key for key in self._may_use(body.statements[place], classes) if left.get(key, -1) > index}
                    lost |= met
            if not lost:
                return [each for each in found if each.key in left]
            left = {key: index for key, index in left.items() if key not in lost}

    def _is_ready(self, candidate: Candidate, left: Mapping[Key, int]) -> bool:
        """Whether all that the making of a class reads is there: static classes whose statements are above."""
        return all(
            self._variables[name] in left and left[self._variables[name]] < left[candidate.key]
            for statement in candidate.statements
            for name in _now(statement)
            if name in self._variables and self._variables[name] != candidate.key
        )

    def _may_use(self, statement: tree.Statement, classes: Mapping[Key, Candidate]) -> Iterator[Key]:
        deep = any(isinstance(node, tree.Call) and not self._is_silent(node) for node in _nodes_now(statement))
        names = set(names_in((statement,)) if deep else _now(statement))
        seen: set[str] = set()
        while names:
            name = names.pop()
            if name in seen:
                continue
            seen.add(name)
            if name in self._functions:
                names |= {*names_in((self._functions[name],))}
            key = self._variables.get(name)
            if key is not None and key in classes:
                yield key
                names |= {*names_in(classes[key].statements)}

    def _is_silent(self, call: tree.Call) -> bool:
        return isinstance(call.callee, tree.Name) and call.callee.id in self._silent


def _of(body: Body) -> str:
    return "" if body.function is None else body.function.name


def _called(statement: tree.Statement) -> str:
    """The function that a statement does nothing but call."""
    match statement:
        case tree.Do(value=tree.Call(callee=tree.Name(id=name), args=())):
            return name
    return ""


def _now(statement: tree.Statement) -> Iterator[str]:
    """The names that a statement itself uses, without the bodies of functions in it."""
    return (node.id for node in _nodes_now(statement) if isinstance(node, tree.Name))


def _nodes_now(top: tree.Node) -> Iterator[tree.Node]:
    inner = {
        id(node) for each in walk(top) if isinstance(each, tree.Function) for part in each.body for node in walk(part)
    }
    return (node for node in walk(top) if id(node) not in inner)
