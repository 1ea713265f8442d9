"""One function: from its node to its row in the unit, with the debug tables that belong to it."""

from __future__ import annotations

from dataclasses import dataclass

from waymark.grammar import tree
from waymark.grammar.span import NOWHERE, Span
from waymark.vm.isa import Op
from waymark.vm.liveness import live_sets
from waymark.vm.unit import Function, Parameter

from .checks import drop_needless_checks
from .errors import CodegenError
from .expressions import fold
from .frame import Frame, Line, Program
from .methods import join_methods
from .names import own_names
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


def generate_function(program: Program, node: tree.Function, *, static: bool) -> Generated:
    """Generate one function. A static one has its defaults in the unit, so they must be constants."""
    if static and node.captures:
        raise CodegenError(node.span, f"`{node.name}` stands at the top of the module and has nothing to capture")
    frame = Frame(program, node, own_names(node, program.declared))
    _enter(frame, node)
    block(frame, node.body)
    if Way.NORMAL in outcomes(node.body):
        frame.emit(node.span, Op.RETURN, frame.load(node.span, None))
    at_entry = len(node.parameters) + len(node.captures)
    lines = join_methods(drop_needless_checks(frame, at_entry))
    code = tuple(line.instruction for line in lines)
    function = Function(
        name=node.name,
        qualname=node.qualname or node.name,
        module=0,
        kind=node.kind,
        parameters=tuple(Parameter(each.name, each.kind, each.default is not None) for each in node.parameters),
        captures=node.captures,
        registers=frame.registers,
        code=code,
        live=live_sets(at_entry, code),
        defaults=_constant_defaults(frame, node) if static else (),
    )
    return Generated(function, _positions(lines), _variables(frame, node))


def _enter(frame: Frame, node: tree.Function) -> None:
    """Make the cells. One is made for each call of the function, wherever in it the variable is bound."""
    parameters = [parameter.name for parameter in node.parameters]
    for name in node.cells:
        cell = frame.names[name].register
        frame.emit(node.span, Op.CELL, cell)
        if name in parameters:
            frame.emit(node.span, Op.CELL_SET, cell, parameters.index(name))


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


def _variables(frame: Frame, node: tree.Function) -> Variables:
    """The name of each register that holds a variable or its cell; a shared parameter has two."""
    named = {own.register: name for name, own in frame.names.items()}
    named.update(enumerate(parameter.name for parameter in node.parameters))
    return tuple(sorted(named.items()))
