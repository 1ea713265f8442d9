"""What the top of a module binds: every import, function, class and assignment, found without running anything.

A binding under an `if`, in a `try` or a `match` is marked conditional. What is under `if TYPE_CHECKING:` and under `if
__name__ == "__main__":` is not there when a workflow runs, so it binds nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import libcst as cst
import msgspec

from ..small_statements import small_statements

# libcst's classes are abstract ones, of which `isinstance` is slow; none of these has a subclass.
COMPOUND = frozenset({cst.If, cst.Else, cst.Try, cst.TryStar, cst.Finally, cst.For, cst.While, cst.With, cst.Match})
CONDITIONS = frozenset({cst.If, cst.Try, cst.TryStar, cst.Match})
DEFINITIONS = frozenset({cst.FunctionDef, cst.ClassDef})
IMPORTS = frozenset({cst.Import, cst.ImportFrom})
_TARGETED = frozenset({cst.AnnAssign, cst.AugAssign, cst.Del})
_SEVERAL = frozenset({cst.Tuple, cst.List})

Kind = Literal["import", "from", "function", "class", "value", "update", "delete"]


class Binding(msgspec.Struct, frozen=True):
    """One place where a module binds a name."""

    name: str
    kind: Kind
    node: cst.CSTNode
    conditional: bool
    module: str = ""  # "import": what is imported; "from": where from, with its leading dots
    original: str = ""  # "from": the name over there, or "*"
    place: int = -1  # which of the module's statements it is, or is a part of
    alone: bool = True  # that statement is this binding and nothing around it


def identifier(text: str) -> str:
    """Python compares identifiers in this normal form."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def dotted(node: cst.BaseExpression | None) -> str | None:
    """`a.b.c` as text, or None for any other expression."""
    parts: list[str] = []
    bottom: Any = node
    while type(bottom) is cst.Attribute:
        parts.append(identifier(bottom.attr.value))
        bottom = bottom.value
    if type(bottom) is not cst.Name:
        return None
    first = identifier(bottom.value)
    return ".".join([first, *reversed(parts)]) if parts else first


def top_statements(body: Sequence[cst.CSTNode]) -> tuple[cst.CSTNode, ...]:
    """The statements at the top of a module that run when it is imported; those that share a line one by one."""
    return tuple(_running(body))


def _running(body: Sequence[cst.CSTNode]) -> Iterator[cst.CSTNode]:
    for node in small_statements(body):
        known = _known_test(node.test) if type(node) is cst.If else None
        if known is None:
            yield node
        else:
            assert isinstance(node, cst.If)
            yield from _running(block(node.body if known else node.orelse))


def _known_test(test: cst.BaseExpression) -> bool | None:
    """What the test of an `if` is while a workflow runs; None when that is not known."""
    match test:
        case cst.Name() | cst.Attribute():
            return False if (dotted(test) or "").rpartition(".")[2] == "TYPE_CHECKING" else None
        case cst.UnaryOperation(operator=cst.Not()):
            known = _known_test(test.expression)
            return None if known is None else not known
        case cst.Comparison(left=cst.Name(value="__name__"), comparisons=[only]):
            text = getattr(only.comparator, "evaluated_value", None)
            if text == "__main__" and isinstance(only.operator, cst.Equal | cst.NotEqual):
                return isinstance(only.operator, cst.NotEqual)
    return None


def module_bindings(statements: Sequence[cst.CSTNode], *, walrus: bool = False) -> dict[str, tuple[Binding, ...]]:
    """Return the bindings of a module by name, each in the order of the file. With `walrus`, look for `:=` too."""
    found: dict[str, tuple[Binding, ...]] = {}
    for place, node in enumerate(statements):
        alone = type(node) not in COMPOUND
        named = _by_walrus(node) if walrus else ()
        for binding in (*_bindings(node, conditional=False), *named):
            placed = msgspec.structs.replace(binding, place=place, alone=alone and binding.alone)
            found[binding.name] = (*found.get(binding.name, ()), placed)
    return found


def _by_walrus(node: cst.CSTNode) -> Iterator[Binding]:
    surely = set(_walrus_names(node.test if isinstance(node, cst.If) else node))
    for name in dict.fromkeys(_walrus_names(node)):
        conditional = type(node) in CONDITIONS and not (isinstance(node, cst.If) and name in surely)
        yield Binding(name, "value", node, conditional, alone=False)


def _walrus_names(node: cst.CSTNode) -> Iterator[str]:
    """The names that `:=` binds while the statement runs."""
    if isinstance(node, cst.NamedExpr):
        yield from target_names(node.target)
    for child in node.children:
        if not isinstance(child, cst.Lambda | cst.FunctionDef | cst.ClassDef):
            yield from _walrus_names(child)


def _bindings(node: Any, conditional: bool) -> Iterator[Binding]:
    own = type(node)
    if own in DEFINITIONS:
        kind: Kind = "function" if own is cst.FunctionDef else "class"
        yield Binding(identifier(node.name.value), kind, node, conditional)
    elif own in COMPOUND:
        below = conditional or own in CONDITIONS
        for name in compound_names(node):
            yield Binding(name, "value", node, below)
        for part in compound_parts(node):
            for inner in _running(block(part)):
                yield from _bindings(inner, below)
    else:
        yield from _simple(node, conditional)


def _simple(node: Any, conditional: bool) -> Iterator[Binding]:
    own = type(node)
    if own in IMPORTS:
        for binding in imported(node):
            yield msgspec.structs.replace(binding, conditional=conditional)
    elif own is not cst.AnnAssign or node.value is not None:
        kind: Kind = "update" if own is cst.AugAssign else "delete" if own is cst.Del else "value"
        for name in simple_names(node):
            yield Binding(name, kind, node, conditional)


def imported(node: cst.Import | cst.ImportFrom) -> Iterator[Binding]:
    """What an import statement binds."""
    if isinstance(node, cst.Import):
        for alias in node.names:
            module = dotted(alias.name) or ""
            if alias.asname is not None:
                yield Binding(_asname(alias.asname), "import", node, False, module)
            else:
                first = module.partition(".")[0]
                yield Binding(first, "import", node, False, first)
        return
    module = "." * len(node.relative) + (dotted(node.module) or "")
    if isinstance(node.names, cst.ImportStar):
        yield Binding("*", "from", node, False, module, "*")
        return
    for alias in node.names:
        original = dotted(alias.name) or ""
        name = _asname(alias.asname) if alias.asname is not None else original
        yield Binding(name, "from", node, False, module, original)


def _asname(node: cst.AsName) -> str:
    return dotted(node.name) or ""


def block(node: cst.CSTNode | None) -> Sequence[cst.CSTNode]:
    """The statements of a suite, of an `else`, or of an `elif` (which is an If by itself)."""
    if node is None:
        return ()
    if type(node) is cst.If:
        return (node,)
    body: Any = getattr(node, "body", ())
    return body if type(body) is list or type(body) is tuple else block(body)


def compound_parts(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Every suite of a compound statement: its body, handlers, cases, `else` and `finally`."""
    if type(node) is cst.Match:
        yield from node.cases
        return
    yield node.body  # type: ignore[attr-defined]
    yield from getattr(node, "handlers", ())
    for name in ("orelse", "finalbody"):
        part = getattr(node, name, None)
        if part is not None:
            yield part


def compound_names(node: Any) -> Iterator[str]:
    """The names that the head of a compound statement binds."""
    own = type(node)
    if own is cst.For:
        yield from target_names(node.target)
    elif own is cst.With:
        for item in node.items:
            if item.asname is not None:
                yield from target_names(item.asname.name)
    elif own is cst.Try or own is cst.TryStar:
        for handler in node.handlers:
            if handler.name is not None:
                yield from target_names(handler.name.name)
    elif own is cst.Match:
        for case in node.cases:
            yield from _pattern_names(case.pattern)


def simple_names(node: Any) -> Iterator[str]:
    """The names that a simple statement binds or unbinds; imports apart."""
    own = type(node)
    if own is cst.Assign:
        for target in node.targets:
            yield from target_names(target.target)
    elif own in _TARGETED:
        yield from target_names(node.target)
    elif own is cst.TypeAlias:
        yield from target_names(node.name)


def target_names(node: Any) -> Iterator[str]:
    """The plain names in a target: not those inside `a[i]` or `a.b`, which bind nothing."""
    if type(node) is cst.Name:
        yield identifier(node.value)
    elif type(node) in _SEVERAL:
        for element in node.elements:
            yield from target_names(element.value)


def _pattern_names(node: cst.CSTNode) -> Iterator[str]:
    if isinstance(node, cst.MatchAs | cst.MatchStar) and node.name is not None:
        yield identifier(node.name.value)
    if isinstance(node, cst.MatchMapping) and node.rest is not None:
        yield identifier(node.rest.value)
    for child in node.children:
        yield from _pattern_names(child)
