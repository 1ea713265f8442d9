"""Which registers a frame must keep where it can be captured.

    0  LOAD_CONST r1, c0
    1  FOR r2, r0             keeps r0, r1: the iterator, and what is read later on some path
    2      CALL r3, r2        keeps r0, r1: its operands are read already, and r3 will be written
    3      INPLACE r1 += r3
    4  END
    5  RETURN r1

The sets are stored in the unit, so that another liveness algorithm never changes what an old snapshot means; the
verifier computes them again and compares. There is a row for pc 0, for each LOOP and FOR, and for each instruction that
suspends:

- pc 0 keeps what is live before the first instruction. If that one has a row of its own, the row is good for both.
- LOOP and FOR keep what is live at the header. A frame can stand there before the fetch, or while a generator makes the
  next item, so FOR keeps its iterator and does not keep its `dst` for itself.
- ATTR_GET and the intrinsic `attribute` keep what they read, too: an AttributeError that leaves them says what was
  asked of what.
- Another instruction in progress keeps what is live behind it but for what it writes, what its CATCH reads, and the
  registers of all HANDLED regions around it.

Any instruction may raise, so each one of a guarded part has an edge to the CATCH. What a TRY or FOR writes is written
on one edge alone (to the CATCH, to the body). A HANDLED register is read at every instruction of its region: a bare
`raise` and the context of a new exception need it, in a callee as well.

Sets are ints with one bit a register. The walk goes backwards until nothing changes: twice for code without nested
loops, once more for each level of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from .isa import BY_CODE, INTRINSICS, Kind, Op, Spec
from .regions import Structure, structure
from .unit import Instruction

Rows = tuple[tuple[int, tuple[int, ...]], ...]

_TRY, _FOR, _LOOP = Op.TRY.value.code, Op.FOR.value.code, Op.LOOP.value.code
_HEADERS = frozenset((_LOOP, _FOR))
_ATTR_GET = Op.ATTR_GET.value.code
_ATTRIBUTE = (Op.INTRINSIC.value.code, INTRINSICS.index("attribute"))
_FEW = 9  # of so few registers, a bit set is made bit by bit


def _places(spec: Spec, one: Kind, many: Kind) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Where an instruction has registers of two kinds: single ones and lists of them."""
    kinds = [kind for _, kind in spec.operands]
    return tuple(i for i, kind in enumerate(kinds, 1) if kind is one), tuple(
        i for i, kind in enumerate(kinds, 1) if kind is many
    )


_READS = {code: _places(op.value, Kind.REG, Kind.REGS) for code, op in BY_CODE.items()}
_WRITES = {code: _places(op.value, Kind.OUT, Kind.OUTS) for code, op in BY_CODE.items()}
_CAPTURED = frozenset(code for code, op in BY_CODE.items() if op.value.suspends) | _HEADERS


def live_sets(function_entry_registers: int, code: Sequence[Instruction]) -> Rows:
    """Return the rows of `Function.live`. The entry registers are the parameters and the captured cells.

    Raises `Misnested` if the regions do not nest.
    """
    masks = live_masks(function_entry_registers, code, structure(code))
    return tuple((pc, registers_of(mask)) for pc, mask in masks)


def live_masks(
    function_entry_registers: int, code: Sequence[Instruction], shape: Structure, steps: Sequence[Step] = ()
) -> tuple[tuple[int, int], ...]:
    """The same rows as bit sets: hostile code may keep more than its bytes would list. `steps`: if they are there."""
    if not code:
        return ()
    steps = steps or steps_of(code, shape)
    live = _fixpoint(steps)
    entry = live[0] & ((1 << function_entry_registers) - 1)
    rows = [(0, entry | _kept(steps[0], live) if code[0][0] in _CAPTURED else entry)]
    rows.extend(
        (pc, _kept(steps[pc], live)) for pc, instruction in enumerate(code) if pc and instruction[0] in _CAPTURED
    )
    return tuple(rows)


def dropped_results(code: Sequence[Instruction], shape: Structure) -> frozenset[int]:
    """The instructions with one result that nothing reads."""
    steps = steps_of(code, shape)
    live = _fixpoint(steps)
    found = set()
    for pc, (instruction, step) in enumerate(zip(code, steps, strict=True)):
        single, _ = _WRITES[instruction[0]]
        if single and not any(live[target] >> instruction[single[0]] & 1 for target in step.successors):
            found.add(pc)
    return frozenset(found)


def reads(instruction: Instruction) -> int:
    """The registers that an instruction reads, as a bit set."""
    return _bits(instruction, _READS)


def writes(instruction: Instruction) -> int:
    """The registers that an instruction writes, as a bit set; TRY and FOR do so on one of their edges."""
    return _bits(instruction, _WRITES)


def registers_of(mask: int) -> tuple[int, ...]:
    """The members of a bit set, ascending."""
    return tuple(register for register, bit in enumerate(reversed(bin(mask))) if bit == "1")


def bits_of(registers: Sequence[int]) -> int:
    """A bit set of these members."""
    if len(registers) < _FEW:
        mask = 0
        for register in registers:
            mask |= 1 << register
        return mask
    bits = bytearray(max(registers, default=0) // 8 + 1)
    for register in registers:
        bits[register >> 3] |= 1 << (register & 7)
    return int.from_bytes(bits, "little")


def steps_of(code: Sequence[Instruction], shape: Structure) -> list[Step]:
    """Every instruction as the walks of liveness and of the verifier see it."""
    return [Step(shape, pc, instruction) for pc, instruction in enumerate(code)]


class Step:
    """One instruction as the walks see it."""

    __slots__ = ("catch", "exc", "for_body", "handled", "keeps_reads", "reads", "successors", "writes")

    def __init__(self, shape: Structure, pc: int, instruction: Instruction) -> None:
        code: int = instruction[0]
        guard = shape.guards[pc]
        self.successors = shape.successors(pc, instruction)
        self.handled = shape.handled(pc)
        self.reads = reads(instruction) | self.handled
        self.writes = 0 if code == _TRY else writes(instruction)
        # FOR writes on the edge to its body, which is its first successor, and not on the one behind its END.
        self.for_body = code == _FOR
        self.keeps_reads = code in _HEADERS or code == _ATTR_GET or (code, *instruction[2:3]) == _ATTRIBUTE
        self.catch = guard.middle + 1 if guard else -1
        self.exc = 0 if guard is None else guard.exc


def _behind(step: Step, live: list[int]) -> int:
    """What is live behind the instruction, on any of its edges, before its own reads."""
    mask = 0
    if step.for_body:
        body, end = step.successors
        mask = (live[body] & ~step.writes) | live[end]
    else:
        for target in step.successors:
            mask |= live[target]
        mask &= ~step.writes
    if step.catch >= 0:
        mask |= live[step.catch] & ~step.exc
    return mask


def _fixpoint(steps: Sequence[Step]) -> list[int]:
    live = [0] * (len(steps) + 1)  # the last one: off the end, where nothing is live
    changed = True
    while changed:
        changed = False
        for pc in range(len(steps) - 1, -1, -1):
            mask = steps[pc].reads | _behind(steps[pc], live)
            if mask != live[pc]:
                live[pc] = mask
                changed = True
    return live


def _kept(step: Step, live: list[int]) -> int:
    mask = _behind(step, live) | step.handled
    return mask | step.reads if step.keeps_reads else mask


def _bits(instruction: Instruction, places: dict[int, tuple[tuple[int, ...], tuple[int, ...]]]) -> int:
    single, lists = places[instruction[0]]
    mask = 0
    for place in single:
        mask |= 1 << instruction[place]
    for place in lists:
        if instruction[place]:
            mask |= bits_of(instruction[place])
    return mask
