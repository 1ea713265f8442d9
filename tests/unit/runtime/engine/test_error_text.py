"""What the row of a failed run says of its error: its class's own `__str__`, asked by its machine."""

from __future__ import annotations

import pytest

from waymark.compiler.library import linked_units
from waymark.compiler.pipeline import compile_text
from waymark.runtime.engine.lane import _text
from waymark.stdlib.catalogue import NATIVES
from waymark.vm.codec import code_hash
from waymark.vm.machine import Machine
from waymark.vm.program import Program
from waymark.vm.surface import Failed, Log, Raised
from waymark.vm.wire import encode_outcome

PROGRAM = """
from waymark import Workflow, workflow

class Bad(Exception):
    def __str__(self):
        {body}

@workflow
class W(Workflow):
    async def run(self):
        print("before")
        raise Bad(1)
"""


def failed(body: str) -> Failed:
    compilation = compile_text(PROGRAM.format(body=body), path="m.py", module="m")
    compilation.raise_if_failed()
    assert compilation.unit is not None
    units = {code_hash(unit): unit for unit in linked_units(compilation.unit)}
    entry = code_hash(compilation.unit)
    program = Program.load(entry, compilation.unit.workflows[0].name, units.__getitem__, NATIVES)
    pause = Machine.start(program, {}, seed=bytes(16)).run(10_000, 0)
    assert isinstance(pause, Failed)
    return pause


def test_the_text_of_an_error_is_what_its_class_says() -> None:
    pause = failed("return f'no {self.args[0]}'")
    assert pause.text == "no 1"


@pytest.mark.parametrize(
    "body", ["return [1][5]", "return 7", "while True: pass", "return str(self)", "return 10**10**9"]
)
def test_a_class_that_cannot_say_it_leaves_none_and_the_error_as_it_is(body: str) -> None:
    pause = failed(body)
    assert pause.text is None
    assert type(pause.error).__name__ == "Bad" and pause.error.args == (1,)


def test_what_is_printed_by_the_text_is_not_shown() -> None:
    pause = failed("print('inside'); return 'x'")
    assert pause.effects == (Log("print", "before\n"),) and pause.text == "x"


def test_outside_of_its_machine_the_method_fails_as_any_exception_and_the_run_is_written_all_the_same() -> None:
    error = failed("return 'x'").error
    with pytest.raises(LookupError):
        str(error)
    assert _text(error) == "(its `__str__` failed)"
    assert encode_outcome(Raised(error)).startswith(b"WMO")
