"""From lark's tree to ours: one method a rule, or a row of `_IN_ORDER` where the rule's children are the node's fields.

Every node gets the span of its text. What the grammar cannot see is a `ValueError` here, and parsing.py says where.
Only brackets make anything here recursive, and they are limited before; what nests without them is for `walk`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from lark import Token, v_args
from lark.tree import Meta
from lark.visitors import Transformer_NonRecursive

from . import spelling, tree
from .errors import Problem
from .parameters import Mark, read_parameters, read_signature
from .span import Span


def _global(name: str, module: str | None, variable: str | None, *, span: Span) -> tree.GlobalDecl:
    return tree.GlobalDecl(name, module or "", variable or "", span=span)


def _for_of(target: tree.Name, iterable: tree.Expression, body: tree.Block, *, span: Span) -> tree.For:
    return tree.For(target, iterable, body, iterated=True, span=span)


_IN_ORDER: dict[str, Callable[..., tree.Node]] = {
    "follow": tree.FollowDecl,
    "native": tree.NativeDecl,
    "link": tree.LinkDecl,
    "intrinsic": tree.IntrinsicDecl,
    "global": _global,
    "static": tree.StaticDecl,
    "while": tree.While,
    "for": tree.For,
    "for_of": _for_of,
    "try": tree.Try,
    "finally": tree.Finally,
    "assign": tree.Assign,
    "do": tree.Do,
    "break": tree.Break,
    "continue": tree.Continue,
    "return": tree.Return,
    "raise": tree.Raise,
    "reraise": tree.Reraise,
    "renew": tree.Renew,
    "yield": tree.Yield,
    "await": tree.Await,
    "attribute": tree.Attribute,
    "subscript": tree.Subscript,
    "call": tree.Call,
    "name": tree.Name,
    "constant": tree.Constant,
}
_COMPARISONS: dict[str, Literal["in", "not in", "is", "is not"]] = {
    "in": "in",
    "not_in": "not in",
    "is": "is",
    "is_not": "is not",
}
_TOKENS: dict[str, Callable[[Token], object]] = {
    "QUOTED": spelling.read_quoted,
    "STRING": spelling.read_string,
    "BYTES": spelling.read_bytes,
    "INT": spelling.read_int,
    "FLOAT": float,
    "IMAGINARY": complex,
    "TYPED_NUMBER": spelling.read_typed_number,
    "NONE": lambda token: None,
    "TRUE": lambda token: True,
    "FALSE": lambda token: False,
    "ELLIPSIS": lambda token: ...,
    "TABLE": lambda token: token,
}
_FUNCTION_KINDS: dict[tuple[bool, bool], Literal["function", "coroutine", "generator", "async_generator"]] = {
    (False, False): "function",
    (True, False): "coroutine",
    (False, True): "generator",
    (True, True): "async_generator",
}


def _target(expression: tree.Expression, what: str) -> tree.Target:
    if isinstance(expression, tree.Tuple):
        items = tuple(_target(item, what) for item in expression.items)
        return tree.Targets(items, span=expression.span)
    return _single_target(expression, what)


def _single_target(expression: tree.Expression, what: str) -> tree.Name | tree.Attribute | tree.Subscript:
    if isinstance(expression, tree.Name | tree.Attribute | tree.Subscript):
        return expression
    raise Problem(
        expression.span,
        f"cannot {what} this {type(expression).__name__.lower()}: only to a name, an attribute or a subscript",
    )


def span_of(place: Meta | Token) -> Span:
    """Where a rule or a token stands in the text. lark counts columns from 1."""
    assert place.line and place.column and place.end_line and place.end_column
    return Span(place.line, place.column - 1, place.end_line, place.end_column - 1)


@v_args(meta=True)
class Builder(Transformer_NonRecursive[Token, tuple[tree.Module, Token | None]]):
    """Gives the module and, unread, its position table."""

    def __default_token__(self, token: Token) -> object:
        try:
            return _TOKENS.get(token.type, str)(token)
        except ValueError as error:
            raise Problem(span_of(token), str(error)) from None

    # lark annotates nothing here and means any result; pyright takes the type of its default for a promise.
    def __default__(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, data: str, children: list[Any], meta: Meta
    ) -> tree.Node:
        if data in _COMPARISONS:
            return tree.Compare(_COMPARISONS[data], *children, span=span_of(meta))
        if data == "assign":
            children[0] = _target(children[0], "assign to")
        return _IN_ORDER[data](*children, span=span_of(meta))

    # --- a module ----------------------------------------------------------------------------------------------------

    def module(self, meta: Meta, children: list[Any]) -> tuple[tree.Module, Token | None]:
        name, *parts = children
        module = tree.Module(
            name,
            declarations=tuple(part for part in parts if isinstance(part, tree.Declaration)),
            functions=tuple(part for part in parts if isinstance(part, tree.Function)),
            init=next((part for part in parts if isinstance(part, tuple)), ()),
            span=span_of(meta),
        )
        return module, next((part for part in parts if isinstance(part, Token)), None)

    def init(self, meta: Meta, children: list[tree.Block]) -> tree.Block:
        return children[0]

    def positions(self, meta: Meta, children: list[Token]) -> Token:
        return (
            children[0] if children else Token("TABLE", "", 0, meta.line, meta.column, meta.end_line, meta.end_column)
        )

    def action(self, meta: Meta, children: list[Any]) -> tree.ActionDecl:
        name, key, parameters = children
        return tree.ActionDecl(name, key, read_signature(parameters), span=span_of(meta))

    def workflow(self, meta: Meta, children: list[Any]) -> tree.WorkflowDecl:
        name, function, qualname, parameters = children
        seen = None if parameters is None else read_signature(parameters)
        return tree.WorkflowDecl(name, qualname, function, seen, span=span_of(meta))

    # --- functions and classes ---------------------------------------------------------------------------------------

    def function(self, meta: Meta, children: list[Any]) -> tree.Function:
        asynchronous, generating, name, parameters, qualname, module, cells, captures, body = children
        return tree.Function(
            name,
            parameters,
            body,
            _FUNCTION_KINDS[asynchronous is not None, generating is not None],
            qualname or "",
            cells or (),
            captures or (),
            module or "",
            span=span_of(meta),
        )

    def class_block(self, meta: Meta, children: list[Any]) -> tree.Class:
        name, bases, qualname, cells, captures, body = children
        return tree.Class(name, bases or (), body, qualname or "", cells or (), captures or (), span=span_of(meta))

    def parameters(self, meta: Meta, children: list[tree.Parameter | Mark]) -> tuple[tree.Parameter, ...]:
        return read_parameters(children)

    def parameter(self, meta: Meta, children: list[Any]) -> tree.Parameter:
        name, default = children
        return tree.Parameter(name, "either", default)

    def bare_slash(self, meta: Meta, children: list[Any]) -> Mark:
        return "/"

    def bare_star(self, meta: Meta, children: list[Any]) -> Mark:
        return "*"

    def variadic(self, meta: Meta, children: list[str]) -> tree.Parameter:
        return tree.Parameter(children[0], "variadic")

    def keywords(self, meta: Meta, children: list[str]) -> tree.Parameter:
        return tree.Parameter(children[0], "keywords")

    # --- statements --------------------------------------------------------------------------------------------------

    def if_block(self, meta: Meta, children: list[Any]) -> tree.If:
        test, body, orelse = children
        return tree.If(test, body, (orelse,) if isinstance(orelse, tree.If) else orelse or (), span=span_of(meta))

    def update(self, meta: Meta, children: list[Any]) -> tree.Update:
        target, operator, value = children
        return tree.Update(_single_target(target, "assign to"), operator[:-1], value, span=span_of(meta))

    def delete(self, meta: Meta, children: list[tree.Expression]) -> tree.Delete:
        return tree.Delete(_single_target(children[0], "delete"), span=span_of(meta))

    # --- expressions -------------------------------------------------------------------------------------------------

    def conditional(self, meta: Meta, children: list[tree.Expression]) -> tree.Conditional:
        body, test, orelse = children
        return tree.Conditional(test, body, orelse, span=span_of(meta))

    def disjunction(self, meta: Meta, children: list[tree.Expression]) -> tree.Logical:
        return tree.Logical("or", *children, span=span_of(meta))

    def conjunction(self, meta: Meta, children: list[tree.Expression]) -> tree.Logical:
        return tree.Logical("and", *children, span=span_of(meta))

    def negation(self, meta: Meta, children: list[tree.Expression]) -> tree.Unary:
        return tree.Unary("not", *children, span=span_of(meta))

    def unary(self, meta: Meta, children: list[Any]) -> tree.Unary:
        return tree.Unary(*children, span=span_of(meta))

    def binary(self, meta: Meta, children: list[Any]) -> tree.Binary:
        left, operator, right = children
        return tree.Binary(operator, left, right, span=span_of(meta))

    def compare(self, meta: Meta, children: list[Any]) -> tree.Compare:
        left, operator, right = children
        return tree.Compare(operator, left, right, span=span_of(meta))

    def slice(self, meta: Meta, children: list[tree.Expression | None]) -> tree.Slice:
        span = span_of(meta)
        start, stop, step = (part or tree.Constant(None, span=span) for part in children)
        return tree.Slice(start, stop, step, span=span)

    def positional(self, meta: Meta, children: list[tree.Expression]) -> tree.Argument:
        return tree.Argument("positional", children[0])

    def keyword(self, meta: Meta, children: list[Any]) -> tree.Argument:
        name, value = children
        return tree.Argument("keyword", value, name)

    def star(self, meta: Meta, children: list[tree.Expression]) -> tree.Argument:
        return tree.Argument("star", children[0])

    def double_star(self, meta: Meta, children: list[tree.Expression]) -> tree.Argument:
        return tree.Argument("double_star", children[0])

    def tuple_display(self, meta: Meta, children: list[tree.Expression]) -> tree.Tuple:
        return tree.Tuple(tuple(children), span=span_of(meta))

    index_tuple = targets = tuple_display

    def list_display(self, meta: Meta, children: list[tuple[tree.Expression, ...]]) -> tree.List:
        return tree.List(children[0], span=span_of(meta))

    def set_display(self, meta: Meta, children: list[tree.Expression]) -> tree.Set:
        return tree.Set(tuple(children), span=span_of(meta))

    def dict_display(self, meta: Meta, children: list[tuple[tree.Expression, tree.Expression]]) -> tree.Dict:
        return tree.Dict(tuple(children), span=span_of(meta))

    def _together(self, meta: Meta, children: list[Any]) -> tuple[Any, ...]:
        return tuple(children)

    block = names = arguments = items = pair = _together
