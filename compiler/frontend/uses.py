"""What a statement at the top of a module uses, as far as the text shows it: names read, objects changed, imports.

    TABLE = build(LIMIT)            reads `build` and `LIMIT`; hands `LIMIT` to `build`, which may change it
    TABLE["x"].append(1)            reads and changes `TABLE`
    def helper(): return TABLE      nothing now; `TABLE` later, when `helper` runs

It knows whose variable each name is (`scopes`), so only names of the module count. A chain such as `shop.config.LIMIT`
is kept whole, because only the resolver can say where the module ends and the value begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import libcst as cst

from .bindings import Binding, imported
from .chains import Use, chain_of, is_global
from .handed import CHAINS, COMPREHENSIONS, SEVERAL, STORES, Handed, Uses
from .scopes import Scope, Scopes
from .scopes.parts import parts_of

# libcst's classes are abstract ones, of which `isinstance` is slow; none of these has a subclass.
_IMPORTS = frozenset({cst.Import, cst.ImportFrom})
# Whatever is more than its parts; and what is noted of a node besides.
_SCOPED = (
    COMPREHENSIONS | _IMPORTS | {cst.FunctionDef, cst.Lambda, cst.ClassDef, cst.AnnAssign, cst.Global, cst.Nonlocal}
)
_NOTED = (
    COMPREHENSIONS
    | _IMPORTS
    | STORES
    | {cst.Global, cst.Call, cst.Assign, cst.Decorator, cst.ClassDef, cst.CompFor, cst.WithItem, cst.Expr}
)


def uses_of(node: cst.CSTNode, scopes: Scopes, scope: Scope) -> Uses:
    """Look at one statement that stands in `scope`."""
    walk = _Walk(scopes)
    walk.run(node, scope)
    return walk.found


class _Walk:
    def __init__(self, scopes: Scopes) -> None:
        self._scopes = scopes
        self.found = Uses()
        self._handed = Handed(self.found)
        self._own: list[tuple[Scope, Use, bool]] = []  # uses of variables that an import may bind
        self._imported: dict[tuple[Scope, str], Binding] = {}
        self._named: set[cst.CSTNode] = set()

    def run(self, node: cst.CSTNode, scope: Scope) -> None:
        waiting: list[tuple[cst.CSTNode, Scope, bool]] = [(node, scope, False)]
        while waiting:
            node, scope, later = waiting.pop()
            kind = type(node)
            if kind in CHAINS:
                inner = self._chain(node, scope, later)
                if inner is not None:
                    waiting.append((inner, scope, later))
                continue
            if kind in _NOTED:
                self._note(node, scope, later)
            if kind is cst.Call and (func := _only_called(node)) is not None:
                inner = self._chain(func, scope, later, called=True)
                if inner is not None:
                    waiting.append((inner, scope, later))
                continue
            if kind in _SCOPED:
                waiting += reversed(list(self._below(node, scope, later)))
                continue
            for part in reversed(parts_of(node)):
                if type(part) is not cst.Annotation:
                    waiting.append((part, scope, later))
        for home, use, later in self._own:
            origin = self._imported.get((home, use.first))
            if origin is not None:
                self._add(use._replace(origin=origin), later)

    def _add(self, use: Use, later: bool) -> None:
        (self.found.later if later else self.found.now)[use] = None

    def _chain(self, node: cst.CSTNode, scope: Scope, later: bool, called: bool = False) -> cst.CSTNode | None:
        """Note a chain of names; of an attribute of anything else, give that back to be looked at."""
        use = chain_of(node, scope)
        if use is None:
            return node.value if isinstance(node, cst.Attribute) else None
        use = use._replace(called=called)
        home = scope.symbol(use.first).home
        if home is None or home.kind in ("module", "class"):  # a class body may read what it binds from outside first
            self._add(use, later)
            if scope.kind != "module" and scope.symbol(use.first).declared_global:
                self.found.rebound[use.first] = None
        else:
            self._own.append((home, use, later))
        return None

    def _below(self, node: cst.CSTNode, scope: Scope, later: bool) -> Iterator[tuple[cst.CSTNode, Scope, bool]]:
        """The parts of a node of `_SCOPED`, each with its scope and whether it runs later."""
        match node:
            case cst.FunctionDef() | cst.Lambda():
                decorators = node.decorators if isinstance(node, cst.FunctionDef) else ()
                yield from ((each, scope, later) for each in decorators)
                yield from ((default, scope, later) for default in _defaults(node.params))
                yield node.body, self._scopes.of(node), later or not self._runs_now(node)
            case cst.ClassDef():
                yield from ((part, scope, later) for part in (*node.decorators, *node.bases, *node.keywords))
                yield node.body, self._scopes.of(node), later
            case cst.ListComp() | cst.SetComp() | cst.DictComp() | cst.GeneratorExp():
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

    def _note(self, node: Any, scope: Scope, later: bool) -> None:
        kind = type(node)
        if kind in _IMPORTS:
            if scope.is_function:
                for binding in imported(node):
                    home = scope.symbol(scope.name(binding.name)).home
                    if home is not None:
                        self._imported[home, scope.name(binding.name)] = binding
                    if binding.kind == "from":
                        self._add(Use(binding.name, (), binding), later)  # bound, whether it is used or not
        elif kind is cst.Global:
            for item in node.names:
                self.found.rebound[scope.name(item.name.value)] = None
        elif kind in STORES:
            self._note_store(node.target, scope)
        elif kind is cst.Call:
            self._note_setattr(node, scope)
        if (kind is cst.Assign or kind is cst.AnnAssign) and type(node.value) is cst.Lambda:
            self._named.add(node.value)
        if not later:
            self._handed.note(node, scope)

    def _note_store(self, target: Any, scope: Scope) -> None:
        if type(target) in SEVERAL:
            for element in target.elements:
                self._note_store(element.value, scope)
        use = chain_of(target, scope) if type(target) is cst.Attribute else None
        if use is not None and is_global(use, scope):
            self.found.stores.append((use, target))

    def _note_setattr(self, node: cst.Call, scope: Scope) -> None:
        if type(node.func) is not cst.Name or node.func.value not in ("setattr", "delattr") or len(node.args) < 2:
            return
        use = chain_of(node.args[0].value, scope)
        if use is not None and is_global(use, scope):
            name = getattr(node.args[1].value, "evaluated_value", None)
            self.found.stores.append((use._replace(rest=(*use.rest, name if isinstance(name, str) else "*")), node))


def _only_called(node: Any) -> cst.CSTNode | None:
    """What a call without arguments calls, if that is a chain of names."""
    func: cst.CSTNode = node.func
    return func if type(func) in CHAINS and not node.args else None


def _defaults(params: cst.Parameters) -> Iterator[cst.BaseExpression]:
    for param in (*params.posonly_params, *params.params, *params.kwonly_params):
        if param.default is not None:
            yield param.default
