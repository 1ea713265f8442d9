"""What a report looks like at its edges, and that every problem has a page."""

from __future__ import annotations

import pickle
import unicodedata

import msgspec
import pytest

from waymark.compiler.diagnostics import REGISTRY, Diagnostic, UnsupportedPatternError, explain, render, render_report
from waymark.compiler.diagnostics.determinism import ClockRead
from waymark.compiler.diagnostics.model import Step
from waymark.compiler.diagnostics.render import WIDTH_MAX
from waymark.compiler.diagnostics.suggest import nearest
from waymark.grammar.span import Span


def clock(span: Span) -> ClockRead:
    return ClockRead(path="shop.py", span=span, call="now()")


def carets_of(line: str, start: int, end: int) -> tuple[str, str]:
    """The source line and the caret line, without their gutters."""
    shown = render(clock(Span(1, start, 1, end)), line).split("\n")
    return shown[3].removeprefix("1 | "), shown[4].removeprefix("  | ").partition(" reads")[0]


def test_the_report_of_the_style_guide() -> None:
    shown = render(clock(Span(4, 14, 4, 19)), "\n\n\n    started = now()\n")
    assert shown == (
        "error[WM203]: `now()` gives a different answer when this workflow resumes\n"
        " --> shop.py:4:15\n"
        "  |\n"
        "4 |     started = now()\n"
        "  |               ^^^^^ reads the machine's clock\n"
        "  |\n"
        "help: use `waymark.now()`, a datetime in UTC, which is the same when the run resumes\n"
        "note: `waymark explain WM203` has an example"
    )


def test_the_gutter_grows_with_the_line_number() -> None:
    shown = render(clock(Span(1000, 0, 1000, 5)), "\n" * 999 + "now()").split("\n")
    assert shown[1:5] == ["    --> shop.py:1000:1", "     |", "1000 | now()", "     | ^^^^^ reads the machine's clock"]


@pytest.mark.parametrize(
    ("line", "start", "end", "shown", "carets"),
    [
        ("\tnow()", 1, 6, "    now()", "    ^^^^^"),
        ("x\tnow()", 2, 7, "x   now()", "    ^^^^^"),
        ("'価格', now()", 6, 11, "'価格', now()", "        ^^^^^"),
        ("e\u0301 = now()", 5, 10, "e = now()", "    ^^^^^"),
        ("a\x1b[31m = now()", 9, 14, "a?[31m = now()", "         ^^^^^"),
        ("now()", 5, 5, "now()", "     ^"),
        ("now()", 90, 95, "now()", "     ^"),
    ],
)
def test_carets_stand_under_what_is_shown(line: str, start: int, end: int, shown: str, carets: str) -> None:
    assert carets_of(line, start, end) == (shown, carets)


@pytest.mark.parametrize("start", [0, 50, 95, 120, 500, 894])
def test_a_long_line_is_clipped_around_the_carets(start: int) -> None:
    line = "-" * start + "now()" + "-" * (895 - start)
    shown, carets = carets_of(line, start, start + 5)
    assert len(shown) <= WIDTH_MAX + len("......")
    assert shown[carets.index("^") : len(carets)] == "now()"


def test_a_problem_that_goes_on_below_is_marked_to_the_end_of_its_line() -> None:
    shown = render(clock(Span(1, 4, 3, 1)), "x = now(\n  1\n)").split("\n")
    assert shown[4] == "  |     ^^^^ reads the machine's clock"


def test_a_report_is_in_the_order_of_the_file_and_counts() -> None:
    text = "now()\nnow()"
    report = render_report([clock(Span(2, 0, 2, 5)), clock(Span(1, 0, 1, 5))], text)
    assert report.index("shop.py:1:1") < report.index("shop.py:2:1")
    assert report.endswith("\n\n2 problems in shop.py")


def test_colour_adds_only_escapes() -> None:
    import re

    problem = clock(Span(1, 0, 1, 5))
    coloured = render(problem, "now()", colour=True)
    assert "\x1b[1;31m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render(problem, "now()")


def test_the_exception_is_the_report_and_survives_a_pickle() -> None:
    error = UnsupportedPatternError([clock(Span(1, 0, 1, 5))], "now()")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  # written two words before
    assert str(again) == str(error) == render_report(error.diagnostics, "now()")
    (problem,) = again.diagnostics
    assert (problem.code, problem.file, problem.line, problem.column) == ("WM203", "shop.py", 1, 1)
    assert problem.message.startswith("`now()` gives")
    assert problem.recommendation.startswith("use `waymark.now()`")


@pytest.mark.parametrize("code", sorted(REGISTRY))
def test_every_code_has_a_page_with_an_example(code: str) -> None:
    page = explain(code)
    assert page.startswith(f"{code}: ")
    assert [part for part in ("What it means", "Instead of", "Write") if f"\n{part}\n" not in page] == []
    assert all(unicodedata.category(character) != "Cc" or character == "\n" for character in page)


def test_an_unknown_code_names_the_known_ones() -> None:
    with pytest.raises(KeyError, match=r"no diagnostic WM999; the codes are WM101, "):
        explain("WM999")


def test_two_problems_cannot_share_a_code() -> None:
    with pytest.raises(TypeError, match="share the code WM203"):

        class Second(Diagnostic, frozen=True, kw_only=True):
            code = "WM203"


@pytest.mark.parametrize(
    ("name", "meant"),
    [("toatl", "total"), ("Total", "total"), ("tota", "total"), ("order_ids", "order_id"), ("zebra", None), ("", None)],
)
def test_the_nearest_name_is_offered_only_when_it_is_near(name: str, meant: str | None) -> None:
    assert nearest(name, {"total", "order_id", "float"}) == meant


def test_problems_of_other_files_come_behind_and_show_their_own_lines() -> None:
    own = clock(Span(2, 0, 2, 5))
    other = msgspec.structs.replace(
        clock(Span(1, 6, 1, 11)), path="helpers.py", steps=(Step("called by", "run", "shop.py", 2),)
    )
    error = UnsupportedPatternError([other, own], "x = 1\nnow()", {"helpers.py": "stamp=now()"})
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  # written one line before
    assert str(again) == str(error)
    first, second, total = str(error).split("\n\n")
    assert "shop.py:2:1" in first
    assert "1 | stamp=now()" in second and "note: called by `run` (shop.py:2)" in second
    assert total == "2 problems in 2 files"


def test_a_problem_may_be_shown_further_up_and_with_other_names_for_files() -> None:
    problem = msgspec.structs.replace(clock(Span(5, 0, 5, 5)), steps=(Step("called by", "run", "helpers.py", 9),))
    moved = problem.moved_up("shop.py", 4)
    assert (moved.file, moved.line, moved.remarks) == ("shop.py", 1, ("called by `run` (helpers.py:9)",))
    assert problem.moved_up("helpers.py", 4).remarks == ("called by `run` (helpers.py:5)",)
    renamed = problem.renamed({"shop.py": "helpers.py", "helpers.py": "../helpers.py"})
    assert (renamed.file, renamed.remarks) == ("helpers.py", ("called by `run` (../helpers.py:9)",))


CODES = """
101 NotPython|102 NotText|103 TooDeep|104 TooLarge|110 NotCompiledYet|111 UnknownSyntax|120 NoWorkflow|121 RunMissing
122 RunNotAsync|123 WorkflowInsideFunction|124 DuplicateWorkflow|125 UnknownDecorator|126 WrongBase|127 RunParameters
128 WorkflowName|129 ActionShape|131 SourceMissing|201 RandomRead|202 InputOutput|203 ClockRead|204 ThreadUse
205 Introspection|206 EnvironmentRead|207 ImportEffect|301 NeverAwaited|302 LostCoroutine|401 UndefinedName
402 SeveralMeanings|403 ModuleValue|404 MissingInModule|405 Foreign|406 StarImport|407 BrokenModule|408 PatchedName
409 UnlistedName|411 MissingArgument|412 SurplusArgument|413 UnknownKeyword|414 RepeatedArgument
"""


def test_a_code_means_what_it_always_meant() -> None:
    # Codes are in users' scripts: add a line for a new one, and never give an old one another meaning.
    rows = (row.split() for row in CODES.replace("\n", "|").split("|") if row)
    assert {code: kind.__name__ for code, kind in REGISTRY.items()} == {f"WM{code}": name for code, name in rows}
