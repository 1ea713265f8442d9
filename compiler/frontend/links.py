"""Names of modules as a graph: which statements bind a name, and which names those, and what they call, lead to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .chains import Use
from .meanings import Class, Function, Meaning, Variable, WorkflowClass
from .modules import Module
from .resolve import Resolver

Key = tuple[str, str]  # module, name
Own = Function | Variable | Class | WorkflowClass
OWN = (Function, Variable, Class, WorkflowClass)


class Links:
    """Follows names from module to module."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self._reached: dict[Key, frozenset[Key]] = {}

    def forget(self) -> None:
        """A name has another meaning than before."""
        self._reached.clear()

    def module(self, name: str) -> Module:
        found = self.resolver.module(name)
        assert isinstance(found, Module), "a meaning stands in a module that was read"
        return found

    def places(self, name: str, module: Module) -> Iterator[int]:
        """The statements that bind the name."""
        bindings, _ = self.resolver.bindings(name, module)
        yield from dict.fromkeys(binding.place for binding in bindings)

    def resolve(self, use: Use, module: Module) -> tuple[Meaning | None, tuple[str, ...]]:
        """What a chain of names reaches, and the attributes of a value that are left."""
        if use.origin is None:
            return self.resolver.chain(use.first, use.rest, module)
        return self.resolver.follow(self.resolver.binding(use.origin, module), use.rest)

    def meaning(self, use: Use, module: Module) -> Meaning | None:
        return self.resolve(use, module)[0]

    def own(self, uses: Iterable[Use], module: Module) -> list[Own]:
        """Those meanings that code of the project stands behind."""
        meanings = [self.meaning(use, module) for use in uses]
        return [meaning for meaning in meanings if isinstance(meaning, OWN)]

    def reach(self, meaning: Own) -> frozenset[Key]:
        """Every name of the project that running it may lead to, its own among them."""
        start = key_of(meaning)
        if start not in self._reached:
            seen = {start}
            waiting = [start]
            while waiting:
                owner, name = waiting.pop()
                module = self.module(owner)
                for place in self.places(name, module):
                    uses = module.uses(place)
                    found = [key_of(each) for each in self.own((*uses.now, *uses.later), module)]
                    waiting += [key for key in dict.fromkeys(found) if key not in seen]
                    seen.update(found)
            self._reached[start] = frozenset(seen)
        return self._reached[start]


def key_of(meaning: Own) -> Key:
    return meaning.module, meaning.name
