"""Functions and classes that a function makes while it runs.

Each time that control comes to a function's statement it makes a new one, as Python does: `is` and attributes tell.
"""

from __future__ import annotations

from waymark.grammar import tree
from waymark.vm.isa import Op

from .errors import CodegenError
from .expressions import values
from .frame import Frame
from .names import Shared


def function_value(frame: Frame, node: tree.Function, dest: int | None) -> int:
    """Make the function; defaults are evaluated here, in the scope around it."""
    index = frame.program.function_index(node)
    optional = [parameter for parameter in node.parameters if parameter.default is not None]
    with frame.temporaries():
        # Python evaluates the defaults of positional parameters first; they also come first in the list.
        defaults = values(frame, [each.default for each in optional if each.default and each.kind != "keyword"])
        kwdefaults = values(frame, [each.default for each in optional if each.default and each.kind == "keyword"])
    cells = tuple(_cell(frame, node, name) for name in node.captures)
    result = frame.target(dest)
    frame.emit(node.span, Op.CLOSURE, result, index, defaults, kwdefaults, cells)
    return result


def _cell(frame: Frame, node: tree.Function | tree.Class, name: str) -> int:
    place = frame.names.get(name)
    if not isinstance(place, Shared):
        raise CodegenError(
            node.span,
            f"`{node.name}` captures `{name}`, which is neither a cell nor a capture of `{frame.function.name}`; "
            "list it there",
        )
    return place.register


def class_value(frame: Frame, node: tree.Class, dest: int | None) -> int:
    """Make the class: a call of its body (`classes.py`) with the bases."""
    with frame.temporaries():
        bases = values(frame, node.bases)
        body = frame.target()
    cells = tuple(_cell(frame, node, name) for name in node.captures)
    frame.emit(node.span, Op.CLOSURE, body, frame.program.function_index(node), (), (), cells)
    result = frame.target(dest)
    frame.emit(node.span, Op.CALL, result, body, bases, frame.constant(()))
    return result
