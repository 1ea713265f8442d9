"""Files that are hardly files: each comes to one diagnostic, never to a crash."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest

from waymark.compiler.diagnostics import InternalCompilerError
from waymark.compiler.frontend import dispatch
from waymark.compiler.nesting import deepest_place
from waymark.compiler.pipeline import compile_file, compile_text
from waymark.compiler.source import SourceError
from waymark.grammar import tree

from ..programs import codes, compiled, workflow_of


def compiled_bytes(folder: Path, data: bytes) -> list[str]:
    path = folder / "flow.py"
    path.write_bytes(data)
    return codes(compile_file(path))


@pytest.mark.parametrize(
    ("data", "refused"),
    [
        (b"", ["WM120"]),
        (b"\n\n# nothing\n", ["WM120"]),
        (b"x = 1\0", ["WM101"]),
        (b"\xff\xfe\x00x", ["WM102"]),
        (b"name = '\xff'\n", ["WM102"]),
        (b"# -*- coding: no-such -*-\n", ["WM102"]),
        (b"# -*- coding: ascii -*-\nname = '\xc3'\n", ["WM102"]),
        (b"# -*- coding: rot13 -*-\n", ["WM102"]),
        (b"# -*- coding: undefined -*-\n", ["WM102"]),
        (b"\xef\xbb\xbf# -*- coding: latin-1 -*-\n", ["WM102"]),
        (b"if True:\n        x = 1\n\ty = 2\n", ["WM101"]),
        (b"return 1\n", ["WM101"]),
        (b"x = 'abc\n", ["WM101"]),
        (b"x = (1,\n", ["WM101"]),
        (b"x = " + b"(" * 5000 + b")" * 5000, ["WM101"]),
        (b"x = " + b"-" * 5000 + b"1", ["WM103"]),
        (b"x = " + b"+".join([b"1"] * 5000), ["WM103"]),
        (b"x = " + b" and ".join([b"y"] * 5000), ["WM103"]),
        (b"x = " + b"[" * 190 + b"]" * 190, ["WM120"]),
        (b"".join(b" " * depth + b"if x:\n" for depth in range(99)) + b" " * 99 + b"pass\n", ["WM120"]),
        (b"".join(b" " * depth + b"if x:\n" for depth in range(200)) + b" " * 200 + b"pass\n", ["WM101"]),
        (b"x = 1" + b"0" * 5000, ["WM101"]),
    ],
)
def test_a_strange_file_is_one_diagnostic(tmp_path: Path, data: bytes, refused: list[str]) -> None:
    found = compiled_bytes(tmp_path, data)
    # How deep CPython itself parses differs between its versions; both answers are diagnostics.
    assert found == refused or (len(data) > 300 and found in (["WM103"], ["WM120"]))


@pytest.mark.parametrize(
    "change",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("        ", "\t\t").replace("    ", "\t").encode(),
        lambda text: b"# -*- coding: latin-1 -*-\n" + text.encode("latin-1"),
        lambda text: text.rstrip("\n").encode(),
        lambda text: b"\x0c\n" + text.encode(),
    ],
    ids=["bom", "crlf", "tabs", "latin-1", "no last newline", "form feed"],
)
def test_a_file_may_be_written_in_other_ways(tmp_path: Path, change: object) -> None:
    path = tmp_path / "flow.py"
    path.write_bytes(change(workflow_of("return 'é', total")))  # type: ignore[operator]
    compilation = compile_file(path)
    compilation.raise_if_failed()
    assert '"é"' in compilation.wrl


@pytest.mark.parametrize("body", ["total = " + "[" * 98 + "]" * 98, "total = 1" + " < total" * 96, "pass\n" * 3000])
def test_what_is_within_the_limits_compiles(body: str) -> None:
    assert compiled(body).executable()


@pytest.mark.parametrize(
    "body",
    [
        "total = " + "[" * 120 + "]" * 120,
        "total = " + "[" * 150 + "]" * 150,
        "total = 1" + " < total" * 120,
        "total = 1" + " < len(items)" * 120,
        "total = " + "total if items else " * 120 + "1",
        "if total:\n    pass\n" + "elif items:\n    pass\n" * 120,
        "".join("  " * depth + "if total:\n" for depth in range(95)) + "  " * 95 + "total = 1" + " < len(items)" * 40,
    ],
)
def test_nesting_beyond_the_limit_is_a_diagnostic(body: str) -> None:
    (problem,) = compiled(body).diagnostics
    assert problem.code == "WM103"
    assert problem.line > 1, "it points at the place"


@pytest.mark.parametrize("text", ["x = 1\ny = (((1)))\n", "x = 1\ny = ((({1: (", "x = (1)\ny = (('a', [0]))"])
def test_where_python_itself_gives_up_the_deepest_bracket_is_shown(text: str) -> None:
    place = deepest_place(None, text)
    assert (place.line, text.splitlines()[1][place.column]) in {(2, "("), (2, "[")}


def test_a_deep_caller_gets_a_diagnostic_and_no_recursion_error() -> None:
    def deeper(levels: int) -> list[str]:
        return deeper(levels - 1) if levels else codes(compiled("total = " + "[" * 90 + "]" * 90))

    import sys

    frame, depth = sys._getframe(), 0
    while frame := frame.f_back:  # type: ignore[assignment]
        depth += 1
    assert deeper(sys.getrecursionlimit() - depth - 200) == ["WM103"]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda folder: folder / "missing.py", r"missing\.py does not exist: give the path"),
        (lambda folder: folder, "is a folder: give the path of a Python file inside it"),
        (lambda folder: folder / "a\0b.py", "is not a path"),
    ],
)
def test_an_unreadable_path_says_what_to_do(tmp_path: Path, make: object, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        compile_file(make(tmp_path))  # type: ignore[operator]


def test_a_text_with_a_lone_surrogate_is_no_text() -> None:
    assert codes(compile_text("x = '\ud800'", path="flow.py", module="flow")) == ["WM102"]


def test_positions_count_characters_and_the_column_of_an_editor() -> None:
    (problem,) = compiled("name = '価格', zebra").diagnostics
    assert (problem.line, problem.column, problem.file) == (13, 22, "shop.py")
    assert problem.message == "`zebra` is not defined"
    assert problem.recommendation.startswith("define `zebra`")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return " + "(" * 60 + "1" + ",)" * 60, "a constant nests tuples deeper than 50"),
        ("return " + repr("x" * (9 << 20)), "bytes"),
    ],
)
def test_what_no_unit_can_hold_is_too_large(body: str, said: str) -> None:
    (problem,) = compiled(body).diagnostics
    assert problem.code == "WM104"
    assert said in problem.message


DEEP = 200
BRACKETS = (
    ("(", ")"), ("[", "]"), ("(", ",)"), ("{", "}"), ("{1: ", "}"), ("len(", ")"), ("lambda: ", ""), ("not ", ""),
    ("[0 for _ in ", "]"), ("[", " for _ in items]"), ("(", " for _ in items)"), ("-", ""), ("(await ", ")"),
    ("1 if 1 else ", ""), ("(total := ", ")"), ("items[", "]"), ("items[1:", "]"), ("[*", "]"), ("dict(a=", ")"),
    ("{**", "}"), ("(yield ", ")"), ("1 < ", ""), ("1 and ", ""), ("2 ** ", ""), ("", ".real"), ("", "()"),
    ("", "[0]"), ("", " + 1"),
)  # fmt: skip


@pytest.mark.parametrize(("before", "behind"), BRACKETS)
def test_every_bracket_and_operator_two_hundred_deep_is_a_diagnostic(before: str, behind: str) -> None:
    # How deep CPython's own parser goes is its own affair.
    assert codes(compiled(f"total = {before * DEEP}(1){behind * DEEP}")) in (["WM103"], ["WM101"])


@pytest.mark.parametrize(
    "head",
    ["if 1:", "while 1:", "for i in items:", "with items:", "async with items:", "async for i in items:", "def f():",
     "async def f():", "class C:", "try:", "match 1:"],
)  # fmt: skip
def test_every_statement_two_hundred_deep_is_a_diagnostic(head: str) -> None:
    lines = []
    for depth in range(DEEP):
        lines.append(" " * 2 * depth + head)
        lines += [" " * (2 * depth + 1) + "case 1:"] if head == "match 1:" else []
    lines.append(" " * 2 * DEEP + "pass")
    lines += [" " * 2 * depth + "finally: pass" for depth in reversed(range(DEEP))] if head == "try:" else []
    # CPython allows a hundred levels of indentation, and twenty blocks inside each other.
    assert codes(compiled("\n".join(lines))) in (["WM101"], ["WM103"])


@pytest.mark.parametrize("count", [9, 20, 90, 200])
@pytest.mark.parametrize(
    "around",
    [
        "match total:\n    case {}: pass",
        "match total:\n    case 1 if items: pass\n    case {} if items: pass",
        "del {}",
    ],
)
@pytest.mark.parametrize(("before", "behind"), [("(", ")"), ("(", ",)"), ("[", "]")])
def test_what_libcst_takes_exponential_time_for_is_too_deep(around: str, before: str, behind: str, count: int) -> None:
    assert codes(compiled(around.format(before * count + "total" + behind * count))) in (["WM103"], ["WM101"])


def test_brackets_in_texts_and_comments_are_no_nesting() -> None:
    patterns = ["'((((((((((' | \"[[[[[[[[[[\"", "((((((1,),),),),),)"]
    cases = [f"    # ((((((((((\n    case {pattern}: pass" for pattern in patterns]
    body = "\n".join(["match total:", *cases])
    assert compiled(body).executable()


def test_a_file_of_twenty_thousand_lines_compiles_and_so_does_one_full_of_problems() -> None:
    lines = "".join(f"seen{i % 50} = total\nif seen{i % 50}:\n    total += {i}\n" for i in range(6667))
    assert lines.count("\n") > 20_000
    assert compiled(lines).executable()
    assert codes(compiled("\n".join(f"zebra{i}" for i in range(500)))) == ["WM401"] * 500


def test_a_form_that_no_table_knows_is_unknown_syntax(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(dispatch._EXPRESSIONS, cst.Lambda)
    (problem,) = compiled("return lambda: 1").diagnostics
    assert problem.code == "WM111"
    assert "`Lambda`" in problem.message


def test_a_node_that_no_pass_removes_is_the_compilers_mistake_and_names_the_pass(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Strange(tree.Node, frozen=True):
        """A kind of node that nobody has heard of."""

    monkeypatch.setitem(dispatch._EXPRESSIONS, cst.Lambda, lambda node, context: Strange())
    with pytest.raises(
        InternalCompilerError, match=r"(?s)the compiler's pass `[a-z A-Z]+` failed on shop.py.*Please report"
    ):
        compiled("return lambda: 1")
