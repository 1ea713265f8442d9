"""Assignments of every kind, `del`, and targets wherever they stand. Values are translated before targets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from waymark.grammar import tree
from waymark.grammar.span import Span

from .bindings import dotted
from .context import Context
from .dispatch import expression, problem, translates_statement
from .expressions import subscript
from .meanings import Class, Function
from .names import bound, meaning_of
from .operators import UPDATE
from .prelude_modules import is_linked
from .sugar import BareAnnotation, ChainedAssign, StarTargets
from .sugar import statement as sugar_statement
from .sugar import target as sugar_target


@translates_statement(cst.Assign)
def _assign(node: cst.Assign, context: Context) -> Iterator[tree.Statement]:
    span = context.span(node)
    value = expression(node.value, context)
    targets = tuple(target(part.target, context) for part in node.targets)
    if len(targets) == 1:
        yield tree.Assign(span=span, target=targets[0], value=value)
    else:
        yield sugar_statement(ChainedAssign(span=span, targets=targets, value=value))


@translates_statement(cst.AnnAssign)
def _annotated(node: cst.AnnAssign, context: Context) -> Iterator[tree.Statement]:
    """The annotation is never evaluated. Without a value, what Python evaluates of the target still is."""
    if node.value is not None:
        value = expression(node.value, context)
        yield tree.Assign(span=context.span(node), target=target(node.target, context), value=value)
    elif isinstance(node.target, cst.Name):
        if context.symbol(node.target).is_variable:
            yield sugar_statement(BareAnnotation(span=context.span(node), name=bound(node.target, context)))
    else:
        place = target(node.target, context)
        for part in _parts(place):
            if not isinstance(part, tree.Constant):
                yield tree.Do(span=part.span, value=part)


def _parts(place: tree.Target) -> Iterator[tree.Expression]:
    """What of a target is evaluated before anything is stored."""
    if isinstance(place, tree.Attribute | tree.Subscript):
        yield place.value
    if isinstance(place, tree.Subscript):
        yield from _indices(place.index)


def _indices(index: tree.Expression) -> Iterator[tree.Expression]:
    if isinstance(index, tree.Slice):
        yield from (index.start, index.stop, index.step)
    elif isinstance(index, tree.Tuple):
        for item in index.items:
            yield from _indices(item)
    else:
        yield index


@translates_statement(cst.AugAssign)
def _update(node: cst.AugAssign, context: Context) -> Iterator[tree.Statement]:
    span, operator = context.span(node), UPDATE[type(node.operator)]
    place = target(node.target, context)
    value = expression(node.value, context)
    assert not isinstance(place, tree.Targets), "Python's own compiler refuses `a, b += c`"
    member = isinstance(node.target, cst.Name) and context.symbol(node.target).kind == "member"
    old = expression(node.target, context) if member else None
    if isinstance(old, tree.Conditional):  # the member may not be bound yet, and then it is the module's: see `members`
        held = tree.Name(span=place.span, id=context.fresh("held"))
        yield tree.Assign(span=span, target=held, value=old)
        yield tree.Update(span=span, target=held, operator=operator, value=value)
        yield tree.Assign(span=span, target=place, value=held)
    else:
        yield tree.Update(span=span, target=place, operator=operator, value=value)


@translates_statement(cst.Del)
def _delete(node: cst.Del, context: Context) -> Iterator[tree.Statement]:
    yield from _deletions(node.target, context)


def _deletions(node: cst.BaseExpression, context: Context) -> Iterator[tree.Statement]:
    if isinstance(node, cst.Tuple | cst.List):
        for element in node.elements:
            yield from _deletions(element.value, context)
        return
    place = target(node, context)
    if isinstance(place, tree.Name | tree.Attribute | tree.Subscript):
        yield tree.Delete(span=context.span(node), target=place)


def target(node: cst.BaseExpression, context: Context) -> tree.Target:
    """Translate what stands left of `=`, behind `for`, `as` or `del`."""
    span = context.span(node)
    match node:
        case cst.Name():
            return bound(node, context)
        case cst.Subscript():
            return subscript(node, context)
        case cst.Attribute():
            _refuse_of_library(node, context)
            value = expression(node.value, context)
            return tree.Attribute(span=span, value=value, name=context.scope.name(node.attr.value))
        case cst.Tuple() | cst.List():
            return _several(node.elements, span, context)
    context.refuse_construct(node)
    return tree.Name(span=span, id="?")


def _refuse_of_library(node: cst.Attribute, context: Context) -> None:
    """A class or function of the library is one for all runs: nothing is set or deleted on it."""
    meaning = meaning_of(node.value, context)
    if isinstance(meaning, Class | Function) and is_linked(meaning.module, context.program.own.name):
        name = dotted(node.value) or meaning.name
        what = f"setting or deleting `{node.attr.value}` of `{name}`, which all runs share,"
        own = f"derive a class of your own, `class My{meaning.name}({name}): ...`, and set it there"
        call = f"write a function of your own that calls `{name}`"
        context.refuse(problem(node, context, what, own if isinstance(meaning, Class) else call))


def _several(elements: Sequence[cst.BaseElement], span: Span, context: Context) -> tree.Target:
    items = tuple(target(element.value, context) for element in elements)
    star = next((place for place, each in enumerate(elements) if isinstance(each, cst.StarredElement)), None)
    if star is None:
        return tree.Targets(span=span, items=items)
    return sugar_target(StarTargets(span=span, before=items[:star], star=items[star], after=items[star + 1 :]))
