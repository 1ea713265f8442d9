"""Functions of every kind: from `def`, `async def` or `lambda` to a node of WRL, and the statement that makes one.

    @traced            =>    traced.0 = traced
    def add(a, b=one):       fn add.0(a, b = one) as "run.<locals>.add" {
        return a + b             return a + b
                             }
                             add = traced.0(add.0)

Decorators come first, then the defaults, then the function, and its name is bound when all decorators have seen it.
Annotations are never evaluated. A text that is a body's first statement stays: it is the function's documentation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal

import libcst as cst

from waymark.grammar import tree

from . import sugar
from .bindings import block
from .context import Context
from .dispatch import expression, problem, statement, translates, translates_statement
from .names import bound
from .signatures import parameters_of

Kind = Literal["function", "coroutine", "generator", "async_generator"]

_TEXTS = (cst.SimpleString, cst.ConcatenatedString)


def translate_function(
    node: cst.FunctionDef | cst.Lambda, context: Context, *, name: str, qualname: str = ""
) -> tree.Function:
    """Translate a function without its decorators. `context` is that of the scope around, where defaults stand."""
    inner = context.inside(node)
    full = qualname or inner.scope.qualname
    parameters = tuple(_parameters(node, inner, context))
    renamed = tuple(_renamed(parameters, inner))
    if isinstance(node, cst.FunctionDef):
        _check_annotation(node.returns, context)
    if isinstance(node, cst.Lambda):
        body: tree.Block = (*renamed, tree.Return(span=context.span(node.body), value=expression(node.body, inner)))
    else:
        body = _body(node, renamed, inner)
    return tree.Function(
        span=context.span(node),
        name=name,
        parameters=parameters,
        body=body,
        kind=_kind(node, inner),
        qualname=full if full != name else "",
        cells=inner.scope.cells,
        captures=inner.scope.captures,
    )


def _kind(node: cst.FunctionDef | cst.Lambda, inner: Context) -> Kind:
    if isinstance(node, cst.FunctionDef) and node.asynchronous is not None:
        return "async_generator" if inner.scope.yields else "coroutine"
    return "generator" if inner.scope.yields else "function"


def _parameters(node: cst.FunctionDef | cst.Lambda, inner: Context, context: Context) -> Iterator[tree.Parameter]:
    for param, kind in parameters_of(node.params):
        _check_annotation(param.annotation, context)
        default = None if param.default is None else expression(param.default, context)
        yield tree.Parameter(name=inner.scope.name(param.name.value), kind=kind, default=default)


def _check_annotation(node: cst.Annotation | None, context: Context) -> None:
    """Refuse an annotation that Python would have to evaluate: the function around would notice it."""
    waiting: list[cst.CSTNode] = [] if node is None else [node.annotation]
    while waiting:
        part = waiting.pop()
        if isinstance(part, cst.NamedExpr | cst.Await | cst.Yield):
            context.refuse(
                problem(part, context, "an annotation that binds a name, awaits or yields", "remove the annotation")
            )
        waiting += [] if isinstance(part, cst.Lambda) else part.children


def _renamed(parameters: Iterable[tree.Parameter], inner: Context) -> Iterator[tree.Statement]:
    """A parameter that has another name as a variable: a class inside has a member of its name."""
    for each in parameters:
        variable = inner.scope.symbol(each.name).variable
        if variable != each.name:
            yield tree.Assign(target=tree.Name(id=variable), value=tree.Name(id=each.name))


def _body(node: cst.FunctionDef, first: tree.Block, inner: Context) -> tree.Block:
    """Its statements. Constants on lines of their own come to nothing, but the first is kept if it is a text."""
    made: list[tree.Statement] = []
    for place, each in enumerate(block(node.body)):
        text = documentation(each) if place == 0 else None
        if text is not None:
            made.append(tree.Do(span=inner.span(each), value=tree.Constant(span=inner.span(each), value=text)))
        guard = (
            [sugar.statement(sugar.Guarded(span=inner.span(each)))] if place == 0 and _is_guarded(node, inner) else []
        )
        made += [*(first if place == 0 else ()), *guard, *statement(each, inner)]
    return tuple(made)


def _is_guarded(node: cst.FunctionDef, inner: Context) -> bool:
    """Whether it makes generators whose closing can be noticed."""
    if not inner.scope.yields or node.asynchronous is not None:
        return inner.scope.yields
    waiting: list[cst.CSTNode] = [node.body]
    while waiting:
        part = waiting.pop()
        if isinstance(part, cst.Try | cst.TryStar | cst.With):
            return True
        waiting += part.children
    return False


def documentation(node: cst.CSTNode) -> str | None:
    """The text that a body begins with: `node` is its first line, or the first of several statements on it."""
    if isinstance(node, cst.SimpleStatementLine | cst.SimpleStatementSuite):
        node = node.body[0]
    value = node.value if isinstance(node, cst.Expr) else None
    text = value.evaluated_value if isinstance(value, _TEXTS) else None
    return text if isinstance(text, str) else None


@translates_statement(cst.FunctionDef)
def _definition(node: cst.FunctionDef, context: Context) -> Iterator[tree.Statement]:
    if node.type_parameters is not None:
        context.refuse_construct(
            node, "a function with type parameters (`def f[T]`)", "remove `[...]` and the annotations that use it"
        )
    yield from decorated(
        node, node.decorators, context, lambda name: translate_function(node, context, name=name), lambda: ()
    )


def decorated(
    node: cst.FunctionDef | cst.ClassDef,
    decorators: Sequence[cst.Decorator],
    context: Context,
    make: Callable[[str], tree.Statement],
    before: Callable[[], Iterable[tree.Statement]],
) -> Iterator[tree.Statement]:
    """A definition, made by `make(name)`, with its decorators before it and `before()` in between."""
    target = bound(node.name, context)
    held: list[tree.Expression] = []
    for each in decorators:
        name = tree.Name(span=context.span(each), id=context.fresh("decorator"))
        yield tree.Assign(span=name.span, target=name, value=expression(each.decorator, context))
        held.append(name)
    yield from before()
    own = context.fresh(context.scope.name(node.name.value)) if held else target.id
    yield make(own)
    value: tree.Expression = tree.Name(span=target.span, id=own)
    for decorator in reversed(held):
        value = tree.Call(span=decorator.span, callee=decorator, args=(tree.Argument(kind="positional", value=value),))
    if held:
        yield tree.Assign(span=context.span(node), target=target, value=value)


@translates(cst.Lambda)
def _lambda(node: cst.Lambda, context: Context) -> tree.Expression:
    function = translate_function(node, context, name=context.fresh("lambda"))
    return sugar.expression(sugar.Lambda(span=function.span, function=function))


@translates(cst.Yield)
def _yield(node: cst.Yield, context: Context) -> tree.Expression:
    span = context.span(node)
    if isinstance(node.value, cst.From):
        return sugar.expression(sugar.YieldFrom(span=span, value=expression(node.value.item, context)))
    value = tree.Constant(span=span, value=None) if node.value is None else expression(node.value, context)
    return tree.Yield(span=span, value=value)
