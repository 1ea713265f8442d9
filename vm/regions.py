"""The structure of a function's code: which region holds an instruction, and where control can go from it.

    0  TRY r2                 a region's head stands outside the region; its ELSE or CATCH and its END inside
    1      CALL r3 ...        around: the TRY; guarded by it
    2      EXIT ^0            leaves: the TRY, so control goes on at 6
    3  CATCH                  around: the TRY; no longer guarded by it
    4      MOVE r3, r2
    5  END
    6  RETURN r3

`structure` makes one walk with a stack and looks each depth up there, so everything behind it (liveness, the verifier,
the interpreter's jump table) asks for a target instead of counting regions again. It expects instructions with the
right number and types of operands; nesting is what it checks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .isa import BY_CODE, Op
from .unit import Instruction

_IF, _ELSE, _TRY, _CATCH, _END = (op.value.code for op in (Op.IF, Op.ELSE, Op.TRY, Op.CATCH, Op.END))
_FOR, _HANDLED, _AGAIN = (op.value.code for op in (Op.FOR, Op.HANDLED, Op.AGAIN))
_TURNS = frozenset((Op.LOOP.value.code, _FOR))
_OPENS = frozenset(code for code, op in BY_CODE.items() if op.value.opens)
_ENDS = frozenset(code for code, op in BY_CODE.items() if op.value.ends)
_LEAVES = frozenset(op.value.code for op in (Op.EXIT, Op.EXIT_IF, Op.EXIT_UNLESS, Op.AGAIN))
_MIDDLES = {_ELSE: _IF, _CATCH: _TRY}


class Misnested(ValueError):
    """Code whose regions do not nest. `problems` has (pc, what is wrong) for each finding."""

    def __init__(self, problems: Sequence[tuple[int, str]]) -> None:
        super().__init__("; ".join(f"pc {pc}: {text}" for pc, text in problems))
        self.problems = tuple(problems)


@dataclass(slots=True, eq=False)
class Region:
    """One region: its instructions, and what holds inside it."""

    code: int  # of the Op that opens it
    head: int  # pc of that instruction
    parent: Region | None
    level: int  # how many regions are around it
    loops: int  # how many LOOPs and FORs are around it, itself included
    guard: Region | None  # the TRY that guards the head, and with it a CATCH part
    handled: int  # the registers of all HANDLED regions around an instruction inside, as a bit set
    exc: int = 0  # of a TRY: the register that its CATCH finds written, as a bit set
    middle: int = -1  # pc of ELSE or CATCH; -1 without one
    end: int = -1

    @property
    def loop(self) -> bool:
        return self.code in _TURNS


@dataclass(frozen=True, slots=True)
class Structure:
    """What `structure` found, by pc."""

    regions: tuple[Region, ...]  # by head
    around: tuple[Region | None, ...]  # the innermost region that holds the instruction
    guards: tuple[Region | None, ...]  # the TRY whose CATCH gets what the instruction raises
    opened: dict[int, Region]  # head -> the region that begins there
    left: dict[int, Region]  # pc of EXIT, EXIT_IF, EXIT_UNLESS or AGAIN -> the region that its depth means

    def handled(self, pc: int) -> int:
        """The registers of all HANDLED regions around the instruction, as a bit set."""
        region = self.around[pc]
        return region.handled if region else 0

    def successors(self, pc: int, instruction: Instruction) -> tuple[int, ...]:
        """Where control can go when the instruction raises nothing; the length of the code if off its end."""
        code: int = instruction[0]
        if code in _LEAVES:
            region = self.left[pc]
            target = region.head if code == _AGAIN else region.end + 1
            return (target,) if code in _ENDS else (pc + 1, target)
        if code in _ENDS:
            return ()
        if code == _IF:
            region = self.opened[pc]
            return (pc + 1, (region.middle if region.middle >= 0 else region.end) + 1)
        if code == _FOR:
            return (pc + 1, self.opened[pc].end + 1)
        if code in _MIDDLES or code == _END:
            inner = self.around[pc]
            assert inner is not None
            if code != _END:
                return (inner.end + 1,)
            return (inner.head,) if inner.loop else (pc + 1,)
        return (pc + 1,)


def structure(code: Sequence[Instruction]) -> Structure:
    """Return the structure of `code`. Raises `Misnested` with all findings."""
    stack: list[Region] = []
    regions: list[Region] = []
    around: list[Region | None] = []
    guards: list[Region | None] = []
    left: dict[int, Region] = {}
    problems: list[tuple[int, str]] = []
    for pc, instruction in enumerate(code):
        op: int = instruction[0]
        inner = stack[-1] if stack else None
        around.append(inner)
        if op in _MIDDLES:
            problem = _divide(inner, op, pc)
            if problem:
                problems.append((pc, problem))
        guard = _guard_inside(inner)
        guards.append(guard)
        if op in _OPENS:
            region = _open(instruction, pc, inner, guard)
            stack.append(region)
            regions.append(region)
        elif op == _END:
            if inner is None:
                problems.append((pc, "closes a region where none is open"))
                continue
            stack.pop().end = pc
            if inner.code == _TRY and inner.middle < 0:
                problems.append((pc, f"closes the TRY of pc {inner.head}, which has no CATCH"))
        elif op in _LEAVES:
            depth: int = instruction[-1]
            if depth >= len(stack):
                problems.append((pc, f"depth {depth} reaches out of the function: {len(stack)} regions are around"))
                continue
            left[pc] = stack[-1 - depth]
            if op == _AGAIN and not left[pc].loop:
                problems.append((pc, f"depth {depth} is {_name(left[pc])}, and only LOOP and FOR have turns"))
    problems.extend((region.head, "opens a region that has no END") for region in stack)
    if problems:
        raise Misnested(sorted(problems))
    return Structure(tuple(regions), tuple(around), tuple(guards), {region.head: region for region in regions}, left)


def _open(instruction: Instruction, pc: int, inner: Region | None, guard: Region | None) -> Region:
    code: int = instruction[0]
    handled = inner.handled if inner else 0
    if code == _HANDLED:
        handled |= 1 << instruction[1]
    loops = (inner.loops if inner else 0) + (code in _TURNS)
    exc = 1 << instruction[1] if code == _TRY else 0
    return Region(code, pc, inner, inner.level + 1 if inner else 0, loops, guard, handled, exc)


def _guard_inside(inner: Region | None) -> Region | None:
    """The TRY that guards an instruction of `inner` at this point of the walk."""
    if inner is None:
        return None
    return inner if inner.code == _TRY and inner.middle < 0 else inner.guard


def _divide(inner: Region | None, op: int, pc: int) -> str | None:
    """Note the ELSE or CATCH at `pc` in its region, or say why it cannot stand there."""
    owner = BY_CODE[_MIDDLES[op]].name
    if inner is None or inner.code != _MIDDLES[op]:
        return f"stands directly in {_name(inner)}; it belongs in {owner}"
    if inner.middle >= 0:
        return f"is the second of its {owner}, after pc {inner.middle}"
    inner.middle = pc
    return None


def _name(region: Region | None) -> str:
    return f"the {BY_CODE[region.code].name} of pc {region.head}" if region else "the function"
