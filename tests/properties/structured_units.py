"""Random units that the verifier passes: every instruction of the table, in nested regions.

A function is drawn from the top down with the set of registers that are assigned for certain. Behind a region that set
is what it was before it, which is less than the verifier knows and always right.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from waymark.vm.isa import BINARY_OPERATORS, COMPARE_OPERATORS, INTRINSICS, UNARY_OPERATORS, Kind, Op
from waymark.vm.liveness import live_sets
from waymark.vm.unit import (
    Action,
    Constant,
    Debug,
    Function,
    FunctionKind,
    Instruction,
    Link,
    Parameter,
    StaticClass,
    Unit,
    Workflow,
)

REGISTERS = 6
NATIVES = ("len/1", "sum/1")

_CONSTANTS: tuple[Constant, ...] = ("name", (), 1, None)
_COUNTS = {
    Kind.CONST: len(_CONSTANTS),
    Kind.NAME: 1,
    Kind.FUNC: 1,
    Kind.CLASS: 1,
    Kind.MODULE: 1,
    Kind.NATIVE: len(NATIVES),
    Kind.LINK: 1,
    Kind.ACTION: 1,
    Kind.INTRINSIC: len(INTRINSICS),
    Kind.UNARY: len(UNARY_OPERATORS),
    Kind.BINARY: len(BINARY_OPERATORS),
    Kind.COMPARE: len(COMPARE_OPERATORS),
}
_MARKERS = {Op.ELSE, Op.CATCH, Op.END}
_LEAVES = [Op.EXIT, Op.EXIT_IF, Op.EXIT_UNLESS, Op.AGAIN]
_REGIONS = [op for op in Op if op.value.opens]
_PLAIN = [op for op in Op if not op.value.opens and op not in _MARKERS and op not in _LEAVES]
_SECOND = {Op.IF: Op.ELSE, Op.TRY: Op.CATCH}
_ONLY_IN = {Op.AWAIT: "coroutine", Op.YIELD: "generator"}

_RETURN: Instruction = (Op.RETURN.value.code, 0)
_TWO = (Parameter("a", "either"), Parameter("b", "either"))
# Function 0 is what LOAD_FUNC names, function 1 what CLOSURE names.
_STATIC = Function("s", "s", 0, "function", (Parameter("a", "either", True),), (), 1, (_RETURN,), ((0, (0,)),), (2,))
_INNER = Function("i", "i", 0, "function", (Parameter("a", "keyword", True),), ("c",), 2, (_RETURN,), ((0, (0,)),))
# The last function makes the class that LOAD_CLASS names.
_MAKER = Function("c", "c", 0, "function", (), (), 1, ((Op.LOAD_CONST.value.code, 0, 3), _RETURN), ((0, ()),))


class _Drawing:
    """Draws one function. `around` has the regions that are open, outermost first."""

    def __init__(self, draw: st.DrawFn, kind: FunctionKind, size: int) -> None:
        self._draw = draw
        self._room = size
        self._around: list[Op] = []
        self.code: list[Instruction] = []
        self._plain = [op for op in _PLAIN if _ONLY_IN.get(op, kind) == kind]

    def sequence(self, assigned: frozenset[int]) -> None:
        for _ in range(self._draw(st.integers(0, 6))):
            if self._room <= 0:
                return
            self._room -= 1
            shape = self._draw(st.integers(0, 9))
            if shape < 3 and len(self._around) < 5:
                self._region(self._draw(st.sampled_from(_REGIONS)), assigned)
            elif shape < 5 and self._around:
                self._emit(self._draw(st.sampled_from(_LEAVES)), assigned)
            else:
                assigned |= self._emit(self._draw(st.sampled_from(self._plain)), assigned)

    def _region(self, op: Op, assigned: frozenset[int]) -> None:
        written = self._emit(op, assigned)
        self._around.append(op)
        self.sequence(assigned | written if op is Op.FOR else assigned)
        if op is Op.TRY or (op is Op.IF and self._draw(st.booleans())):
            self.code.append((_SECOND[op].value.code,))
            self.sequence(assigned | written)
        self._around.pop()
        self.code.append((Op.END.value.code,))

    def _emit(self, op: Op, assigned: frozenset[int]) -> frozenset[int]:
        """Add an instruction that reads only `assigned`; return what it writes."""
        if op is Op.AGAIN and not {Op.LOOP, Op.FOR} & set(self._around):
            op = Op.EXIT
        operands = [self._operand(op, kind, assigned) for _, kind in op.value.operands]
        if op is Op.CLOSURE:
            operands = [operands[0], 1, (), operands[3][:1] or (0,), operands[4][:1] or (0,)]
        if op is Op.DICT:
            operands[1] = operands[1] * 2
        self.code.append((op.value.code, *operands))
        written: set[int] = set()
        for (_, kind), value in zip(op.value.operands, operands, strict=True):
            written |= {value} if kind is Kind.OUT else set(value) if kind is Kind.OUTS else set()
        return frozenset(written)

    def _operand(self, op: Op, kind: Kind, assigned: frozenset[int]) -> Any:
        readable = st.sampled_from(sorted(assigned))
        if kind is Kind.OUT:
            return self._draw(st.integers(0, REGISTERS - 1))
        if kind is Kind.REG:
            return self._draw(readable)
        if kind is Kind.OUTS:
            return tuple(self._draw(st.lists(st.integers(0, REGISTERS - 1), max_size=3)))
        if kind is Kind.REGS:
            return tuple(self._draw(st.lists(readable, max_size=3)))
        if kind is Kind.NAMES:
            return 1
        if kind is Kind.DEPTH:
            depths = [depth for depth, region in enumerate(reversed(self._around)) if region in (Op.LOOP, Op.FOR)]
            return self._draw(st.sampled_from(depths) if op is Op.AGAIN else st.integers(0, len(self._around) - 1))
        return self._draw(st.integers(0, _COUNTS[kind] - 1))


@st.composite
def functions(draw: st.DrawFn, kind: FunctionKind | None = None, size: int = 25) -> Function:
    """A function of two parameters over six registers."""
    kind = kind or draw(st.sampled_from(("function", "coroutine", "generator")))
    drawing = _Drawing(draw, kind, size)
    drawing.sequence(frozenset({0, 1}))
    code = (*drawing.code, _RETURN)
    return Function("f", "f", 0, kind, _TWO, (), REGISTERS, code, live_sets(2, code))


@st.composite
def units(draw: st.DrawFn) -> Unit:
    drawn = (draw(functions(kind="coroutine")), *draw(st.lists(functions(), max_size=1)))
    scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.complex_numbers() | st.text() | st.binary()
    surrogates = st.text(st.characters(categories=["Cs", "Ll"]), max_size=4)
    constant = st.recursive(scalars | surrogates, lambda inner: st.lists(inner, max_size=3).map(tuple), max_leaves=5)
    return Unit(
        ("m",),
        _CONSTANTS + tuple(draw(st.lists(constant, max_size=4))),
        (_STATIC, _INNER, *drawn, _MAKER),
        exports=(("f", 2), ("s", 0)),
        natives=NATIVES,
        links=(Link(b"\x07" * 32, "sleep"),),
        actions=(Action("m:charge", _TWO),),
        workflows=(Workflow("order", "Order", 2),),
        classes=(StaticClass("m:C", 2 + len(drawn)),),
        debug=Debug("m.py", "wrl", ((),) * 2 + (((0, 1, 0, 2, 0),),) * (len(drawn) + 1)),
    )
