"""What objects a statement may change while it runs: by a store, or by something that they are handed to.

TABLE["x"].append(1)        changes `TABLE`, by `TABLE["x"].append`
build(LIMITS, [NAMES])      may change `LIMITS` and `NAMES`, by `build`
for line in LINES: ...      goes through `LINES`
"""

from __future__ import annotations

from typing import Any, NamedTuple

import libcst as cst

from .chains import Use, chain_of, is_global, root_of
from .scopes import Scope
from .scopes.parts import parts_of

# libcst's classes are abstract ones, of which `isinstance` is slow; none of these has a subclass.
CHAINS = frozenset({cst.Name, cst.Attribute})
COMPREHENSIONS = frozenset({cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp})
STORES = frozenset({cst.AssignTarget, cst.AnnAssign, cst.AugAssign, cst.Del, cst.For})
SEVERAL = frozenset({cst.Tuple, cst.List})
# In these nothing is handed on: what is called has it already, and a text is made anew.
_CLOSED = frozenset({cst.Call, cst.Lambda, cst.FormattedString})


class Change(NamedTuple):
    """The object behind `use` may be changed: by a store (`by` is None), or by what is called."""

    use: Use
    by: Use | None = None
    iterated: bool = False  # a `for` over it, which changes nothing but an iterator


class Uses:
    """What one statement uses. `now`: when it runs; `later`: when a function that it makes runs."""

    def __init__(self) -> None:
        self.now: dict[Use, None] = {}
        self.later: dict[Use, None] = {}
        self.changes: dict[Change, None] = {}
        self.called: dict[Use, None] = {}  # now
        self.opaque = False  # a class body does something with names of its own, which may be names for anything
        self.rebound: dict[str, None] = {}  # names of the module that a function in it binds, by `global`
        self.stores: list[tuple[Use, cst.CSTNode]] = []  # `a.b = value`, `del a.b`, now or later; `*`: any attribute


class Handed:
    """Notes the changes of one statement in its `Uses`."""

    def __init__(self, found: Uses) -> None:
        self.found = found

    def note(self, node: Any, scope: Scope) -> None:
        """Note what the node itself does; its parts come by themselves."""
        kind = type(node)
        if kind is cst.Call:
            self._call(node.func, [arg.value for arg in node.args], scope)
        elif kind is cst.Decorator:
            self._call(node.decorator, [], scope)
        elif kind is cst.ClassDef:
            for base in node.bases:  # a base may see to its subclasses
                self._call(base.value, [], scope)
        elif kind is cst.AugAssign or kind is cst.Del:
            self._store(node.target, scope, names_too=True)
        elif kind in STORES or kind is cst.CompFor:
            self._store(node.target, scope)
        elif kind is cst.WithItem:
            self._hand(node.item, None, scope)
        elif kind is cst.Expr and type(node.value) is cst.BinaryOperation:
            self._hand(node.value, None, scope)  # `first >> second` for what it does
        if kind is cst.For:
            self._iterate(node.iter, scope)
        elif kind in COMPREHENSIONS:
            self._iterate(node.for_in.iter, scope)

    def _call(self, func: cst.BaseExpression, args: list[cst.BaseExpression], scope: Scope) -> None:
        callee = chain_of(func, scope)
        if callee is not None and is_global(callee, scope):
            self.found.called[callee] = None
            self._look_into_class(callee, scope)
        if type(func) is cst.Attribute:
            self._change(root_of(func.value, scope), callee, scope)
        for arg in args:
            self._hand(arg, callee, scope)

    def _store(self, target: Any, scope: Scope, names_too: bool = False) -> None:
        if type(target) in SEVERAL:
            for element in target.elements:
                self._store(element.value, scope, names_too)
        elif names_too or type(target) is not cst.Name:
            self._change(root_of(target, scope, store=True), None, scope)

    def _iterate(self, node: cst.BaseExpression, scope: Scope) -> None:
        use = root_of(node, scope)
        if use is not None and is_global(use, scope):
            self.found.changes[Change(use, None, True)] = None

    def _hand(self, node: cst.CSTNode, callee: Use | None, scope: Scope) -> None:
        """What stands in an argument may be changed by what is called; a call inside it is looked at by itself."""
        waiting: list[cst.CSTNode] = [node]
        while waiting:
            node = waiting.pop()
            if type(node) in CHAINS:
                self._change(root_of(node, scope), callee, scope)
            elif type(node) not in _CLOSED:
                waiting += parts_of(node)

    def _change(self, use: Use | None, by: Use | None, scope: Scope) -> None:
        if use is None:
            return
        if is_global(use, scope):
            self.found.changes[Change(use, by)] = None
            self._look_into_class(use, scope)
            return
        home = scope.symbol(use.first).home
        clause = getattr(home.node, "for_in", None) if home is not None else None
        while clause is not None:  # its variable stands for what it goes over
            self._hand(clause.iter, by, scope)
            clause = clause.inner_for_in

    def _look_into_class(self, use: Use, scope: Scope) -> None:
        home = scope.symbol(use.first).home
        self.found.opaque |= home is not None and home.kind == "class"
