"""What cannot leave a run: an error where an action is called with it, a text where an exception holds it."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest
from differential import compiled, program_of, script
from wrl_programs import SEED

from waymark.vm.machine import Machine
from waymark.vm.surface import Failed, Finished, Pause, Raised, StartAction
from waymark.vm.wire import Unencodable, decode_outcome, encode_outcome, encode_value

CLASSES = """
    class Box:
        def __repr__(self):
            return "never called"
    def inner():
        pass
"""


def ran(body: str) -> Pause:
    return Machine.start(program_of(compiled(script(dedent(CLASSES) + dedent(body)))), {}, seed=SEED).run(10_000, 0)


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        ("act(1, Box())", "argument 2: run.<locals>.Box is not a value"),
        ("act([1, (inner, 2)])", "argument 1[1][0]: function is not a value"),
        ("act(1, order={'box': Box()})", "argument `order`.box: run.<locals>.Box is not a value"),
        ("act(Box)", "argument 1: class is not a value"),
        ("act(iter([]))", "argument 1: list_iterator is not a value"),
        ("act(ValueError(inner))", "argument 1.args[0]: function is not a value"),
    ],
)
def test_an_argument_that_no_action_could_get_is_an_error_where_the_action_is_awaited(call: str, problem: str) -> None:
    pause = ran(f"""
    try:
        await {call}
    except TypeError as error:
        return str(error), error.__context__
    """)
    said = f"the arguments of action program:act cannot be sent to it: {problem}".replace(
        "run.<locals>", "Script.run.<locals>"
    )
    assert pause == Finished((said, None)), "and no action is asked for"


def test_what_can_be_sent_is() -> None:
    pause = ran("await act([1, {'a': (2.5, None)}, ValueError('x')], more={1, 2})")
    assert [type(effect) for effect in pause.effects] == [StartAction]


def test_an_exception_that_holds_what_cannot_travel_keeps_its_class() -> None:
    pause = ran("raise KeyError(1, Box(), [inner])")
    assert isinstance(pause, Failed)
    outcome = decode_outcome(encode_outcome(Raised(pause.error)))
    assert isinstance(outcome, Raised)
    assert type(outcome.error) is KeyError
    assert outcome.error.args == (1, "<program.Script.run.<locals>.Box object>", "<list object>")


def test_members_and_causes_of_a_group_travel_whatever_they_hold() -> None:
    pause = ran("raise ExceptionGroup('g', [ValueError(Box()), KeyError(2)]) from OSError(inner)")
    assert isinstance(pause, Failed)
    outcome = decode_outcome(encode_outcome(Raised(pause.error)))
    assert isinstance(outcome, Raised)
    group: Any = outcome.error
    assert [type(member) for member in group.exceptions] == [ValueError, KeyError]
    assert group.exceptions[0].args == ("<program.Script.run.<locals>.Box object>",)
    assert type(group.__cause__) is OSError


def test_a_value_is_never_changed_so_that_it_can_travel() -> None:
    with pytest.raises(Unencodable, match=r"^result.args\[0\]: object is not a value$"):
        encode_value(ValueError(object()), "result")
