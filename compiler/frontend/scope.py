"""Which names a `run` binds. A name bound anywhere in a function is local in all of it, as in Python.

Names are bound by statements only: what an expression could bind (`:=`) is refused before anybody asks. Names that are
bound by refused statements count too, so that one refusal does not bring a trail of undefined names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst
import msgspec

from .bindings import COMPOUND, block, compound_names, compound_parts, dotted, identifier, simple_names
from .signatures import parameters_of


class Scope(msgspec.Struct, frozen=True):
    """The names of one `run`."""

    workflow: str  # the class, which mangles private names
    self_name: str
    parameters: tuple[str, ...]
    locals: frozenset[str]  # parameters too

    def name(self, text: str) -> str:
        return mangled(identifier(text), self.workflow)


def mangled(name: str, owner: str) -> str:
    """Python's private names: `__key` inside `class Checkout` is `_Checkout__key`."""
    if not name.startswith("__") or name.endswith("__") or not owner.strip("_"):
        return name
    return f"_{owner.lstrip('_')}{name}"


def scope_of(run: cst.FunctionDef, workflow: str) -> Scope:
    """Return the scope of a workflow's `run`."""
    parameters = tuple(mangled(identifier(param.name.value), workflow) for param, _ in parameters_of(run.params))
    bound = {mangled(name, workflow) for name in _bound(block(run.body))}
    return Scope(workflow, parameters[0] if parameters else "", parameters, frozenset(parameters) | bound)


def _bound(body: Sequence[cst.CSTNode]) -> Iterator[str]:
    for node in body:
        if isinstance(node, cst.SimpleStatementLine | cst.SimpleStatementSuite):
            for small in node.body:
                yield from simple_names(small)
                yield from _imported(small)
        elif isinstance(node, cst.FunctionDef | cst.ClassDef):
            yield identifier(node.name.value)
        elif isinstance(node, COMPOUND):
            yield from compound_names(node)
            for part in compound_parts(node):
                yield from _bound(block(part))


def _imported(node: cst.CSTNode) -> Iterator[str]:
    if isinstance(node, cst.Import | cst.ImportFrom) and not isinstance(node.names, cst.ImportStar):
        for alias in node.names:
            shown = alias.asname.name if alias.asname is not None else alias.name
            yield (dotted(shown) or "").partition(".")[0]
