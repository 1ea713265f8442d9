"""Where each node of a libcst tree stands, taken from CPython's own parser.

libcst works positions out by writing the whole file again, which takes twice as long as parsing it. CPython has parsed
the file anyway, to check it, and its tree says where everything is. So the two trees are walked side by side: they have
the same shape, once each of libcst's kinds knows which of its fields stand for which of CPython's.

What stands inside an f-string gets the place of the whole f-string: before 3.12, CPython does not know it better. A
name for which CPython has a text and no node (`except E as name`, an import, a pattern) has the place of what binds it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import libcst as cst

from waymark.grammar.span import Span

from .diagnostics.render import split_lines

Pair = tuple[cst.CSTNode, ast.AST]
Positions = dict[cst.CSTNode, Span]


_HEAD = re.compile(r"(?:async\s+)?def\s+|class\s+")


class Mismatch(Exception):
    """The two trees do not have the same shape here. Then libcst's own positions are used."""


def positions(tree: cst.Module, parsed: ast.Module, text: str) -> Positions:
    """Return the span of every statement and expression. Raises Mismatch where the trees differ."""
    found: Positions = {}
    lines = split_lines(text)
    span_of = _spans(text, lines)
    waiting: list[Pair] = list(_block(tree.body, parsed.body))
    while waiting:
        node, twin = waiting.pop()
        span = found[node] = span_of(twin)
        kind = type(node)
        if kind is cst.FunctionDef or kind is cst.ClassDef:
            _name(node, span, lines, found)
        elif kind in _BINDING:
            found.update(dict.fromkeys(_BINDING[kind](node), span))
        fields = _FIELDS.get(kind)
        if fields is not None:
            for mine, theirs in fields:
                part, other = getattr(node, mine), getattr(twin, theirs)
                if part is not None:
                    waiting.append((part, other))
            continue
        parts = _PARTS.get(kind)
        if parts is not None:
            if not isinstance(twin, _Between):
                waiting += parts(node, twin)
        elif kind in _TEXTS:
            _whole(node, span, found)
        elif kind not in _LEAVES:
            raise Mismatch(kind.__name__)
    return found


def _spans(text: str, shown: list[str]) -> Callable[[Any], Span]:
    """CPython counts columns in bytes of UTF-8; here they are characters."""
    if text.isascii():
        return lambda node: Span(node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
    lines = [line.encode("utf-8", "surrogatepass") for line in shown]

    def column(line: int, offset: int) -> int:
        return len(lines[line - 1][:offset].decode("utf-8", "surrogatepass"))

    def span(node: Any) -> Span:
        first, last = node.lineno, node.end_lineno
        return Span(first, column(first, node.col_offset), last, column(last, node.end_col_offset))

    return span


def _name(node: Any, span: Span, lines: list[str], found: Positions) -> None:
    """CPython's tree does not say where the name behind `def` stands; the text does, unless the line is broken up."""
    head = _HEAD.match(lines[span.line - 1], span.column)
    if head is not None:
        found[node.name] = Span(span.line, head.end(), span.line, head.end() + len(node.name.value))


def _whole(node: cst.CSTNode, span: Span, found: Positions) -> None:
    """Everything inside an f-string stands where the f-string stands."""
    for child in node.children:
        found[child] = span
        _whole(child, span, found)


# --- statements ------------------------------------------------------------------------------------------------------


def _block(body: Iterable[cst.CSTNode], twins: list[ast.stmt]) -> Iterator[Pair]:
    mine = [
        small
        for node in body
        for small in (node.body if isinstance(node, cst.SimpleStatementLine | cst.SimpleStatementSuite) else (node,))
    ]
    return zip(mine, twins, strict=True)


def _suite(node: Any, twins: list[ast.stmt]) -> Iterator[Pair]:
    """The body of a compound statement, its `else` or `finally`; an `elif` is an If inside CPython's `else`."""
    if node is None:
        return iter(())
    if isinstance(node, cst.If):
        return iter([(node, twins[0])])
    if isinstance(node, cst.Else | cst.Finally):
        node = node.body
    return _block((node,) if isinstance(node, cst.SimpleStatementSuite) else node.body, twins)


def _function(node: cst.FunctionDef, twin: Any) -> Iterator[Pair]:
    yield from ((mine.decorator, theirs) for mine, theirs in zip(node.decorators, twin.decorator_list, strict=True))
    yield from _parameters(node.params, twin.args)
    if node.returns is not None:
        yield node.returns.annotation, twin.returns
    yield from _suite(node.body, twin.body)


def _parameters(node: cst.Parameters, twin: ast.arguments) -> Iterator[Pair]:
    mine = [*node.posonly_params, *node.params]
    pairs = list(zip(mine, (*twin.posonlyargs, *twin.args), strict=True))
    optional = [param for param in mine if param.default is not None]
    pairs += zip(node.kwonly_params, twin.kwonlyargs, strict=True)
    for param, rest in ((node.star_arg, twin.vararg), (node.star_kwarg, twin.kwarg)):
        if isinstance(param, cst.Param) and rest is not None:
            pairs.append((param, rest))
    for param, theirs in pairs:
        yield param, theirs
    for param, default in zip(optional, twin.defaults, strict=True):
        yield param.default, default  # type: ignore[misc]  # those with a default
    for param, maybe in zip(node.kwonly_params, twin.kw_defaults, strict=True):
        if param.default is not None and maybe is not None:
            yield param.default, maybe


def _param(node: cst.Param, twin: ast.arg) -> Iterator[Pair]:
    if node.annotation is not None and twin.annotation is not None:
        yield node.annotation.annotation, twin.annotation


def _class(node: cst.ClassDef, twin: Any) -> Iterator[Pair]:
    yield from ((mine.decorator, theirs) for mine, theirs in zip(node.decorators, twin.decorator_list, strict=True))
    yield from _arguments((*node.bases, *node.keywords), twin.bases, twin.keywords)
    yield from _suite(node.body, twin.body)


def _for(node: cst.For, twin: Any) -> Iterator[Pair]:
    yield node.target, twin.target
    yield node.iter, twin.iter
    yield from _suite(node.body, twin.body)
    yield from _suite(node.orelse, twin.orelse)


def _tested(node: cst.If | cst.While, twin: Any) -> Iterator[Pair]:
    yield node.test, twin.test
    yield from _suite(node.body, twin.body)
    yield from _suite(node.orelse, twin.orelse)


def _with(node: cst.With, twin: Any) -> Iterator[Pair]:
    for item, theirs in zip(node.items, twin.items, strict=True):
        yield item.item, theirs.context_expr
        if item.asname is not None:
            yield item.asname.name, theirs.optional_vars
    yield from _suite(node.body, twin.body)


def _try(node: cst.Try | cst.TryStar, twin: Any) -> Iterator[Pair]:
    yield from _suite(node.body, twin.body)
    yield from zip(node.handlers, twin.handlers, strict=True)
    yield from _suite(node.orelse, twin.orelse)
    yield from _suite(node.finalbody, twin.finalbody)


def _handler(node: cst.ExceptHandler | cst.ExceptStarHandler, twin: Any) -> Iterator[Pair]:
    if node.type is not None:
        yield node.type, twin.type
    yield from _suite(node.body, twin.body)


def _assign(node: cst.Assign, twin: Any) -> Iterator[Pair]:
    yield from ((mine.target, theirs) for mine, theirs in zip(node.targets, twin.targets, strict=True))
    yield node.value, twin.value


def _annotated(node: cst.AnnAssign, twin: Any) -> Iterator[Pair]:
    yield node.target, twin.target
    yield node.annotation.annotation, twin.annotation
    if node.value is not None:
        yield node.value, twin.value


def _delete(node: cst.Del, twin: Any) -> Iterator[Pair]:
    target = node.target
    if isinstance(target, cst.Tuple) and not target.lpar:
        yield from ((mine.value, theirs) for mine, theirs in zip(target.elements, twin.targets, strict=True))
    else:
        yield target, twin.targets[0]


def _raise(node: cst.Raise, twin: Any) -> Iterator[Pair]:
    if node.exc is not None:
        yield node.exc, twin.exc
    if node.cause is not None:
        yield node.cause.item, twin.cause


# --- expressions -----------------------------------------------------------------------------------------------------


def _call(node: cst.Call, twin: Any) -> Iterator[Pair]:
    yield node.func, twin.func
    yield from _arguments(node.args, twin.args, twin.keywords)


def _arguments(args: Iterable[cst.Arg], plain: list[ast.expr], named: list[ast.keyword]) -> Iterator[Pair]:
    values, keywords = iter(plain), iter(named)
    for arg in args:
        if arg.keyword is not None or arg.star == "**":
            keyword = next(keywords)
            yield arg, keyword
            yield arg.value, keyword.value
        else:
            value: Any = next(values)
            yield arg, value
            yield arg.value, value.value if arg.star else value


def _elements(node: cst.Tuple | cst.List | cst.Set, twin: Any) -> Iterator[Pair]:
    for element, theirs in zip(node.elements, twin.elts, strict=True):
        yield element, theirs
        yield element.value, theirs.value if isinstance(element, cst.StarredElement) else theirs


def _dict(node: cst.Dict, twin: Any) -> Iterator[Pair]:
    for element, key, value in zip(node.elements, twin.keys, twin.values, strict=True):
        if isinstance(element, cst.DictElement):
            yield element.key, key
        else:
            yield element, value
        yield element.value, value


def _logical(node: cst.BooleanOperation, twin: Any) -> Iterator[Pair]:
    """`a and b and c` is one node of CPython's, and two of libcst's; so is `a and (b and c)`, of both."""
    parts = [node.right]
    left = node.left
    inner: list[cst.BooleanOperation] = []
    while isinstance(left, cst.BooleanOperation) and not left.lpar and type(left.operator) is type(node.operator):
        inner.append(left)
        parts.append(left.right)
        left = left.left
    parts.append(left)
    yield from zip(reversed(parts), twin.values, strict=True)
    for link, last in zip(reversed(inner), twin.values[1:], strict=False):
        yield link, _Between(twin, last)


class _Between(ast.AST):
    """A link of a chain of `and`: from the start of the chain to the end of the link's last operand."""

    values: tuple[()] = ()

    def __init__(self, first: Any, last: Any) -> None:
        super().__init__()
        self.lineno, self.col_offset = first.lineno, first.col_offset
        self.end_lineno, self.end_col_offset = last.end_lineno, last.end_col_offset


def _comparison(node: cst.Comparison, twin: Any) -> Iterator[Pair]:
    yield node.left, twin.left
    yield from ((mine.comparator, theirs) for mine, theirs in zip(node.comparisons, twin.comparators, strict=True))


def _subscript(node: cst.Subscript, twin: Any) -> Iterator[Pair]:
    yield node.value, twin.value
    several = len(node.slice) > 1 or isinstance(node.slice[-1].comma, cst.Comma) or _starred(node.slice[0].slice)
    twins = twin.slice.elts if several else [twin.slice]
    for part, theirs in zip(node.slice, twins, strict=True):
        mine = part.slice
        yield mine, theirs
        if isinstance(mine, cst.Slice):
            for own, other in ((mine.lower, theirs.lower), (mine.upper, theirs.upper), (mine.step, theirs.step)):
                if own is not None:
                    yield own, other
        elif isinstance(mine, cst.Index):
            yield mine.value, theirs.value if _starred(mine) else theirs


def _starred(node: cst.BaseSlice) -> bool:
    return isinstance(node, cst.Index) and node.star is not None


def _lambda(node: cst.Lambda, twin: Any) -> Iterator[Pair]:
    yield from _parameters(node.params, twin.args)
    yield node.body, twin.body


def _yield(node: cst.Yield, twin: Any) -> Iterator[Pair]:
    if isinstance(node.value, cst.From):
        yield node.value.item, twin.value
    elif node.value is not None:
        yield node.value, twin.value


def _comprehension(node: Any, twin: Any) -> Iterator[Pair]:
    yield node.elt, twin.elt
    yield from _clauses(node.for_in, twin)


def _dict_comprehension(node: cst.DictComp, twin: Any) -> Iterator[Pair]:
    yield node.key, twin.key
    yield node.value, twin.value
    yield from _clauses(node.for_in, twin)


def _clauses(clause: cst.CompFor | None, twin: Any) -> Iterator[Pair]:
    for theirs in twin.generators:
        if clause is None:
            raise Mismatch("comprehension")
        yield clause.target, theirs.target
        yield clause.iter, theirs.iter
        yield from ((mine.test, test) for mine, test in zip(clause.ifs, theirs.ifs, strict=True))
        clause = clause.inner_for_in


# --- patterns --------------------------------------------------------------------------------------------------------


def _match(node: cst.Match, twin: Any) -> Iterator[Pair]:
    yield node.subject, twin.subject
    for case, theirs in zip(node.cases, twin.cases, strict=True):
        yield case.pattern, theirs.pattern
        if case.guard is not None:
            yield case.guard, theirs.guard
        yield from _suite(case.body, theirs.body)


def _match_items(node: cst.MatchList | cst.MatchTuple, twin: Any) -> Iterator[Pair]:
    for item, theirs in zip(node.patterns, twin.patterns, strict=True):
        yield (item, theirs) if isinstance(item, cst.MatchStar) else (item.value, theirs)


def _match_mapping(node: cst.MatchMapping, twin: Any) -> Iterator[Pair]:
    for item, key, theirs in zip(node.elements, twin.keys, twin.patterns, strict=True):
        yield item.key, key
        yield item.pattern, theirs


def _match_class(node: cst.MatchClass, twin: Any) -> Iterator[Pair]:
    yield node.cls, twin.cls
    yield from ((mine.value, theirs) for mine, theirs in zip(node.patterns, twin.patterns, strict=True))
    yield from ((mine.pattern, theirs) for mine, theirs in zip(node.kwds, twin.kwd_patterns, strict=True))


def _match_as(node: cst.MatchAs, twin: Any) -> Iterator[Pair]:
    if node.pattern is not None:
        yield node.pattern, twin.pattern


def _match_or(node: cst.MatchOr, twin: Any) -> Iterator[Pair]:
    yield from ((mine.pattern, theirs) for mine, theirs in zip(node.patterns, twin.patterns, strict=True))


def _aliases(node: cst.Import | cst.ImportFrom) -> Iterator[cst.CSTNode]:
    for alias in () if isinstance(node.names, cst.ImportStar) else node.names:
        yield alias
        yield alias.name
        if alias.asname is not None:
            yield alias.asname.name


def _caught(node: cst.ExceptHandler | cst.ExceptStarHandler) -> Iterator[cst.CSTNode]:
    if node.name is not None:
        yield node.name.name


def _captured(node: cst.MatchAs | cst.MatchStar) -> Iterator[cst.CSTNode]:
    if node.name is not None:
        yield node.name


def _rest(node: cst.MatchMapping) -> Iterator[cst.CSTNode]:
    if node.rest is not None:
        yield node.rest


# Kinds that bind names which are no nodes of CPython's.
_BINDING: dict[type[cst.CSTNode], Callable[[Any], Iterator[cst.CSTNode]]] = {
    cst.Import: _aliases,
    cst.ImportFrom: _aliases,
    cst.ExceptHandler: _caught,
    cst.ExceptStarHandler: _caught,
    cst.MatchAs: _captured,
    cst.MatchStar: _captured,
    cst.MatchMapping: _rest,
}
# Kinds whose fields stand for CPython's one to one.
_FIELDS: dict[type[cst.CSTNode], tuple[tuple[str, str], ...]] = {
    cst.Expr: (("value", "value"),),
    cst.Return: (("value", "value"),),
    cst.Assert: (("test", "test"), ("msg", "msg")),
    cst.AugAssign: (("target", "target"), ("value", "value")),
    cst.Attribute: (("value", "value"),),
    cst.UnaryOperation: (("expression", "operand"),),
    cst.BinaryOperation: (("left", "left"), ("right", "right")),
    cst.IfExp: (("test", "test"), ("body", "body"), ("orelse", "orelse")),
    cst.NamedExpr: (("target", "target"), ("value", "value")),
    cst.Await: (("expression", "value"),),
    cst.MatchValue: (("value", "value"),),
    cst.MatchSingleton: (),
}
# Kinds that need a look.
_PARTS: dict[type[cst.CSTNode], Callable[[Any, Any], Iterator[Pair]]] = {
    cst.FunctionDef: _function,
    cst.ClassDef: _class,
    cst.Param: _param,
    cst.For: _for,
    cst.If: _tested,
    cst.While: _tested,
    cst.With: _with,
    cst.Try: _try,
    cst.TryStar: _try,
    cst.ExceptHandler: _handler,
    cst.ExceptStarHandler: _handler,
    cst.Assign: _assign,
    cst.AnnAssign: _annotated,
    cst.Del: _delete,
    cst.Raise: _raise,
    cst.Call: _call,
    cst.Tuple: _elements,
    cst.List: _elements,
    cst.Set: _elements,
    cst.Dict: _dict,
    cst.BooleanOperation: _logical,
    cst.Comparison: _comparison,
    cst.Subscript: _subscript,
    cst.Lambda: _lambda,
    cst.Yield: _yield,
    cst.ListComp: _comprehension,
    cst.SetComp: _comprehension,
    cst.GeneratorExp: _comprehension,
    cst.DictComp: _dict_comprehension,
    cst.Match: _match,
    cst.MatchList: _match_items,
    cst.MatchTuple: _match_items,
    cst.MatchMapping: _match_mapping,
    cst.MatchClass: _match_class,
    cst.MatchAs: _match_as,
    cst.MatchOr: _match_or,
}
_TEXTS = frozenset({cst.FormattedString, cst.ConcatenatedString})
_LEAVES = frozenset(
    {
        cst.Name, cst.Integer, cst.Float, cst.Imaginary, cst.SimpleString, cst.Ellipsis, cst.Arg, cst.Element,
        cst.StarredElement, cst.StarredDictElement, cst.Index, cst.Slice, cst.MatchStar, cst.Pass, cst.Break,
        cst.Continue, cst.Import, cst.ImportFrom, cst.Global, cst.Nonlocal,
    }
)  # fmt: skip
