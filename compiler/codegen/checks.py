"""Delete each test of a variable that is bound on every path to it.

    CHECK r1, n0        bound by the MOVE before: deleted
    CHECK r2, n1        bound in one arm of an IF alone: kept, and UNBIND r2 stands at the function's entry

Before: a CHECK stands before every read of a variable.
        In place of a constant it holds the name itself, so that names nobody asks for stay out of the unit.
After:  a CHECK stands where the variable may be unbound, and such a variable begins with the mark of an unbound one; so
        every register is written before it is read, which is what the verifier asks for.

It runs over the instructions and not over the tree, because `finally` has joined paths there that the tree tells apart.
"""

from __future__ import annotations

from waymark.grammar.span import NOWHERE
from waymark.vm.isa import Op
from waymark.vm.liveness import registers_of, writes
from waymark.vm.regions import Structure, structure
from waymark.vm.unit import Instruction

from .frame import Frame, Line

Edge = tuple[int, int, int]  # where control may go, and what is bound and unbound on the way

_CHECK, _UNBIND, _TRY, _FOR = (op.value.code for op in (Op.CHECK, Op.UNBIND, Op.TRY, Op.FOR))


def drop_needless_checks(frame: Frame, parameters: int) -> list[Line]:
    """Return the lines without needless CHECKs. The first `parameters` registers are bound at entry."""
    lines = frame.lines
    code = [line.instruction for line in lines]
    bound = _bound_before(code, (1 << parameters) - 1)
    kept: list[Line] = []
    unbound = 0
    for line, known in zip(lines, bound, strict=True):
        if line.code != _CHECK:
            kept.append(line)
            continue
        _, register, name = line.instruction
        if not known >> register & 1:
            unbound |= 1 << register
            kept.append(Line((_CHECK, register, frame.constant(name)), line.span))
    unbound &= ~((1 << parameters) - 1)  # a parameter may be deleted, but it is bound at entry
    return [Line((_UNBIND, register), NOWHERE) for register in registers_of(unbound)] + kept


def _bound_before(code: list[Instruction], entry: int) -> list[int]:
    """For each instruction the registers that are bound on every path to it, as a bit set.

    A jump back to a loop takes nothing from its header, so one walk is enough, unless something is unbound.
    """
    shape = structure(code)
    everything = -1  # nothing has come here yet
    before = [everything] * (len(code) + 1)
    before[0] = entry
    again = any(instruction[0] == _UNBIND for instruction in code)
    edges = [_edges(shape, pc, instruction) for pc, instruction in enumerate(code)]
    while _walk(edges, before) and again:
        pass
    return before[:-1]


def _edges(shape: Structure, pc: int, instruction: Instruction) -> list[Edge]:
    op: int = instruction[0]
    bound = 1 << instruction[1] if op == _CHECK else 0 if op == _TRY else writes(instruction)
    unbound = 1 << instruction[1] if op == _UNBIND else 0
    edges = [(target, bound, unbound) for target in shape.successors(pc, instruction)]
    if op == _FOR:  # no item, no binding: its second successor is the way out
        edges[1] = (edges[1][0], 0, 0)
    guard = shape.guards[pc]
    if guard is not None:
        edges.append((guard.middle + 1, guard.exc, 0))
    if op == _TRY:  # the verifier lets every handler be reached, that of an empty body, too
        edges.append((shape.opened[pc].middle + 1, shape.opened[pc].exc, 0))
    return edges


def _walk(edges: list[list[Edge]], before: list[int]) -> bool:
    """Carry what is bound along all edges, in the order of the code; whether that has changed anything."""
    changed = False
    for pc, outgoing in enumerate(edges):
        own = before[pc]
        for target, bound, unbound in outgoing:
            known = before[target]
            left = known & ((own | bound) & ~unbound)
            if left != known:
                before[target] = left
                changed = True
    return changed
