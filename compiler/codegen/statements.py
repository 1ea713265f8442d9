"""Statements, one after the other. What no statement before lets control come to is left out."""

from __future__ import annotations

from waymark.grammar import tree
from waymark.vm.isa import Op

from . import control
from .closures import class_value, function_value
from .expressions import value
from .frame import Frame
from .outcomes import Way, outcomes_of
from .targets import assign, delete, home, renew, store, update


def block(frame: Frame, statements: tree.Block) -> None:
    for node in statements:
        with frame.temporaries():
            statement(frame, node)
        if Way.NORMAL not in outcomes_of(node):
            return


def statement(frame: Frame, node: tree.Statement) -> None:
    match node:
        case tree.Assign():
            assign(frame, node)
        case tree.Update():
            update(frame, node)
        case tree.Do():
            value(frame, node.value)
        case tree.Delete():
            delete(frame, node)
        case tree.Renew():
            renew(frame, node)
        case tree.If():
            control.if_(frame, node)
        case tree.While():
            control.while_(frame, node)
        case tree.For():
            control.for_(frame, node)
        case tree.Break():
            control.leave(frame, node.span, Way.BREAK)
        case tree.Continue():
            control.leave(frame, node.span, Way.CONTINUE)
        case tree.Return():
            control.return_(frame, node)
        case tree.Try():
            control.try_(frame, node)
        case tree.Finally():
            control.finally_(frame, node)
        case tree.Raise():
            _raise(frame, node)
        case tree.Reraise():
            frame.emit(node.span, Op.RERAISE, value(frame, node.error))
        case tree.Function():
            name = tree.Name(id=node.name, span=node.span)
            store(frame, name, function_value(frame, node, home(frame, name)))
        case tree.Class():
            name = tree.Name(id=node.name, span=node.span)
            store(frame, name, class_value(frame, node, home(frame, name)))
        case _:
            raise AssertionError(f"a {type(node).__name__} is no statement of WRL")


def _raise(frame: Frame, node: tree.Raise) -> None:
    if node.error is None:
        frame.emit(node.span, Op.RAISE_BARE)
    elif node.cause is None:
        frame.emit(node.span, Op.RAISE, value(frame, node.error))
    else:
        frame.emit(node.span, Op.RAISE_FROM, value(frame, node.error), value(frame, node.cause))
