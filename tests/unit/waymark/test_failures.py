"""What a client reads of a failed run."""

from __future__ import annotations

from differential import compiled, program_of, script
from wrl_programs import SEED

from waymark.exceptions import WorkflowFailed
from waymark.failures import lines_of
from waymark.vm.machine import Machine
from waymark.vm.surface import Failed, Raised
from waymark.vm.wire import decode_outcome, encode_outcome


def said(body: str) -> str:
    """The text of the failure, as a client gets it."""
    pause = Machine.start(program_of(compiled(script(body))), {}, seed=SEED).run(100_000, 0)
    assert isinstance(pause, Failed)
    outcome = decode_outcome(encode_outcome(Raised(pause.error)))
    assert isinstance(outcome, Raised)
    return str(WorkflowFailed("script", "7", outcome.error, lines_of(outcome.error)))


def test_causes_and_contexts_stand_before_the_failure_with_their_lines() -> None:
    assert said("""
        def pay(card):
            return {}[card]
        try:
            try:
                pay("gold")
            except KeyError as error:
                raise ValueError("declined") from error
        except ValueError:
            1 // 0
    """).split("\n") == [
        "workflow 'script', run 7, failed:",
        "  program.py:14 in Script.run",
        "  program.py:11 in Script.run.<locals>.pay",
        "  KeyError: 'gold'",
        "",
        "  The above exception was the direct cause of the following exception:",
        "",
        "  program.py:16 in Script.run",
        "  ValueError: declined",
        "",
        "  During handling of the above exception, another exception occurred:",
        "",
        "  program.py:18 in Script.run",
        "  ZeroDivisionError: integer division or modulo by zero",
    ]


def test_members_of_a_group_are_numbered_and_notes_are_told() -> None:
    assert said("""
        def late():
            raise TimeoutError("late")
        try:
            late()
        except TimeoutError as error:
            error.add_note("twice")
            raise ExceptionGroup("two", [error, KeyError(1)]) from None
    """).split("\n") == [
        "workflow 'script', run 7, failed:",
        "  program.py:16 in Script.run",
        "  ExceptionGroup: two (2 sub-exceptions)",
        "    1. program.py:13 in Script.run",
        "       program.py:11 in Script.run.<locals>.late",
        "       TimeoutError: late",
        "       twice",
        "    2. KeyError: 1",
    ]


def test_an_exception_that_leads_to_itself_is_told_once() -> None:
    text = said("""
        a, b = ValueError("a"), KeyError("b")
        a.__cause__, b.__cause__ = b, a
        raise a
    """)
    assert text.count("ValueError: a") == 1
    assert text.count("KeyError: 'b'") == 1


def test_of_a_deep_recursion_both_ends_are_told() -> None:
    text = said("""
        def down(n):
            return down(n + 1)
        down(0)
    """)
    lines = text.split("\n")
    assert len(lines) < 300
    assert lines[1] == "  program.py:12 in Script.run"
    assert lines[-1] == "  RecursionError: maximum recursion depth exceeded"
