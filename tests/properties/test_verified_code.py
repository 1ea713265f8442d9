"""What the verifier promises, tried: random walks through verified code, with exceptions at will.

The walk keeps its own stack of open regions, as a naive interpreter would, and knows which registers hold something. At
every safe point it forgets what the live table does not keep, at random. A read of a register that holds nothing, or a
step off the code, is the verifier's fault or the table's.
"""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from waymark.vm.isa import BY_CODE, Kind, Op
from waymark.vm.unit import Function

from .structured_units import functions

STEPS = 200
TURNS = (Op.LOOP, Op.FOR)


class Walk:
    """A frame without values: a pc, the registers that hold something, and the heads of the open regions."""

    def __init__(self, function: Function, seed: int) -> None:
        self.function = function
        self.random = Random(seed)
        self.ops = [BY_CODE[instruction[0]] for instruction in function.code]
        self.live = {pc: set(registers) for pc, registers in function.live}
        self.holding = set(range(len(function.parameters) + len(function.captures)))
        self.open: list[int] = []
        self.pc = 0
        self.running = True

    def run(self) -> None:
        self.capture()
        for _ in range(STEPS):
            if not self.running:
                return
            self.step()

    def step(self) -> None:
        op, instruction = self.ops[self.pc], self.function.code[self.pc]
        if op in TURNS:
            self.capture()
        for head in self.open:
            if self.ops[head] is Op.HANDLED:
                self.read(self.function.code[head][1])
        for (_, kind), value in zip(op.value.operands, instruction[1:], strict=True):
            for register in {Kind.REG: (value,), Kind.REGS: value}.get(kind, ()):
                self.read(register)
        if op.value.suspends and op is not Op.FOR:
            self.capture()
        if self.random.random() < 0.1:
            self.throw()
        else:
            self.complete(op, instruction)

    def complete(self, op: Op, instruction: tuple[int, ...]) -> None:
        choice = self.random.random() < 0.5
        if op in (Op.RETURN, Op.RAISE, Op.RAISE_FROM, Op.RERAISE, Op.RAISE_BARE):
            self.throw() if op is not Op.RETURN else self.stop()
        elif op is Op.EXIT or (op in (Op.EXIT_IF, Op.EXIT_UNLESS) and choice):
            del self.open[len(self.open) - instruction[-1] :]
            self.leave()
        elif op is Op.AGAIN:
            del self.open[len(self.open) - instruction[-1] :]
            self.pc = self.open.pop()
        elif op in (Op.ELSE, Op.CATCH) or (op is Op.END and self.ops[self.open[-1]] not in TURNS):
            self.leave()
        elif op is Op.END:
            self.pc = self.open.pop()
        elif op.value.opens:
            self.enter(op, instruction, choice)
        else:
            for (_, kind), value in zip(op.value.operands, instruction[1:], strict=True):
                self.holding.update({Kind.OUT: (value,), Kind.OUTS: value}.get(kind, ()))
            self.pc += 1

    def enter(self, op: Op, instruction: tuple[int, ...], choice: bool) -> None:
        self.open.append(self.pc)
        if op is Op.FOR and choice:
            self.leave()
        elif op is Op.IF and choice:
            middle = self.find(self.pc, Op.ELSE)
            if middle is None:
                self.leave()
            else:
                self.pc = middle + 1
        else:
            if op is Op.FOR:
                self.holding.add(instruction[1])
            self.pc += 1

    def leave(self) -> None:
        """Go on behind the innermost open region."""
        end = self.find(self.open.pop(), Op.END)
        assert end is not None
        self.pc = end + 1

    def throw(self) -> None:
        while self.open:
            head = self.open[-1]
            middle = self.find(head, Op.CATCH) if self.ops[head] is Op.TRY else None
            if middle is not None and self.pc < middle:
                self.holding.add(self.function.code[head][1])
                self.pc = middle + 1
                return
            self.open.pop()
        self.stop()

    def find(self, head: int, marker: Op) -> int | None:
        """The ELSE, CATCH or END of the region that opens at `head`."""
        depth = 0
        for pc in range(head + 1, len(self.ops)):
            if depth == 0 and self.ops[pc] is marker:
                return pc
            if depth == 0 and self.ops[pc] is Op.END:
                return None
            depth += self.ops[pc].value.opens - (self.ops[pc] is Op.END)
        return None

    def read(self, register: int) -> None:
        assert register in self.holding, f"r{register} holds nothing at pc {self.pc} of {self.function}"

    def capture(self) -> None:
        kept = self.live[self.pc]
        assert kept <= self.holding, f"pc {self.pc} keeps a register that holds nothing in {self.function}"
        if self.random.random() < 0.5:
            self.holding &= kept

    def stop(self) -> None:
        self.running = False


@given(functions(size=40), st.integers(0, 2**32))
def test_a_walk_finds_every_register_that_it_reads_after_any_capture(function: Function, seed: int) -> None:
    for offset in range(5):
        Walk(function, seed + offset).run()
