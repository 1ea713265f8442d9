"""Functions and classes that a function makes while it runs.

A function without defaults and captures has nothing of its own, so it is the unit's static function. A class body is a
straight line that fills a dict; what it has bound is seen by its later statements and not by the functions in it.
"""

from __future__ import annotations

from waymark.grammar import tree
from waymark.grammar.span import Span
from waymark.vm.isa import Op

from .errors import CodegenError
from .expressions import value, values
from .frame import Frame
from .names import Shared


def function_value(frame: Frame, node: tree.Function, dest: int | None) -> int:
    """Make the function; defaults are evaluated here, in the scope around it."""
    index = frame.program.function_index(node)
    optional = [parameter for parameter in node.parameters if parameter.default is not None]
    if not optional and not node.captures:
        result = frame.target(dest)
        frame.emit(node.span, Op.LOAD_FUNC, result, index)
        return result
    with frame.temporaries():
        # Python evaluates the defaults of positional parameters first; they also come first in the list.
        defaults = values(frame, [each.default for each in optional if each.default and each.kind != "keyword"])
        kwdefaults = values(frame, [each.default for each in optional if each.default and each.kind == "keyword"])
    cells = tuple(_cell(frame, node, name) for name in node.captures)
    result = frame.target(dest)
    frame.emit(node.span, Op.CLOSURE, result, index, defaults, kwdefaults, cells)
    return result


def _cell(frame: Frame, node: tree.Function, name: str) -> int:
    place = frame.names.get(name)
    if not isinstance(place, Shared):
        raise CodegenError(
            node.span,
            f"`{node.name}` captures `{name}`, which is neither a cell nor a capture of `{frame.function.name}`; "
            "list it there",
        )
    return place.register


def class_value(frame: Frame, node: tree.Class, dest: int | None) -> int:
    """Make the class: bases, namespace, class. The body's names are looked up in the namespace first."""
    with frame.temporaries():
        bases = values(frame, node.bases)
        namespace = frame.target()
        frame.emit(node.span, Op.DICT, namespace, ())
        for name, text in (("__module__", frame.program.name), ("__qualname__", node.qualname or node.name)):
            with frame.temporaries():
                _put(frame, node.span, namespace, name, frame.load(node.span, text))
        with frame.class_body(namespace) as bind:
            for statement in node.body:
                with frame.temporaries():
                    name, bound = _member(frame, statement)
                    _put(frame, statement.span, namespace, name, bound)
                bind(name)
    result = frame.target(dest)
    frame.emit(node.span, Op.CLASS, result, frame.constant(node.name), bases, namespace)
    return result


def _member(frame: Frame, statement: tree.Statement) -> tuple[str, int]:
    match statement:
        case tree.Assign(target=tree.Name(id=name), value=node):
            return name, value(frame, node)
        case tree.Function(name=name):
            return name, function_value(frame, statement, None)
        case tree.Class(name=name):
            return name, class_value(frame, statement, None)
        case _:
            raise CodegenError(
                statement.span,
                f"a class body holds functions, classes and assignments to plain names; "
                f"move this {type(statement).__name__.lower()} out of it",
            )


def _put(frame: Frame, span: Span, namespace: int, name: str, bound: int) -> None:
    with frame.temporaries():
        frame.emit(span, Op.ITEM_SET, namespace, frame.load(span, name), bound)
