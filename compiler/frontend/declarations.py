"""The declarations at the top of a WRL module: what the code uses from outside, in the order of first use."""

from __future__ import annotations

from collections.abc import Callable

from waymark.grammar import tree
from waymark.grammar.span import NOWHERE

from ..fresh import FreshNames
from .resolve import Action


class Declarations:
    """Gives every outside thing that is used one name, which no local variable and no other declaration has."""

    def __init__(self, taken: frozenset[str], fresh: FreshNames) -> None:
        self._taken = set(taken)
        self._fresh = fresh
        self._names: dict[tuple[str, ...], str] = {}
        self._declared: list[tree.Declaration] = []
        self._followed: dict[str, tree.FollowDecl] = {}

    @property
    def all(self) -> tuple[tree.Declaration, ...]:
        return (*self._followed.values(), *self._declared)

    def action(self, action: Action) -> str:
        def declare(name: str) -> tree.Declaration:
            return tree.ActionDecl(span=NOWHERE, name=name, key=action.key, parameters=action.signature)

        return self._named(("action", action.key), action.name, declare)

    def native(self, name: str, key: str) -> str:
        def declare(name: str) -> tree.Declaration:
            return tree.NativeDecl(span=NOWHERE, name=name, key=key)

        return self._named(("native", key), name, declare)

    def intrinsic(self, key: str) -> str:
        def declare(name: str) -> tree.Declaration:
            return tree.IntrinsicDecl(span=NOWHERE, name=name, key=key)

        return self._named(("intrinsic", key), key, declare)

    def link(self, module: str, export: str) -> str:
        def declare(name: str) -> tree.Declaration:
            return tree.LinkDecl(span=NOWHERE, name=name, module=module, export=export)

        return self._named(("link", module, export), export, declare)

    def variable(self, module: str, variable: str) -> str:
        """A variable of a module; "" is the unit's own."""

        def declare(name: str) -> tree.Declaration:
            if name == variable and not module:
                return tree.GlobalDecl(span=NOWHERE, name=name)
            return tree.GlobalDecl(span=NOWHERE, name=name, module=module, variable=variable)

        return self._named(("global", module, variable), variable.strip("<>"), declare)

    def follow(self, module: str, source: str) -> None:
        """Another module of the project, with its file."""
        if module not in self._followed:
            self._followed[module] = tree.FollowDecl(span=NOWHERE, module=module, source=source)

    def unused(self, wanted: str) -> str:
        """A name for a function, which is none of the declared ones and none of any variable."""
        name = self._fresh(wanted) if wanted in self._taken else wanted
        self._taken.add(name)
        return name

    def _named(self, identity: tuple[str, ...], wanted: str, declare: Callable[[str], tree.Declaration]) -> str:
        if identity not in self._names:
            name = self._names[identity] = self.unused(wanted)
            self._declared.append(declare(name))
        return self._names[identity]
