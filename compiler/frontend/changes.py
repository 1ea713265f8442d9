"""Which statements at the top of modules may change an object that is needed, or one that is a part of it.

Stores into it, methods of it, calls that it is handed to; and calls of the project's own functions that lead to it.
What is known not to change anything (`effects.py`) is passed over; anything else counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import libcst as cst

from .bindings import Binding, dotted
from .effects import holds_immutables, is_container, is_immutable, method_only_reads, only_reads, outside_name
from .handed import Change
from .links import OWN, Key, Links, key_of
from .loading import packages_of
from .meanings import Outside, Variable
from .modules import Module
from .resolve import PYTHON_BUILTINS


class Changes:
    """Looks for changes of what is watched."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self._resolver = links.resolver

    def watched(self, needed: Iterable[Key]) -> set[Key]:
        """What of `needed` can be changed in place, or bound anew by a function; and other names of such objects."""
        found = {key for key in needed if self._is_mutable(key)}
        grown = bool(found)
        while grown:
            more = set(self._aliases(found)) - found
            grown = bool(more)
            found |= more
        return found

    def within_reach(self, watched: set[Key]) -> list[Module]:
        """The modules that can name what is watched: its own, and those that import that."""
        if not watched:
            return []
        graph = self._resolver.graph
        modules = {module for module, _ in watched}
        # What imports a package may find in it what others have imported.
        names = graph.importing(modules.union(*map(packages_of, modules)))
        return [module for module in graph.modules if module.name in names]

    def may_change(self, module: Module, place: int, watched: set[Key]) -> bool:
        """Whether the statement may change something that is watched."""
        uses = module.uses(place)
        if any(self._changes(change, module, watched) for change in uses.changes):
            return True
        if uses.opaque:
            return any(key_of(each) in watched for each in self._links.own((*uses.now, *uses.later), module))
        called = self._links.own(uses.called, module)
        if not called:
            return False
        # What it calls may call what it is handed.
        used = self._links.own((*uses.now, *uses.later), module)
        handed = [each for each in used if not isinstance(each, Variable) or self._is_mutable(key_of(each))]
        return any(not watched.isdisjoint(self._links.reach(each)) for each in (*called, *handed))

    def _is_mutable(self, key: Key) -> bool:
        module = self._links.module(key[0])
        bindings, _ = self._resolver.bindings(key[1], module)
        return key[1] in module.rebound or not all(self._is_immutable(each, module) for each in bindings)

    def _is_immutable(self, binding: Binding, module: Module) -> bool:
        node = binding.node
        if isinstance(node, cst.For):
            return holds_immutables(node.iter, module, self._resolver)
        value = node.value if isinstance(node, cst.Assign | cst.AnnAssign) else None
        if value is None:
            # What a decorator makes may be anything: a registry of other functions.
            return isinstance(node, cst.FunctionDef) and not node.decorators
        return is_immutable(value, module, self._resolver)

    def _aliases(self, watched: set[Key]) -> Iterator[Key]:
        """Names for something that holds, or is, what is watched: bound to it, or changed by a statement with it."""
        for module in self.within_reach(watched):
            with_it = {place for place in range(len(module.statements)) if self._reads(module, place, watched)}
            for name, bindings in module.bindings.items():
                if any(self._is_alias(binding, module, watched, with_it) for binding in bindings):
                    yield module.name, name
            for place in with_it:
                yield from self._changed(module, place)

    def _changed(self, module: Module, place: int) -> Iterator[Key]:
        """What a statement changes, and so may make a holder of anything else in it."""
        for change in module.uses(place).changes:
            meaning = self._links.meaning(change.use, module)
            if not isinstance(meaning, OWN) or change.iterated or self._only_looks(change, module):
                continue
            key = key_of(meaning)
            if self._is_mutable(key) and not self._is_foreign(key):
                yield key

    def _reads(self, module: Module, place: int, watched: set[Key]) -> bool:
        return any(key_of(each) in watched for each in self._links.own(module.uses(place).now, module))

    def _is_alias(self, binding: Binding, module: Module, watched: set[Key], with_it: set[int]) -> bool:
        if binding.kind == "from":
            origin = self._resolver.binding(binding, module)
            return isinstance(origin, OWN) and key_of(origin) in watched
        if binding.kind not in ("value", "update") or self._is_immutable(binding, module):
            return False
        return binding.place in with_it

    def _is_foreign(self, key: Key) -> bool:
        """Whether the name is bound to objects of other people's libraries, which have nothing of ours to change."""
        module = self._links.module(key[0])
        bindings, _ = self._resolver.bindings(key[1], module)
        return bool(bindings) and all(self._is_call_outside(binding, module) for binding in bindings)

    def _is_call_outside(self, binding: Binding, module: Module) -> bool:
        value = getattr(binding.node, "value", None)
        if not isinstance(value, cst.Call):
            return False
        name = outside_name(dotted(value.func), module, self._resolver)
        return bool(name) and not name.startswith("builtins.")

    def _changes(self, change: Change, module: Module, watched: set[Key]) -> bool:
        meaning = self._links.meaning(change.use, module)
        return isinstance(meaning, OWN) and key_of(meaning) in watched and not self._only_looks(change, module)

    def _only_looks(self, change: Change, module: Module) -> bool:
        """Whether what is done to an object of ours is known to leave it as it is."""
        meaning, left = self._links.resolve(change.use, module)
        assert isinstance(meaning, OWN)
        container = not left and is_container(meaning.name, self._links.module(meaning.module), self._resolver)
        if change.iterated:
            return container
        if change.by is None:
            return False
        callee, method = self._links.resolve(change.by, module)
        if callee is None and change.by.first in PYTHON_BUILTINS and not method:
            callee = Outside(f"builtins.{change.by.first}")
        if isinstance(callee, Outside):
            return only_reads(callee.name, container)
        return callee == meaning and method_only_reads(method, container)
