"""What a place in a generated program may use: its variables, and whether it stands in a loop, a coroutine, a class.

A variable's name says what kind of value it mostly holds. The names are few, so that inner functions shadow outer ones,
targets meet, and a variable is read where it is unbound on some path.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

POOLS: dict[str, tuple[str, ...]] = {
    "int": ("a", "b", "c"),
    "bool": ("ok",),
    "float": ("f",),
    "str": ("s", "u"),
    "bytes": ("raw",),
    "list": ("xs", "ys"),
    "tuple": ("p",),
    "dict": ("d", "m"),
    "set": ("marks",),
    "func": ("g", "h"),
    "iter": ("it",),
    "box": ("box", "pot"),
    "loud": ("v", "w"),
    "thing": ("item", "other"),
    "error": ("caught",),
}
KIND_OF = {name: kind for kind, names in POOLS.items() for name in names}
PLAIN = ("int", "bool", "float", "str", "bytes", "list", "tuple", "dict")  # printed the same everywhere


@dataclass
class Scope:
    """One function (or the module) under construction."""

    name: str
    parent: Scope | None = None
    asynchronous: bool = False
    generator: bool = False
    bound: dict[str, str] = field(default_factory=dict)  # name -> kind, in the order of their first binding
    shared: set[str] = field(default_factory=set)  # declared `nonlocal` or `global` here
    used: set[str] = field(default_factory=set)  # read or bound here so far: too late for a declaration
    loops: int = 0
    depth: int = 0  # of nested blocks
    handling: int = 0  # of nested `except` blocks

    def visible(self, kind: str) -> list[str]:
        """The variables of this kind that can be named here, nearest scope first."""
        found: dict[str, None] = {}
        scope: Scope | None = self
        while scope is not None:
            found |= {name: None for name, of in scope.bound.items() if of == kind}
            scope = scope.parent
        return list(found)

    def outer(self) -> list[str]:
        """Names that an enclosing function binds."""
        found: list[str] = []
        scope = self.parent
        while scope is not None and scope.parent is not None:
            found += scope.bound
            scope = scope.parent
        return found

    @contextmanager
    def having(self, **names: str) -> Iterator[None]:
        """Variables for a while: those of a comprehension or a lambda."""
        before = {name: self.bound.get(name) for name in names}
        self.bound.update(names)
        try:
            yield
        finally:
            for name, kind in before.items():
                if kind is None:
                    del self.bound[name]
                else:
                    self.bound[name] = kind
