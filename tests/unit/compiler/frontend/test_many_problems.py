"""A file with thousands of problems is reported in full, and in time that grows with its length alone."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from differential import compiled, script

from waymark.compiler.frontend import names
from waymark.compiler.frontend.program import HINTING_MAX
from waymark.compiler.frontend.scopes.model import Symbol

LINES = 1000
BODY = "".join(f"y{line} = undefined{line}(1)\n" for line in range(LINES))


def test_every_line_has_its_problem_and_only_the_first_ones_a_likely_name(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []

    def counted(name: str, known: Iterable[str]) -> str | None:
        compared.append(len(set(known)))
        return "y0"

    monkeypatch.setattr(names, "nearest", counted)
    problems = compiled(script(BODY)).diagnostics
    assert [problem.line for problem in problems] == [*range(problems[0].line, problems[0].line + LINES)]
    hinted = [problem for problem in problems if "y0" in problem.help()]
    assert hinted == list(problems[: len(hinted)])
    assert HINTING_MAX <= sum(compared) < 3 * HINTING_MAX  # a module may be translated twice


def test_what_is_in_reach_is_gathered_once_a_function_and_not_once_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0
    is_variable = Symbol.is_variable
    assert isinstance(is_variable, property)

    def counted(symbol: Symbol) -> bool:
        nonlocal asked
        asked += 1
        assert is_variable.fget is not None
        return bool(is_variable.fget(symbol))

    monkeypatch.setattr(Symbol, "is_variable", property(counted))
    monkeypatch.setattr(names, "nearest", lambda name, known: None)
    assert len(compiled(script(BODY)).diagnostics) == LINES
    assert asked < 20 * LINES
