"""Scopes and symbols as values. `collect` fills the marks, `resolve` the homes; everything else is worked out here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import IntFlag
from functools import cached_property
from typing import Literal

import libcst as cst

from ...fresh import FreshNames
from ..bindings import identifier

ScopeKind = Literal["module", "class", "function", "lambda", "generator", "comprehension"]
SymbolKind = Literal["local", "cell", "free", "member", "global"]

CLASS_CELL = "__class__"  # what `super()` reads: a cell of the class body, which its methods see


class Mark(IntFlag):
    """What the text of one scope does with a name."""

    USED = 1
    BOUND = 2
    PARAMETER = 4
    GLOBAL = 8  # `global`, or `:=` in a comprehension at the top of the module
    NONLOCAL = 16  # `nonlocal`, or `:=` in a comprehension


_QUALNAMES: dict[type[cst.CSTNode], str] = {
    cst.Lambda: "<lambda>",
    cst.GeneratorExp: "<genexpr>",
    cst.ListComp: "<listcomp>",
    cst.SetComp: "<setcomp>",
    cst.DictComp: "<dictcomp>",
}


def mangled(name: str, owner: str) -> str:
    """Python's private names: `__key` inside `class Checkout` is `_Checkout__key`."""
    if not name.startswith("__") or name.endswith("__") or not owner.strip("_"):
        return name
    return f"_{owner.lstrip('_')}{name}"


class Scope:
    """A piece of text in which a name means one thing."""

    def __init__(self, kind: ScopeKind, node: cst.CSTNode, parent: Scope | None, private: str) -> None:
        self.kind = kind
        self.node = node
        self.parent = parent
        self.private = private  # the innermost class, which mangles private names
        self.function: Scope = parent.function if parent is not None and kind == "comprehension" else self
        self.marks: dict[str, int] = {}  # by mangled name, in the order of the text
        self.homes: dict[str, Scope | None] = {}  # whose variable each name is; None: the module's, or a builtin
        self.around: Mapping[str, Scope | None] = {}  # the same for names of the scopes around
        self._symbols: dict[str, Symbol] = {}
        self.hidden: set[str] = set()  # its variables that are captured through a class which has a member so called
        self.yields = False
        self.awaits = False  # or one of the comprehensions that run in it does
        # Of a scope that is a function:
        self.owners: dict[str, dict[Scope | None, None]] = {}  # each name's homes, in all the scopes that run in it
        self.shared: dict[tuple[Scope, str], None] = {}  # its variables that functions inside it use
        self.captured: dict[
            tuple[Scope, str], None
        ] = {}  # variables of functions around it that it, or one inside, uses
        self.scopes: Scopes

    def __repr__(self) -> str:
        return f"<{self.kind} scope {getattr(getattr(self.node, 'name', None), 'value', '')}>"

    def name(self, text: str) -> str:
        """The name that an identifier of the source stands for: normalised and mangled."""
        return mangled(identifier(text), self.private)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that the text of the scope mentions."""
        return tuple(self.marks)

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(name for name, marks in self.marks.items() if marks & Mark.PARAMETER)

    def symbol(self, name: str) -> Symbol:
        """What a (mangled) name is here, whether the text mentions it or not."""
        symbol = self._symbols.get(name)
        if symbol is None:
            home = self.homes[name] if name in self.homes else self.around.get(name)
            symbol = self._symbols[name] = Symbol(name, self, home)
        return symbol

    @property
    def cells(self) -> tuple[str, ...]:
        """WRL's `cells` of a function: the variables that functions inside it share with it."""
        return tuple(home.variable(name) for home, name in self.function.shared)

    @property
    def captures(self) -> tuple[str, ...]:
        """WRL's `captures` of a function: the variables of functions around it that it, or one inside it, uses."""
        return tuple(home.variable(name) for home, name in self.function.captured)

    @cached_property
    def in_reach(self) -> frozenset[str]:
        """The names that are variables here: its own, and those of the functions around it."""
        return frozenset(name for name in {*self.marks, *self.around} if self.symbol(name).is_variable)

    @cached_property
    def qualname(self) -> str:
        """Python's `__qualname__`: `Checkout.run.<locals>.<listcomp>.<lambda>`. That of a module is empty."""
        around = self.parent
        if around is None:
            return ""
        name = _QUALNAMES.get(type(self.node)) or identifier(self.node.name.value)  # type: ignore[attr-defined]
        if isinstance(self.node, cst.FunctionDef | cst.ClassDef) and around.symbol(around.name(name)).declared_global:
            return name
        if not around.qualname:
            return name
        return f"{around.qualname}{'.<locals>' if around.kind in ('function', 'lambda') else ''}.{name}"

    @property
    def is_function(self) -> bool:
        """Whether what it binds are variables: not the module's, nor members of a class."""
        return self.kind not in ("module", "class")

    def variable(self, name: str) -> str:
        """The WRL name of a variable that this scope binds."""
        return self.scopes.variable(self, name)

    @property
    def inside(self) -> Iterator[Scope]:
        """This scope and those around it, from the inside out."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent


class Symbol:
    """A name in a scope."""

    def __init__(self, name: str, scope: Scope, home: Scope | None) -> None:
        self.name = name
        self.scope = scope
        self.home = home  # the scope that binds it; None: the module, or nobody
        self.kind: SymbolKind = self._kind()

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name}>"

    def _kind(self) -> SymbolKind:
        home, function = self.home, self.scope.function
        if home is None or home.kind == "module":
            return "global"
        if home.kind == "class" and self.name != CLASS_CELL:
            return "member"
        if home.function is not function:
            return "free"
        return "cell" if (home, self.name) in function.shared else "local"

    @property
    def variable(self) -> str:
        """The name in WRL. That of a global is for the program to say."""
        return self.name if self.home is None else self.home.variable(self.name)

    @property
    def is_variable(self) -> bool:
        """Whether it is a variable of a function: this one's, or one around it."""
        return self.kind in ("local", "cell", "free")

    @property
    def bound(self) -> bool:
        """Whether this very scope binds it."""
        return bool(self.scope.marks.get(self.name, 0) & (Mark.BOUND | Mark.PARAMETER))

    @property
    def declared_global(self) -> bool:
        return bool(self.scope.marks.get(self.name, 0) & Mark.GLOBAL)


class Scopes:
    """The scopes of a module. WRL names are given when they are first asked for, so unused code takes none."""

    def __init__(self, by_node: Mapping[cst.CSTNode, Scope], fresh: FreshNames) -> None:
        self._by_node = by_node
        self._fresh = fresh
        self._variables: dict[tuple[Scope, str], str] = {}
        for scope in by_node.values():
            scope.scopes = self

    def __iter__(self) -> Iterator[Scope]:
        return iter(self._by_node.values())

    def of(self, node: cst.CSTNode) -> Scope:
        """The scope that a module, function, class, lambda, comprehension or generator expression opens."""
        return self._by_node[node]

    def variable(self, home: Scope, name: str) -> str:
        key = (home, name)
        if key not in self._variables:
            self._variables[key] = self._fresh(name) if _needs_another_name(home, name) else name
        return self._variables[key]


def _needs_another_name(home: Scope, name: str) -> bool:
    """A comprehension's variable keeps its name where nothing else in the function has it, and nobody shares it."""
    if home.kind != "comprehension":
        return name in home.hidden
    function = home.function
    return not function.is_function or (home, name) in function.shared or set(function.owners[name]) != {home}
