"""Which statements at the top of modules may change a function that is needed: its attributes, its names, its defaults.

    helper.calls = 0              a store
    helper.known.update(more)     what it holds is asked to do something
    setattr(helper, "x", 1)
    register(helper)              if `register`, or what that calls, sets attributes of anything but `self`

A function that is decorated is a variable of its module, of which `changes.py` takes care.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from .bindings import dotted
from .handed import Change
from .links import OWN, Key, Links, key_of
from .meanings import Function, Outside, Variable
from .modules import Module
from .scopes.parts import parts_of

_SETTERS = frozenset(("setattr", "delattr", "update_wrapper", "wraps"))
_OWN_ATTRIBUTES = frozenset(("self", "cls"))


class FunctionChanges:
    """Looks for changes of functions."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self._setting: dict[tuple[str, int], bool] = {}  # by module and statement

    def may_change(self, module: Module, place: int, functions: set[Key]) -> bool:
        """Whether the statement may change one of these functions."""
        changes = [change for change in module.uses(place).changes if not change.iterated]
        return any(self._changes(change, module, place, functions) for change in changes)

    def _changes(self, change: Change, module: Module, place: int, functions: set[Key]) -> bool:
        meaning = self._links.meaning(change.use, module)
        if isinstance(meaning, Variable):  # `for each in (helper, other): each.calls = 0`
            if not self._is_setting(module, place) or not self._leads_to(meaning, functions):
                return False
        elif not isinstance(meaning, Function) or key_of(meaning) not in functions:
            return False
        if change.by is None:
            return True
        callee, _ = self._links.resolve(change.by, module)
        if callee is None:
            return change.by.first in _SETTERS
        if isinstance(callee, Outside):
            return callee.name.rpartition(".")[2] in _SETTERS
        if callee == meaning:
            return bool(change.by.rest)  # its method or that of what it holds; else it is called with itself
        return isinstance(callee, OWN) and any(map(self._sets_attributes, self._links.reach(callee)))

    def _leads_to(self, variable: Variable, functions: set[Key]) -> bool:
        """Whether the variable may be, or hold, one of the functions."""
        seen = {key_of(variable)}
        waiting = [key_of(variable)]
        while waiting:
            owner, name = waiting.pop()
            module = self._links.module(owner)
            for place in self._links.places(name, module):
                for each in self._links.own(module.uses(place).now, module):
                    key = key_of(each)
                    if key in functions:
                        return True
                    if isinstance(each, Variable) and key not in seen:
                        seen.add(key)
                        waiting.append(key)
        return False

    def _sets_attributes(self, key: Key) -> bool:
        """Whether code behind the name sets attributes of what may be a function."""
        module = self._links.module(key[0])
        return any(self._is_setting(module, place) for place in self._links.places(key[1], module))

    def _is_setting(self, module: Module, place: int) -> bool:
        found = self._setting.get((module.name, place))
        if found is None:
            nodes = _nodes(module.statements[place])
            found = self._setting[module.name, place] = any(map(_sets, nodes))
        return found


def _nodes(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += parts_of(node)


def _sets(node: cst.CSTNode) -> bool:
    match node:
        case cst.AssignTarget() | cst.AnnAssign() | cst.AugAssign() | cst.Del() | cst.For():
            return any(map(_is_attribute, _nodes(node.target)))
        case cst.Name(value=name):
            return name in _SETTERS
        case cst.Attribute(attr=cst.Name(value=name)):
            return name == "__dict__" or name in _SETTERS
    return False


def _is_attribute(target: cst.CSTNode) -> bool:
    return isinstance(target, cst.Attribute) and dotted(target.value) not in _OWN_ATTRIBUTES
