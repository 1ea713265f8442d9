"""Code that the verifier lets through and that no compiler makes: it ends its run, and nothing else."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest
from wrl_programs import SEED

from waymark.compiler.library import library
from waymark.stdlib.catalogue import NATIVES
from waymark.stdlib.prelude import PROTOCOL
from waymark.vm.codec import code_hash
from waymark.vm.isa import Op
from waymark.vm.machine import LimitExceeded, Machine
from waymark.vm.program import Program
from waymark.vm.surface import Failed
from waymark.vm.unit import Workflow

from .assembly import NONE, ONE, function, ins, parameters, unit

NAME = 2
MADE = ins(Op.LOAD_CONST, 1, ONE)  # of register 0 it is `self`, which is None

BROKEN = {
    "a read of a cell that is none": [MADE, ins(Op.CELL_GET, 0, 1, NAME)],
    "a write to a cell that is none": [MADE, ins(Op.CELL_SET, 1, 1)],
    "an unbinding of a cell that is none": [MADE, ins(Op.CELL_DEL, 1, NAME)],
    "a capture of a cell that is none": [MADE, ins(Op.CLOSURE, 0, 1, (), (), (1,))],
    "a class of no dict": [MADE, ins(Op.CLASS, 0, NAME, (), 1)],
    "a class with a member without a name": [MADE, ins(Op.DICT, 1, (1, 1)), ins(Op.CLASS, 0, NAME, (), 1)],
    "a call of what is no list": [MADE, ins(Op.CALL_SPREAD, 0, 1, 1, 1)],
    "an exception that is none, raised again": [MADE, ins(Op.RERAISE, 1)],
}


@pytest.mark.parametrize("code", BROKEN.values(), ids=BROKEN.keys())
def test_code_that_no_compiler_makes_ends_its_run_with_a_line(code: list[Any]) -> None:
    pause = machine(code).run(100, 0)
    assert isinstance(pause, Failed)
    assert isinstance(pause.error, LimitExceeded)
    assert pause.traceback, "it says where"


def machine(code: list[Any]) -> Machine:
    ending = [ins(Op.LOAD_CONST, 0, NONE), ins(Op.RETURN, 0)]
    main = function(*code, *ending, kind="coroutine", name="run", params=parameters("self"), registers=3)
    inner = function(*ending, captures=("x",), name="inner")
    prelude = library().by_hash()
    protocol = code_hash(library()[PROTOCOL])
    made = unit(main, inner, exports=(("run", 0),), workflows=(Workflow("w", "W", 0),), protocol=protocol)
    units = MappingProxyType({**prelude, code_hash(made): made})
    return Machine.start(Program.load(code_hash(made), "w", units.__getitem__, NATIVES), {}, seed=SEED)
