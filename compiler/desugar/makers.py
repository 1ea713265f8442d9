"""Which calls make a generator whose end can be noticed, as their names tell; and which go through what they get."""

from __future__ import annotations

from waymark.grammar import tree
from waymark.grammar.walk import walk

from ..frontend.sugar import Guarded
from .variables import own_nodes

_ITERATORS = "iter delegate async_iter async_iterator zip map filter enumerate reversed"
_THROUGH = frozenset(f"{name}/1" for name in _ITERATORS.split())


class Makers:
    """`names` are the guarded generators of a module. One that goes through a guarded one lets go of it when closed."""

    def __init__(self, module: tree.Module) -> None:
        self.names: frozenset[str] = frozenset()
        self._methods: frozenset[str] = frozenset()
        generators = [node for node in walk(module) if isinstance(node, tree.Function) and "generator" in node.kind]
        self._find(generators)
        self._through = {node.name for node in generators}
        for each in module.declarations:
            match each:
                case tree.NativeDecl(name=name, key=key) if key in _THROUGH:
                    self._through.add(name)
                case tree.LinkDecl(name=name, module="itertools"):
                    self._through.add(name)

    def _find(self, generators: list[tree.Function]) -> None:
        left = generators
        while True:
            found = [
                node
                for node in left
                if any(isinstance(each, Guarded) or self._uses(each) for each in own_nodes(node.body))
            ]
            if not found:
                return
            left = [node for node in left if node not in found]
            names = [node.name for node in found]
            self.names |= frozenset(names)
            self._methods |= frozenset(name.rpartition(".")[2] for name in names)

    def _uses(self, node: tree.Node) -> bool:
        return isinstance(node, tree.Call) and self.make(node)

    def make(self, node: tree.Expression) -> bool:
        """Whether it is a call of what is called like a guarded generator."""
        match node:
            case tree.Call(callee=tree.Name(id=name)):
                return name in self.names
            case tree.Call(callee=tree.Attribute(name=name)):
                return name in self._methods
        return False

    def go_through(self, callee: tree.Expression) -> bool:
        """Whether what a call of it gives goes through what it got, when it is asked itself."""
        if isinstance(callee, tree.Call):  # `__aiter__`, which `async_iter` found
            return self.go_through(callee.callee)
        return isinstance(callee, tree.Name) and callee.id in self._through
