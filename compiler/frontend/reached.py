"""How the program comes to a problem that stands outside of its workflows: who calls what, back to a `run`.

    def total(lines):                      error[WM203]: `time.time()` gives a different answer ...
        return stamp() + len(lines)        note: called by `total` (shop/helpers.py:2)
                                           note: called by `Checkout.run` (shop/checkout.py:30)

Translation notes who asked first for each function, class and variable of a module. Everything else is read off the
positions: the statement at the top of a module in which a problem, or whoever asked, stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import libcst as cst
import msgspec

from waymark.grammar.span import Span

from ..diagnostics import Diagnostic
from ..diagnostics.model import Step
from .bindings import identifier
from .definitions import registers
from .modules import Module
from .resolve import Resolver

Key = tuple[str, str]  # module, name


class Asker(NamedTuple):
    """Who uses a name, and where: the name of the module, the function in it ("" for its top) and the place."""

    module: str
    function: str
    span: Span


class Trail(NamedTuple):
    """What is known of the ways through a program, once all of it has been translated."""

    modules: Mapping[str, Module]  # all that were, by name
    askers: Mapping[Key, Asker]
    resolver: Resolver

    def with_steps(self, problems: Iterable[Diagnostic]) -> list[Diagnostic]:
        """Return the problems with the steps that lead to them."""
        by_path = {module.path: module for module in self.modules.values()}
        return [
            msgspec.structs.replace(each, steps=tuple(self._steps(by_path[each.path], each.span)))
            if each.path in by_path
            else each
            for each in problems
        ]

    def _steps(self, module: Module, span: Span) -> Iterator[Step]:
        seen: set[Key] = set()
        while True:
            node = _statement_around(module, span)
            if node is None or registers(node, module, self.resolver):
                return
            defines = isinstance(node, cst.FunctionDef | cst.ClassDef)
            keys = [(module.name, name) for name in _bound(node, module)]
            key = next((key for key in keys if key in self.askers and key not in seen), None)
            if key is None:
                if not defines and not seen and not isinstance(node, cst.Import | cst.ImportFrom):
                    yield Step("runs when", module.name, module.path, module.source.span(node).line)
                return
            seen.add(key)
            asker = self.askers[key]
            module, span = self.modules[asker.module], asker.span
            verb = "called by" if isinstance(node, cst.FunctionDef) else f"`{key[1]}` is used by"
            yield Step(verb, asker.function or f"the module `{asker.module}`", module.path, span.line)


def _statement_around(module: Module, span: Span) -> cst.CSTNode | None:
    """The statement at the top of a module in which a place stands."""
    for node in module.statements:
        own = module.source.span(node)
        if own.line <= span.line <= own.end_line:
            return node
    return None


def _bound(node: cst.CSTNode, module: Module) -> list[str]:
    if isinstance(node, cst.FunctionDef | cst.ClassDef):
        return [identifier(node.name.value)]
    place = next(place for place, each in enumerate(module.statements) if each is node)
    return [name for name, bindings in module.bindings.items() if any(each.place == place for each in bindings)]
