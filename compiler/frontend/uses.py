"""What a statement at the top of a module uses, as far as the text shows it: names read, objects changed, imports.

    TABLE = build(LIMIT)            reads `build` and `LIMIT`; hands `LIMIT` to `build`, which may change it
    TABLE["x"].append(1)            reads and changes `TABLE`
    def helper(): return TABLE      nothing now; `TABLE` later, when `helper` runs

It knows whose variable each name is (`scopes`), so only names of the module count. A chain such as `shop.config.LIMIT`
is kept whole, because only the resolver can say where the module ends and the value begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import libcst as cst

from .bindings import Binding, imported
from .chains import CHAINS, Use, chain_of, is_global, parts_of, root_of
from .scopes import Scope, Scopes


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


_ANNOTATIONS = frozenset({cst.Annotation})
_COMPREHENSIONS = (cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp)
# Whatever is more than its parts. libcst's classes are abstract ones, of which `isinstance` is slow.
_SCOPED = frozenset(
    {cst.FunctionDef, cst.Lambda, cst.ClassDef, cst.AnnAssign, cst.Import, cst.ImportFrom, cst.Global, cst.Nonlocal}
) | frozenset(_COMPREHENSIONS)


def uses_of(node: cst.CSTNode, scopes: Scopes, scope: Scope) -> Uses:
    """Look at one statement that stands in `scope`."""
    walk = _Walk(scopes)
    walk.run(node, scope)
    return walk.found


class _Walk:
    def __init__(self, scopes: Scopes) -> None:
        self._scopes = scopes
        self.found = Uses()
        self._own: list[tuple[Scope, Use, bool]] = []  # uses of variables that an import may bind
        self._imported: dict[tuple[Scope, str], Binding] = {}
        self._named: set[cst.CSTNode] = set()

    def run(self, node: cst.CSTNode, scope: Scope) -> None:
        waiting: list[tuple[cst.CSTNode, Scope, bool]] = [(node, scope, False)]
        while waiting:
            node, scope, later = waiting.pop()
            if isinstance(node, CHAINS):
                inner = self._chain(node, scope, later)
                waiting += [] if inner is None else [(inner, scope, later)]
                continue
            self._note(node, scope, later)
            waiting += reversed(list(self._below(node, scope, later)))
        for home, use, later in self._own:
            origin = self._imported.get((home, use.first))
            if origin is not None:
                self._add(use._replace(origin=origin), later)

    def _add(self, use: Use, later: bool) -> None:
        (self.found.later if later else self.found.now)[use] = None

    def _chain(self, node: cst.Name | cst.Attribute, scope: Scope, later: bool) -> cst.CSTNode | None:
        """Note a chain of names; of an attribute of anything else, give that back to be looked at."""
        use = chain_of(node, scope)
        if use is None:
            return node.value if isinstance(node, cst.Attribute) else None
        home = scope.symbol(use.first).home
        if home is None or home.kind in ("module", "class"):  # a class body may read what it binds from outside first
            self._add(use, later)
            if not isinstance(scope.node, cst.Module) and scope.symbol(use.first).declared_global:
                self.found.rebound[use.first] = None
        else:
            self._own.append((home, use, later))
        return None

    def _below(self, node: cst.CSTNode, scope: Scope, later: bool) -> Iterator[tuple[cst.CSTNode, Scope, bool]]:
        """The parts of a node, each with its scope and whether it runs later."""
        if type(node) not in _SCOPED:
            yield from ((child, scope, later) for child in parts_of(node) if type(child) not in _ANNOTATIONS)
            return
        match node:
            case cst.FunctionDef() | cst.Lambda():
                decorators = node.decorators if isinstance(node, cst.FunctionDef) else ()
                yield from ((each, scope, later) for each in decorators)
                yield from ((default, scope, later) for default in _defaults(node.params))
                yield node.body, self._scopes.of(node), later or not self._runs_now(node)
            case cst.ClassDef():
                yield from ((part, scope, later) for part in (*node.decorators, *node.bases, *node.keywords))
                yield node.body, self._scopes.of(node), later
            case _ if isinstance(node, _COMPREHENSIONS):
                inner = self._scopes.of(node)
                yield node.for_in.iter, scope, later
                clause: cst.CompFor | None = node.for_in
                while clause is not None:
                    parts = [clause.target, *(each.test for each in clause.ifs)]
                    yield from ((part, inner, later) for part in parts)
                    clause = clause.inner_for_in
                    if clause is not None:
                        yield clause.iter, inner, later
                parts = [node.key, node.value] if isinstance(node, cst.DictComp) else [node.elt]
                yield from ((part, inner, later) for part in parts)
            case cst.AnnAssign():
                yield from ((part, scope, later) for part in (node.target, node.value) if part is not None)

    def _runs_now(self, node: cst.FunctionDef | cst.Lambda) -> bool:
        """A lambda may be called as soon as it is made, unless it is no more than given a name."""
        return isinstance(node, cst.Lambda) and node not in self._named

    # --- what is more than read --------------------------------------------------------------------------------------

    def _note(self, node: cst.CSTNode, scope: Scope, later: bool) -> None:
        if isinstance(node, cst.Import | cst.ImportFrom):
            if scope.is_function:
                for binding in imported(node):
                    home = scope.symbol(scope.name(binding.name)).home
                    if home is not None:
                        self._imported[home, scope.name(binding.name)] = binding
                    if binding.kind == "from":
                        self._add(Use(binding.name, (), binding), later)  # bound, whether it is used or not
        elif isinstance(node, cst.Global):
            for item in node.names:
                self.found.rebound[scope.name(item.name.value)] = None
        elif isinstance(node, cst.AssignTarget | cst.AnnAssign | cst.AugAssign | cst.Del | cst.For):
            self._note_store(node.target, scope)
        elif isinstance(node, cst.Call):
            self._note_setattr(node, scope)
        if isinstance(node, cst.Assign | cst.AnnAssign) and isinstance(node.value, cst.Lambda):
            self._named.add(node.value)
        if not later:
            self._note_changes(node, scope)

    def _note_store(self, target: cst.CSTNode, scope: Scope) -> None:
        if isinstance(target, cst.Tuple | cst.List):
            for element in target.elements:
                self._note_store(element.value, scope)
        use = chain_of(target, scope) if isinstance(target, cst.Attribute) else None
        if use is not None and is_global(use, scope):
            self.found.stores.append((use, target))

    def _note_setattr(self, node: cst.Call, scope: Scope) -> None:
        if not isinstance(node.func, cst.Name) or node.func.value not in ("setattr", "delattr") or len(node.args) < 2:
            return
        use = chain_of(node.args[0].value, scope)
        if use is not None and is_global(use, scope):
            name = getattr(node.args[1].value, "evaluated_value", None)
            self.found.stores.append((use._replace(rest=(*use.rest, name if isinstance(name, str) else "*")), node))

    def _note_changes(self, node: cst.CSTNode, scope: Scope) -> None:
        match node:
            case cst.Call():
                self._call(node.func, [arg.value for arg in node.args], scope)
            case cst.Decorator():
                self._call(node.decorator, [], scope)
            case cst.ClassDef():
                for base in node.bases:  # a base may see to its subclasses
                    self._call(base.value, [], scope)
            case cst.AssignTarget() | cst.AnnAssign() | cst.For() | cst.CompFor():
                self._store(node.target, scope)
            case cst.AugAssign() | cst.Del():
                self._store(node.target, scope, names_too=True)
            case cst.WithItem():
                self._hand(node.item, None, scope)
            case cst.Expr(value=cst.BinaryOperation() as operation):
                self._hand(operation, None, scope)  # `first >> second` for what it does
        if isinstance(node, cst.For):
            self._iterate(node.iter, scope)
        if isinstance(node, _COMPREHENSIONS):
            self._iterate(node.for_in.iter, scope)

    def _call(self, func: cst.BaseExpression, args: list[cst.BaseExpression], scope: Scope) -> None:
        callee = chain_of(func, scope) if isinstance(func, CHAINS) else None
        if callee is not None and is_global(callee, scope):
            self.found.called[callee] = None
            self._look_into_class(callee, scope)
        if isinstance(func, cst.Attribute):
            self._change(root_of(func.value, scope), callee, scope)
        for arg in args:
            self._hand(arg, callee, scope)

    def _store(self, target: cst.CSTNode, scope: Scope, names_too: bool = False) -> None:
        if isinstance(target, cst.Tuple | cst.List):
            for element in target.elements:
                self._store(element.value, scope, names_too)
        elif names_too or not isinstance(target, cst.Name):
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
            if isinstance(node, CHAINS):
                self._change(root_of(node, scope), callee, scope)
            elif not isinstance(node, cst.Call | cst.Lambda | cst.FormattedString):
                waiting += parts_of(node)

    def _change(self, use: Use | None, by: Use | None, scope: Scope) -> None:
        if use is None:
            return
        if is_global(use, scope):
            self.found.changes[Change(use, by)] = None
            self._look_into_class(use, scope)
            return
        home = scope.symbol(use.first).home
        clause = home.node.for_in if home is not None and isinstance(home.node, _COMPREHENSIONS) else None
        while clause is not None:  # its variable stands for what it goes over
            self._hand(clause.iter, by, scope)
            clause = clause.inner_for_in

    def _look_into_class(self, use: Use, scope: Scope) -> None:
        home = scope.symbol(use.first).home
        self.found.opaque |= home is not None and home.kind == "class"


def _defaults(params: cst.Parameters) -> Iterator[cst.BaseExpression]:
    for param in (*params.posonly_params, *params.params, *params.kwonly_params):
        if param.default is not None:
            yield param.default
