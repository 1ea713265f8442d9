"""What a class body annotates, kept for `@dataclass`, `NamedTuple` and `TypedDict`. No annotation is evaluated.

    class Point:                   class Point {
        x: int                         y = 0
        y: int = 0         =>          __annotations__ = ("x", "", None, "y", "", None)
    }                              }

Each name is followed by its kind and its text. The kind is "ClassVar", "InitVar" or "KW_ONLY" where the annotation
means one of those, as far as `dataclasses` would see it; a text is kept where Python itself keeps annotations as text.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import libcst as cst

from waymark.grammar import tree

from .bindings import Binding, block, dotted, module_bindings, top_statements
from .context import Context
from .dispatch import problem
from .local_imports import outside_name
from .meanings import MaybeImported, Outside
from .names import meaning_of

MEMBER = "__annotations__"
_KINDS = {
    "typing.ClassVar": "ClassVar",
    "typing_extensions.ClassVar": "ClassVar",
    "dataclasses.InitVar": "InitVar",
    "dataclasses.KW_ONLY": "KW_ONLY",
}
_TEXTS = (cst.SimpleString, cst.ConcatenatedString)
# What `dataclasses` looks at in an annotation that is a text.
_FIRST_NAME = re.compile(r"^(?:\s*(\w+)\s*\.)?\s*(\w+)")


def kept_annotations(node: cst.ClassDef, inner: Context) -> Iterator[tree.Statement]:
    """The statement at the end of a class body that keeps them, if there are any. `inner` is the body's context."""
    found = list(_annotated(node, inner))
    if found:
        span = inner.span(node)
        flat = [tree.Constant(span=span, value=part) for each in found for part in each]
        yield tree.Assign(
            span=span, target=tree.Name(span=span, id=MEMBER), value=tree.Tuple(span=span, items=(*flat,))
        )


def _annotated(node: cst.ClassDef, inner: Context) -> Iterator[tuple[str, str, str | None]]:
    as_text = _is_all_text(inner)
    seen: dict[str, tuple[str, str, str | None]] = {}
    for each in block(node.body):
        small = each.body if isinstance(each, cst.SimpleStatementLine | cst.SimpleStatementSuite) else (each,)
        for part in small:
            if isinstance(part, cst.AnnAssign) and isinstance(part.target, cst.Name):
                name = inner.scope.name(part.target.value)
                if node.decorators and not as_text:
                    _refuse_variable(part.annotation.annotation, inner)
                seen[name] = (name, *_meaning(part.annotation.annotation, inner, as_text))
            elif isinstance(part, cst.BaseCompoundStatement) and (node.decorators or node.bases):
                _refuse_inside(part, inner)
    yield from seen.values()


def _refuse_inside(node: cst.CSTNode, inner: Context) -> None:
    """Whether an annotation inside an `if` or a loop counts is only known when the body runs."""
    waiting: list[cst.CSTNode] = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, cst.FunctionDef | cst.ClassDef | cst.Lambda):
            continue
        if isinstance(each, cst.AnnAssign) and isinstance(each.target, cst.Name):
            what = "an annotated name inside a compound statement of a class body"
            inner.refuse(problem(each, inner, what, "annotate it in the body itself"))
        waiting += each.children


def _refuse_variable(node: cst.BaseExpression, inner: Context) -> None:
    """A variable of the function may hold a text, which `dataclasses` would read."""
    if not isinstance(node, cst.Name):
        return
    home = inner.symbol(node).home
    if home is None or home.kind != "function":
        return
    bindings = module_bindings(top_statements(block(getattr(home.node, "body", None)))).get(node.value, ())
    if not bindings or not all(_is_no_text(each) for each in bindings):
        what = f"the annotation `{node.value}`, a variable whose value only the run knows,"
        inner.refuse(problem(node, inner, what, "write the type itself"))


def _is_no_text(binding: Binding) -> bool:
    node = binding.node
    if isinstance(node, cst.Assign | cst.AnnAssign):
        return not isinstance(node.value, _TEXTS)
    return isinstance(node, cst.ClassDef | cst.Import | cst.ImportFrom) or binding.kind in ("import", "from")


def _meaning(node: cst.BaseExpression, context: Context, as_text: bool) -> tuple[str, str | None]:
    if as_text:
        text = ast.unparse(ast.parse(context.module.tree.code_for_node(node).strip(), mode="eval"))
        return _kind_of_text(text, context), text
    if isinstance(node, _TEXTS):
        value = node.evaluated_value
        text = value if isinstance(value, str) else ""
        return _kind_of_text(text, context), text
    root = node.value if isinstance(node, cst.Subscript) else node
    return _KINDS.get(_full_name(root, context), ""), None


def _full_name(node: cst.BaseExpression, context: Context) -> str:
    meaning = meaning_of(node, context)
    if isinstance(meaning, MaybeImported):
        meaning = meaning.meaning
    if isinstance(meaning, Outside):
        return meaning.name
    name = dotted(node)
    return "" if name is None else outside_name(name, context)


def _kind_of_text(text: str, context: Context) -> str:
    """Names in a text are looked up in the module, wherever the class stands."""
    found = _FIRST_NAME.match(text)
    if found is None:
        return ""
    name = ".".join(part for part in found.groups() if part)
    meaning = context.resolver.dotted(name, context.module)
    return _KINDS.get(meaning.name, "") if isinstance(meaning, Outside) else ""


def _is_all_text(context: Context) -> bool:
    """Whether `from __future__ import annotations` is at the top of the module."""
    for each in context.module.tree.body:
        for part in each.body if isinstance(each, cst.SimpleStatementLine) else ():
            if isinstance(part, cst.ImportFrom) and part.module is not None and dotted(part.module) == "__future__":
                names = () if isinstance(part.names, cst.ImportStar) else part.names
                if any(alias.name.value == "annotations" for alias in names):
                    return True
    return False
