"""One function: from its node to its row in the unit, with the debug tables that belong to it."""

from __future__ import annotations

from dataclasses import dataclass

from waymark.grammar import tree
from waymark.grammar.span import NOWHERE, Span
from waymark.vm.isa import Op
from waymark.vm.liveness import live_sets
from waymark.vm.unit import Function, Parameter

from .checks import drop_needless_checks
from .classes import class_frame, class_parameters
from .errors import CodegenError
from .folding import fold
from .frame import Frame, Line, Program
from .methods import join_methods
from .names import Member, own_names
from .outcomes import Way, outcomes
from .statements import block

Positions = tuple[tuple[int, int, int, int, int], ...]
Variables = tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Generated:
    """A function of the unit, and its part of the debug tables."""

    function: Function
    positions: Positions
    variables: Variables


def generate_function(program: Program, node: tree.Function | tree.Class, *, static: bool) -> Generated:
    """Generate one function, or the body of a class. A static one has its defaults in the unit, as constants."""
    if isinstance(node, tree.Class):
        return _finish(class_frame(program, node), node, class_parameters(node))
    if static and node.captures:
        raise CodegenError(node.span, f"`{node.name}` stands at the top of the module and has nothing to capture")
    frame = Frame(program, node, own_names(node, program.declared))
    _enter(frame, node)
    doc, body = _documentation(node.body)
    block(frame, body)
    if Way.NORMAL in outcomes(body):
        frame.emit(node.span, Op.RETURN, frame.load(node.span, None))
    defaults = _constant_defaults(frame, node) if static else ()
    return _finish(frame, node, node.parameters, defaults, -1 if doc is None else frame.constant(doc))


def _finish(
    frame: Frame,
    node: tree.Function | tree.Class,
    parameters: tuple[tree.Parameter, ...],
    defaults: tuple[int, ...] = (),
    doc: int = -1,
) -> Generated:
    at_entry = len(parameters) + len(node.captures)
    lines = join_methods(drop_needless_checks(frame, at_entry), frame.variables)
    code = tuple(line.instruction for line in lines)
    function = Function(
        name=node.name,
        qualname=node.qualname or node.name,
        module=frame.program.module_index(node),
        kind=node.kind if isinstance(node, tree.Function) else "function",
        parameters=tuple(Parameter(each.name, each.kind, each.default is not None) for each in parameters),
        captures=node.captures,
        registers=frame.registers,
        code=code,
        live=live_sets(at_entry, code),
        defaults=defaults,
        doc=doc,
    )
    return Generated(function, _positions(lines), _variables(frame, parameters))


def _enter(frame: Frame, node: tree.Function) -> None:
    """Make the cells. One is made for each call of the function, wherever in it the variable is bound."""
    parameters = [parameter.name for parameter in node.parameters]
    for name in node.cells:
        cell = frame.names[name].register
        frame.emit(node.span, Op.CELL, cell)
        if name in parameters:
            frame.emit(node.span, Op.CELL_SET, cell, parameters.index(name))


def _documentation(body: tree.Block) -> tuple[str | None, tree.Block]:
    """The text of a first statement that is nothing but a text, and the statements behind it."""
    match body[:1]:
        case (tree.Do(value=tree.Constant(value=str() as text)),):
            return text, body[1:]
        case _:
            return None, body


def _constant_defaults(frame: Frame, node: tree.Function) -> tuple[int, ...]:
    found: list[int] = []
    for parameter in node.parameters:
        if parameter.default is None:
            continue
        folded = fold(parameter.default)
        if folded is None:
            raise CodegenError(
                parameter.default.span,
                f"the default of `{parameter.name}` is no constant, and `{node.name}` is static; make it in `init`",
            )
        found.append(frame.constant(folded[0]))
    return tuple(found)


def _positions(lines: list[Line]) -> Positions:
    """A row wherever the position changes. An instruction from nowhere keeps the one before."""
    rows: list[tuple[int, int, int, int, int]] = []
    last: Span = NOWHERE
    for pc, line in enumerate(lines):
        if line.span not in (last, NOWHERE):
            last = line.span
            rows.append((pc, last.line, last.column, last.end_line, last.end_column))
    return tuple(rows)


def _variables(frame: Frame, parameters: tuple[tree.Parameter, ...]) -> Variables:
    """The name of each register that holds a variable or its cell; a shared parameter has two."""
    named = {own.register: name for name, own in frame.names.items() if not isinstance(own, Member)}
    named.update(enumerate(parameter.name for parameter in parameters))
    return tuple(sorted(named.items()))
