"""The shapes of `waymark check` for scripts, GitHub and code scanners; several at a time; watching."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from waymark.cli import check
from waymark.cli.checking import TOGETHER_FROM, check_all, find

from .conftest import CHECKOUT, CLOCK, Waymark


def test_json_names_files_workflows_and_problems(waymark: Waymark, tmp_path: Path) -> None:
    (tmp_path / "clock.py").write_text(CLOCK)
    said = waymark("check", "--format", "json", ".")
    report = json.loads(said.out)
    assert report["files"] == ["clock.py", "shop.py"]
    assert report["workflows"] == [{"name": "checkout", "file": "shop.py"}]
    (problem,) = report["problems"]
    assert (problem["code"], problem["file"], problem["line"], problem["column"]) == ("WM203", "clock.py", 7, 16)
    assert (problem["end_line"], problem["end_column"]) == (7, 39)
    assert problem["message"] and problem["recommendation"]
    assert said.code == 1 and said.err == "2 files: 1 problem\n", "stdout is JSON and nothing else"


def test_github_annotations_stand_on_one_line_each(waymark: Waymark, tmp_path: Path) -> None:
    (tmp_path / "clock,1.py").write_text(CLOCK)
    said = waymark("check", "--format", "github", "clock,1.py")
    assert said.out.startswith("::error file=clock%2C1.py,line=7,col=16,endLine=7,endColumn=39,title=WM203::`datetime")
    assert said.out.count("\n") == 1 and "%0A" in said.out


def test_github_says_nothing_when_all_is_well(waymark: Waymark) -> None:
    assert waymark("check", "--format", "github", ".") == (0, "", "1 workflow in 1 file: it compiles\n")


def test_sarif_has_a_rule_for_each_code_and_a_place_for_each_problem(waymark: Waymark, tmp_path: Path) -> None:
    (tmp_path / "clock.py").write_text(CLOCK)
    (tmp_path / "broken.py").write_text("def workflow(:\n")
    (run,) = json.loads(waymark("check", "--format", "sarif", ".").out)["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == ["WM101", "WM203"]
    assert [rules[result["ruleIndex"]] for result in run["results"]] == [result["ruleId"] for result in run["results"]]
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert [place["artifactLocation"]["uri"] for place in places] == ["broken.py", "clock.py"]
    assert places[1]["region"] == {"startLine": 7, "startColumn": 16, "endLine": 7, "endColumn": 39}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--format", "xml"], "error: --format takes text, json, github, sarif, not 'xml'"),
        (["--jobs", "0"], "error: --jobs takes a number from 1 on, not 0"),
    ],
)
def test_options_that_make_no_sense_are_told(waymark: Waymark, arguments: list[str], message: str) -> None:
    said = waymark("check", *arguments)
    assert said.code == 2 and message in said.err


def test_many_files_are_checked_side_by_side_and_reported_in_order(waymark: Waymark, tmp_path: Path) -> None:
    for number in range(TOGETHER_FROM):
        (tmp_path / f"file{number:02}.py").write_text(CLOCK if number % 5 == 0 else CHECKOUT)
    files = find([tmp_path]).files
    together, alone = list(check_all(files, 2)), list(check_all(files, 1))
    assert [each.file for each in together] == [file for file, _ in files]
    assert together == alone


def test_a_file_that_changes_is_checked_again_until_ctrl_c(
    waymark: Waymark, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Time is what the test makes of it: after each look something happens to the file."""
    looks = iter(["", CLOCK, "", "ctrl-c"])

    def sleep(_seconds: float) -> None:
        text = next(looks)
        if text == "ctrl-c":
            raise KeyboardInterrupt
        if text:
            (tmp_path / "shop.py").write_text(text)

    monkeypatch.setattr(check.time, "sleep", sleep)
    said = waymark("check", "--watch")
    assert said.code == 1, "that of the last check"
    assert said.out.startswith("1 workflow in 1 file: it compiles\n") and said.out.endswith("1 file: 1 problem\n")
    assert said.err.count("something changed") == 1 and said.err.count("watching; Ctrl-C ends") == 2
