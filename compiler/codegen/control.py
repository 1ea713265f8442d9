"""Control: loops, `try`, and the way out of them.

`finally` is one copy of its last part, under HANDLED, behind a TRY that every exit from the first part leads to:

    caught <- None; selector <- normal; result <- None
    TRY caught
        ...                             a `return v` in here:  result <- v; selector <- return; EXIT to the TRY
    CATCH
    END
    HANDLED caught
        the last part                   an exit in here goes its own way: what was pending is forgotten
    END
    if caught is not None: RERAISE caught
    if selector is return: RETURN result        an enclosing `finally` is next on its way

Only the ways that the first part has (`outcomes`) are told apart; the last of them needs no test, and a single one no
selector. Each `finally` has a result of its own, because an inner `return` may be overridden while an outer one waits.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from waymark.grammar import tree
from waymark.grammar.span import Span
from waymark.vm.isa import COMPARE_OPERATORS, Op

from . import statements
from .errors import CodegenError
from .expressions import condition, move, value
from .frame import Frame, Guarded, Loop
from .names import bound_names
from .outcomes import Way, is_endless, outcomes
from .targets import home, store

_IS, _IS_NOT = COMPARE_OPERATORS.index("is"), COMPARE_OPERATORS.index("is not")


def if_(frame: Frame, node: tree.If) -> None:
    if isinstance(node.test, tree.Constant):  # what it leaves out still binds names: those of a function are the tree's
        statements.block(frame, node.body if node.test.value else node.orelse)
        return
    with frame.temporaries():
        test = condition(frame, node.test)
    with frame.region(node.span, Op.IF, test):
        statements.block(frame, node.body)
        if node.orelse:
            frame.emit(node.span, Op.ELSE)
            statements.block(frame, node.orelse)


def while_(frame: Frame, node: tree.While) -> None:
    with frame.region(node.span, Op.LOOP) as level:
        if not is_endless(node.test):
            with frame.temporaries():
                test = condition(frame, node.test)
            frame.emit(node.test.span, Op.EXIT_UNLESS, test, 0)
        _body(frame, node.body, level)


def for_(frame: Frame, node: tree.For) -> None:
    if node.iterated:
        iterator = value(frame, node.iterable, frame.target())
    else:
        with frame.temporaries():
            iterable = value(frame, node.iterable)
        iterator = frame.target()
        frame.emit(node.iterable.span, Op.ITER, iterator, iterable)
    own = home(frame, node.target)
    item = frame.target(own)
    with frame.region(node.span, Op.FOR, item, iterator) as level:
        if own is None:
            store(frame, node.target, item)
        _body(frame, node.body, level)


def _body(frame: Frame, body: tree.Block, level: int) -> None:
    frame.exits.append(Loop(level))
    statements.block(frame, body)
    frame.exits.pop()


def try_(frame: Frame, node: tree.Try) -> None:
    """The handled exception stands in the variable itself, unless the handler binds that again or shares it."""
    target = tree.Name(id=node.name, span=node.span)
    rebound = node.name in bound_names(node.handler)
    own = None if rebound else home(frame, target)
    caught = frame.target(own)
    with frame.region(node.span, Op.TRY, caught):
        statements.block(frame, node.body)
        frame.emit(node.span, Op.CATCH)
        with frame.region(node.span, Op.HANDLED, caught):
            if own is None:
                store(frame, target, caught)
            statements.block(frame, node.handler)


def finally_(frame: Frame, node: tree.Finally) -> None:
    possible = outcomes(node.body)
    # NORMAL last: it needs no instruction of its own.
    ways = [way for way in (Way.RETURN, Way.BREAK, Way.CONTINUE, Way.NORMAL) if way in possible]
    caught = frame.load(node.span, None)
    selector = frame.load(node.span, int(ways[-1])) if len(ways) > 1 else None
    result = frame.load(node.span, None) if Way.RETURN in ways else None
    with frame.region(node.span, Op.TRY, caught) as level:
        frame.exits.append(Guarded(level, selector, result))
        statements.block(frame, node.body)
        frame.exits.pop()
        frame.emit(node.span, Op.CATCH)
    with frame.region(node.span, Op.HANDLED, caught):
        statements.block(frame, node.last)
    if Way.NORMAL in outcomes(node.last):
        _go_on(frame, node.span, ways, caught, selector, result)


def _go_on(frame: Frame, span: Span, ways: list[Way], caught: int, selector: int | None, result: int | None) -> None:
    """Behind the last part: on with the exception, or the way that the first part was left."""
    if not ways:
        frame.emit(span, Op.RERAISE, caught)
        return
    with _only_if(frame, span, caught, _IS_NOT, None):
        frame.emit(span, Op.RERAISE, caught)
    for way in ways[:-1]:
        assert selector is not None
        with _only_if(frame, span, selector, _IS, int(way)):
            _go(frame, span, way, result)
    _go(frame, span, ways[-1], result)


@contextmanager
def _only_if(frame: Frame, span: Span, register: int, operator: int, constant: int | None) -> Iterator[None]:
    with frame.temporaries():
        test = frame.load(span, constant)
        frame.emit(span, Op.COMPARE, test, operator, register, test)
    with frame.region(span, Op.IF, test):
        yield


def leave(frame: Frame, span: Span, way: Way) -> None:
    """`break` or `continue`: to the innermost loop, through the innermost `finally` in between."""
    if not any(isinstance(around, Loop) for around in frame.exits):
        raise CodegenError(span, f"`{way.name.lower()}` stands outside of a loop")
    around = frame.exits[-1]
    if isinstance(around, Guarded):
        _through(frame, span, around, way)
    else:
        frame.emit(span, Op.EXIT if way is Way.BREAK else Op.AGAIN, frame.depth(around.level))


def return_(frame: Frame, node: tree.Return) -> None:
    if isinstance(frame.function, tree.Class):
        raise CodegenError(node.span, "`return` stands in the body of a class")
    around = _guard(frame)
    result = value(frame, node.value, around.result if around else None)
    _return_register(frame, node.span, result)


def _return_register(frame: Frame, span: Span, result: int) -> None:
    """`return`: out of the function, through the innermost `finally`."""
    around = _guard(frame)
    if around is None:
        frame.emit(span, Op.RETURN, result)
        return
    assert around.result is not None
    move(frame, span, result, around.result)
    _through(frame, span, around, Way.RETURN)


def _guard(frame: Frame) -> Guarded | None:
    return next((around for around in reversed(frame.exits) if isinstance(around, Guarded)), None)


def _through(frame: Frame, span: Span, around: Guarded, way: Way) -> None:
    if around.selector is not None:
        frame.load(span, int(way), around.selector)
    frame.emit(span, Op.EXIT, frame.depth(around.level))


def _go(frame: Frame, span: Span, way: Way, result: int | None) -> None:
    if way is Way.RETURN:
        assert result is not None
        _return_register(frame, span, result)
    elif way is not Way.NORMAL:
        leave(frame, span, way)
