"""A module of the project as the resolver and the slicer see it: its statements, what they bind, what they use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import libcst as cst
import msgspec

from ..fresh import FreshNames
from ..source import Source, parse
from .bindings import COMPOUND, Binding, block, compound_parts, module_bindings, top_statements
from .handed import Uses
from .import_forms import ImportForm, forms_of_text
from .scopes import Scopes, analyse
from .uses import uses_of


class Import(msgspec.Struct, frozen=True):
    """An import statement, the statement at the top that it is or stands in, and whether it is inside a function."""

    node: cst.Import | cst.ImportFrom
    place: int
    later: bool


class Module:
    """One module. What costs time is worked out when it is first asked for."""

    def __init__(self, name: str, package: bool, path: str, text: str, fresh: FreshNames) -> None:
        self.name = name
        self.package = package
        self.path = path  # as diagnostics and the unit show it
        self.text = text
        self._fresh = fresh
        self._uses: dict[int, Uses] = {}

    @cached_property
    def source(self) -> Source:
        """The parsed file. Raises Refusal for what only libcst, or CPython's compiler, does not take."""
        return parse(self.text, self.path)

    @property
    def tree(self) -> cst.Module:
        return self.source.tree

    @cached_property
    def forms(self) -> tuple[ImportForm, ...]:
        """Every import, without parsing more than that takes."""
        known = self.source.parsed if "source" in vars(self) else None
        return forms_of_text(self.text, known)

    @cached_property
    def statements(self) -> tuple[cst.CSTNode, ...]:
        """Those at the top that run when the module is imported; a `Binding.place` is an index into them."""
        return top_statements(self.tree.body)

    @cached_property
    def bindings(self) -> dict[str, tuple[Binding, ...]]:
        return module_bindings(self.statements, walrus=":=" in self.text)

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        return tuple(import_statements(self.statements))

    @cached_property
    def scopes(self) -> Scopes:
        return analyse(self.tree, self._fresh)

    @cached_property
    def taken(self) -> frozenset[str]:
        """Names that functions and class bodies of the module bind, so that nothing else in it may be called so."""
        inner = [scope for scope in self.scopes if scope.kind != "module"]
        return frozenset(name for scope in inner for name in scope.marks if scope.symbol(name).kind != "global")

    @cached_property
    def rebound(self) -> frozenset[str]:
        """Names of the module that its functions bind, by `global`."""
        if "global" not in self.text:
            return frozenset()
        return frozenset(name for place in range(len(self.statements)) for name in self.uses(place).rebound)

    def uses(self, place: int) -> Uses:
        """What the statement at a place uses."""
        if place not in self._uses:
            self._uses[place] = uses_of(self.statements[place], self.scopes, self.scopes.of(self.tree))
        return self._uses[place]

    def package_name(self) -> str:
        """The package that relative imports start at; "" when there is none."""
        return self.name if self.package else self.name.rpartition(".")[0]

    def absolute(self, module: str) -> str | None:
        """The full name of a module that this one imports; None where the dots lead out of every package."""
        below = module.lstrip(".")
        level = len(module) - len(below)
        if level == 0:
            return module
        package = self.package_name().split(".") if self.package_name() else []
        if level > len(package):
            return None
        base = package[: len(package) - (level - 1)]
        return ".".join([*base, below] if below else base)


def import_statements(statements: Sequence[cst.CSTNode]) -> Iterator[Import]:
    """Every import statement of a module, in the order of the file."""
    for place, statement in enumerate(statements):
        waiting: list[tuple[cst.CSTNode, bool]] = [(statement, False)]
        while waiting:
            node, later = waiting.pop()
            if isinstance(node, cst.Import | cst.ImportFrom):
                yield Import(node, place, later)
            elif isinstance(node, cst.FunctionDef | cst.ClassDef):
                inside = later or isinstance(node, cst.FunctionDef)
                waiting += [(inner, inside) for inner in reversed(top_statements(block(node.body)))]
            elif type(node) in COMPOUND:
                inner = [inner for part in compound_parts(node) for inner in top_statements(block(part))]
                waiting += [(each, later) for each in reversed(inner)]
