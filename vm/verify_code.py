"""What must hold for the code of one function, so that the interpreter need not look again.

The checks go from the outside in, and each relies on those before it: every instruction on its own, then the nesting of
regions, then one walk forwards (each register is assigned before it is read, control never goes off the end), then the
live sets, computed again. Code that control cannot reach is allowed, and reads what it likes.

One walk is enough: a register stays assigned once it is, so a jump back to a loop takes nothing from its header.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from .isa import Op
from .liveness import Step, bits_of, live_masks, registers_of, steps_of
from .regions import Misnested, Structure, structure
from .unit import Function, Unit
from .verify_operands import instruction_problem, sizes_of

REGISTERS_MAX = 65_535
INSTRUCTIONS_MAX = 1 << 18  # of a function, and of the functions of a unit together
NESTING_MAX = 1_000
LOOPS_MAX = 32  # loops in loops: each level may cost liveness another walk
LIVE_BITS_MAX = 1 << 28  # instructions times registers of a function, which is what its live sets take
SHOWN_MAX = 20  # registers of a row in a message

Finding = tuple[int | None, str]  # pc, what is wrong there

_TRY = Op.TRY.value.code


def check_code(unit: Unit, function: Function) -> Iterator[Finding]:
    """Yield what is wrong with the code of `function`."""
    size = len(function.code)
    if not size:
        yield None, "it has no code"
    elif size > INSTRUCTIONS_MAX or size * function.registers > LIVE_BITS_MAX:
        yield None, f"{size} instructions over {function.registers} registers are too many; split the function"
    else:
        sound = True
        for finding in _check_instructions(unit, function):
            sound = False
            yield finding
        if sound:
            yield from _check_flow(function)


def _check_instructions(unit: Unit, function: Function) -> Iterator[Finding]:
    sizes = sizes_of(unit, function, NESTING_MAX)
    for pc, instruction in enumerate(function.code):
        problem = instruction_problem(unit, function, instruction, sizes)
        if problem:
            yield pc, problem


def _check_flow(function: Function) -> Iterator[Finding]:
    try:
        shape = structure(function.code)
    except Misnested as error:
        yield from error.problems
        return
    for region in shape.regions:
        if region.level >= NESTING_MAX or region.loops > LOOPS_MAX:
            yield region.head, f"more than {NESTING_MAX} regions or {LOOPS_MAX} loops are around it"
            return
    steps = steps_of(function.code, shape)
    yield from _check_assignment(function, shape, steps)
    entry = len(function.parameters) + len(function.captures)
    yield from _compare_live(function, live_masks(entry, function.code, shape, steps))


def _check_assignment(function: Function, shape: Structure, steps: Sequence[Step]) -> Iterator[Finding]:
    """Walk forwards with the set of assigned registers; what arrives at one pc over several edges is what all have."""
    entry = len(function.parameters) + len(function.captures)
    arriving = {0: (1 << entry) - 1}
    for pc, instruction in enumerate(function.code):
        before = arriving.pop(pc, None)
        if before is None:
            continue  # control cannot get here
        step = steps[pc]
        # What HANDLED regions around it read was assigned when they began.
        missing = step.reads & ~before
        if missing:
            yield pc, f"it reads {_shown(registers_of(missing))}, not assigned on every path that leads here"
        after = before | step.writes
        if instruction[0] == _TRY:  # which writes on its edge to CATCH alone
            # The guarded part may raise at once, so its CATCH can count on no more than this.
            arriving[shape.opened[pc].middle + 1] = before | shape.opened[pc].exc
        for edge, target in enumerate(step.successors):
            # FOR writes on its first edge, to the body.
            arrives = before if step.for_body and edge else after
            if target > pc:
                arriving[target] = arriving.get(target, arrives) & arrives
            if target == len(function.code):
                yield pc, "control can go on behind it, off the end of the function"


def _compare_live(function: Function, computed: Sequence[tuple[int, int]]) -> Iterator[Finding]:
    """The first row that differs. Only rows as long as their set is large are looked at, register by register."""
    size, pcs = len(function.code), [pc for pc, _ in function.live]
    if any(not 0 <= pc < size for pc in pcs) or pcs != sorted(set(pcs)):
        yield None, f"the rows of its live table are not in ascending order, or beyond its {size} instructions"
        return
    wanted, found = dict(computed), dict(function.live)
    for pc in sorted(wanted.keys() | found.keys()):
        if pc not in wanted:
            yield pc, "the live table has a row for it, and should have none"
            return
        if pc not in found or not _is_row(found[pc], wanted[pc]):
            stored = _shown(found[pc]) if pc in found else "no row"
            yield pc, f"the live table has {stored} for it, and should have {_shown(registers_of(wanted[pc]))}"
            return


def _is_row(row: tuple[int, ...], mask: int) -> bool:
    # Range before bits: a bit set with a member of 2 ** 60 does not fit in memory.
    ascending = all(low < high for low, high in pairwise((-1, *row, mask.bit_length())))
    return ascending and len(row) == mask.bit_count() and bits_of(row) == mask


def _shown(registers: Sequence[int]) -> str:
    shown = [f"r{register}" for register in registers[:SHOWN_MAX]]
    return f"{{{', '.join(shown + ['...'] * (len(registers) > SHOWN_MAX))}}}"
