"""What the top of a module binds: every import, function, class and assignment, found without running anything.

A binding under an `if`, in a `try` or a loop is marked conditional. The body of `if TYPE_CHECKING:` is not there at run
time, so it binds nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Literal

import libcst as cst
import msgspec

COMPOUND = (cst.If, cst.Else, cst.Try, cst.TryStar, cst.Finally, cst.For, cst.While, cst.With, cst.Match)


class Binding(msgspec.Struct, frozen=True):
    """One place where a module binds a name."""

    name: str
    kind: Literal["import", "from", "function", "class", "value"]
    node: cst.CSTNode
    conditional: bool
    module: str = ""  # "import": what is imported; "from": where from, with its leading dots
    original: str = ""  # "from": the name over there, or "*"


def identifier(text: str) -> str:
    """Python compares identifiers in this normal form."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def dotted(node: cst.BaseExpression | None) -> str | None:
    """`a.b.c` as text, or None for any other expression."""
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(identifier(node.attr.value))
        node = node.value
    if not isinstance(node, cst.Name):
        return None
    return ".".join([identifier(node.value), *reversed(parts)])


def module_bindings(module: cst.Module) -> dict[str, tuple[Binding, ...]]:
    """Return the bindings of a module by name, each in the order of the file."""
    found: dict[str, tuple[Binding, ...]] = {}
    for binding in _statements(module.body, conditional=False):
        found[binding.name] = (*found.get(binding.name, ()), binding)
    return found


def _statements(body: Sequence[cst.CSTNode], conditional: bool) -> Iterator[Binding]:
    for node in body:
        if isinstance(node, cst.SimpleStatementLine | cst.SimpleStatementSuite):
            for small in node.body:
                yield from _simple(small, conditional)
        elif isinstance(node, cst.FunctionDef | cst.ClassDef):
            kind: Literal["function", "class"] = "function" if isinstance(node, cst.FunctionDef) else "class"
            yield Binding(identifier(node.name.value), kind, node, conditional)
        elif isinstance(node, cst.If) and dotted(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            yield from _statements(block(node.orelse), conditional)
        elif isinstance(node, COMPOUND):
            yield from _compound(node)


def _compound(node: cst.CSTNode) -> Iterator[Binding]:
    for name in compound_names(node):
        yield Binding(name, "value", node, True)
    for part in compound_parts(node):
        yield from _statements(block(part), conditional=True)


def _simple(node: cst.CSTNode, conditional: bool) -> Iterator[Binding]:
    if isinstance(node, cst.Import):
        for alias in node.names:
            module = dotted(alias.name) or ""
            if alias.asname is not None:
                yield Binding(_asname(alias.asname), "import", node, conditional, module)
            else:
                first = module.partition(".")[0]
                yield Binding(first, "import", node, conditional, first)
    elif isinstance(node, cst.ImportFrom):
        module = "." * len(node.relative) + (dotted(node.module) or "")
        if isinstance(node.names, cst.ImportStar):
            yield Binding("*", "from", node, conditional, module, "*")
            return
        for alias in node.names:
            original = dotted(alias.name) or ""
            name = _asname(alias.asname) if alias.asname is not None else original
            yield Binding(name, "from", node, conditional, module, original)
    elif not (isinstance(node, cst.AnnAssign) and node.value is None):
        for name in simple_names(node):
            yield Binding(name, "value", node, conditional)


def _asname(node: cst.AsName) -> str:
    return dotted(node.name) or ""


def block(node: cst.CSTNode | None) -> Sequence[cst.CSTNode]:
    """The statements of a suite, of an `else`, or of an `elif` (which is an If by itself)."""
    if node is None:
        return ()
    if isinstance(node, cst.If):
        return (node,)
    body = getattr(node, "body", ())
    return block(body) if isinstance(body, cst.CSTNode) else body


def compound_parts(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Every suite of a compound statement: its body, handlers, cases, `else` and `finally`."""
    if isinstance(node, cst.Match):
        yield from node.cases
        return
    yield node.body  # type: ignore[attr-defined]
    yield from getattr(node, "handlers", ())
    for name in ("orelse", "finalbody"):
        part = getattr(node, name, None)
        if part is not None:
            yield part


def compound_names(node: cst.CSTNode) -> Iterator[str]:
    """The names that the head of a compound statement binds."""
    if isinstance(node, cst.For):
        yield from target_names(node.target)
    elif isinstance(node, cst.With):
        for item in node.items:
            if item.asname is not None:
                yield from target_names(item.asname.name)
    elif isinstance(node, cst.Try | cst.TryStar):
        for handler in node.handlers:
            if handler.name is not None:
                yield from target_names(handler.name.name)
    elif isinstance(node, cst.Match):
        for case in node.cases:
            yield from _pattern_names(case.pattern)


def simple_names(node: cst.CSTNode) -> Iterator[str]:
    """The names that a simple statement binds or unbinds; imports apart."""
    if isinstance(node, cst.Assign):
        for target in node.targets:
            yield from target_names(target.target)
    elif isinstance(node, cst.AnnAssign | cst.AugAssign | cst.Del):
        yield from target_names(node.target)
    elif isinstance(node, cst.TypeAlias):
        yield from target_names(node.name)


def target_names(node: cst.CSTNode) -> Iterator[str]:
    """The plain names in a target: not those inside `a[i]` or `a.b`, which bind nothing."""
    if isinstance(node, cst.Name):
        yield identifier(node.value)
    elif isinstance(node, cst.Tuple | cst.List):
        for element in node.elements:
            yield from target_names(element.value)


def _pattern_names(node: cst.CSTNode) -> Iterator[str]:
    if isinstance(node, cst.MatchAs | cst.MatchStar) and node.name is not None:
        yield identifier(node.name.value)
    if isinstance(node, cst.MatchMapping) and node.rest is not None:
        yield identifier(node.rest.value)
    for child in node.children:
        yield from _pattern_names(child)
