"""`waymark check` on files and folders."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from waymark.cli import progress

from .conftest import CHECKOUT, CLOCK, Waymark


def test_a_file_that_compiles(waymark: Waymark) -> None:
    assert waymark("check", "shop.py") == (0, "1 workflow in 1 file: it compiles\n", "")


def test_nothing_is_imported_or_run(waymark: Waymark, tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(CHECKOUT + "\nraise SystemExit('this module was imported')\n")
    assert waymark("check", "shop.py").code == 0


def test_without_a_path_the_current_folder_is_checked(waymark: Waymark, tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "other.py").write_text(CHECKOUT)
    assert waymark("check") == (0, "2 workflows in 2 files: all compile\n", "")


def test_problems_of_several_files_are_reported_together(waymark: Waymark, tmp_path: Path) -> None:
    (tmp_path / "clock.py").write_text(CLOCK)
    (tmp_path / "broken.py").write_text("def workflow(:\n")
    said = waymark("check", ".")
    assert said.code == 1 and said.err == ""
    assert "error[WM203]" in said.out and "--> clock.py:7:" in said.out
    assert "error[WM101]: this is not valid Python: invalid syntax" in said.out and "--> broken.py:1:14" in said.out
    assert said.out.endswith("\n3 files: 2 problems\n")


def test_in_a_folder_files_without_a_workflow_are_passed_over(waymark: Waymark, tmp_path: Path) -> None:
    (tmp_path / "speaks.py").write_text("'''Of a workflow, and has none.'''\n")
    (tmp_path / "silent.py").write_text("x = 1\n")
    assert waymark("check", tmp_path) == (0, "1 workflow in 1 file: it compiles\n", "")


def test_a_file_that_was_named_must_have_a_workflow(waymark: Waymark, tmp_path: Path) -> None:
    (tmp_path / "silent.py").write_text("x = 1\n")
    said = waymark("check", "silent.py", ".")
    assert said.code == 1 and "error[WM120]: this file has no workflow" in said.out


def test_a_folder_without_any_workflow_is_a_failure(waymark: Waymark, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert waymark("check", "empty") == (1, "no workflow found in empty\n", "")


def test_folders_of_others_are_not_searched(waymark: Waymark, tmp_path: Path) -> None:
    for folder in (".hidden", "node_modules", "build", "env", "x.egg-info"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "clock.py").write_text(CLOCK)
    (tmp_path / "env" / "pyvenv.cfg").touch()
    assert waymark("check").code == 0


def test_a_file_that_is_named_twice_is_checked_once(waymark: Waymark, tmp_path: Path) -> None:
    (tmp_path / "link.py").symlink_to("shop.py")
    assert waymark("check", ".", "shop.py", tmp_path / "shop.py", "link.py").out.startswith("1 workflow in 1 file")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("nowhere", "nowhere does not exist: give the path of a Python file, or of a folder that holds some"),
        ("shop.py/x.py", "shop.py/x.py does not exist"),
        ("pipe.py", "pipe.py is neither a file nor a folder"),
        ("/dev/null", "/dev/null is neither a file nor a folder"),
    ],
)
def test_a_path_that_cannot_be_read_exits_with_2(waymark: Waymark, tmp_path: Path, path: str, message: str) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    said = waymark("check", path)
    assert said.code == 2 and said.out == "" and f"error: {message}" in said.err
    said = waymark("check", path, "shop.py")
    assert said.code == 2 and "1 workflow in 1 file" in said.out, "the others are checked nevertheless"


def test_a_pipe_in_a_folder_is_not_waited_for(waymark: Waymark, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    assert waymark("check").code == 0


def test_what_cannot_be_listed_or_opened_is_told(
    waymark: Waymark, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for a folder and a file of somebody else; the tests may run as root, who may read everything."""
    (tmp_path / "secret").mkdir()
    (tmp_path / "private.py").write_text(CHECKOUT)
    scandir, read_bytes = os.scandir, Path.read_bytes

    def refuse(path: str | Path) -> None:
        if Path(path).name in ("secret", "private.py"):
            raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "scandir", lambda path: refuse(path) or scandir(path))
    monkeypatch.setattr(Path, "read_bytes", lambda path: refuse(path) or read_bytes(path))
    said = waymark("check", ".")
    assert said.code == 2 and "1 workflow in 1 file" in said.out
    assert "secret cannot be listed: Permission denied" in said.err
    assert "error: private.py cannot be read: Permission denied" in said.err


def test_only_a_terminal_is_shown_progress(waymark: Waymark, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(10):
        (tmp_path / f"file{number}.py").write_text("x = 1\n")
    assert waymark("check").err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    said = waymark("check")
    assert "\r\x1b[Kchecking 11 of 11: shop.py\r\x1b[K" in said.err
    assert said.err.endswith("\r\x1b[K"), "the line is empty at the end"


def test_colour_is_for_terminals(waymark: Waymark, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "clock.py").write_text(CLOCK)
    assert "\x1b" not in waymark("check").out
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert "\x1b[1;31merror[WM203]" in waymark("check").out


def _slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file takes long, and whoever looks sees each step."""
    monkeypatch.setattr(progress, "LONG_S", 0.0)
    monkeypatch.setattr(progress, "AGAIN_S", 0.0)


def test_a_terminal_is_shown_the_pass_and_the_functions_of_a_file_that_takes_long(
    waymark: Waymark, monkeypatch: pytest.MonkeyPatch
) -> None:
    _slow(monkeypatch)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    said = waymark("check", "shop.py")
    lines = said.err.split("\r\x1b[K")
    assert "checking shop.py: parse" in lines
    assert "checking shop.py: translate, 1 function" in lines or "checking shop.py: generate, 1 function" in lines
    assert said.err.endswith("\r\x1b[K"), "the line is empty at the end"


def test_a_file_that_is_quickly_checked_is_shown_nothing_of(waymark: Waymark, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "LONG_S", 3600.0)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert waymark("check", "shop.py").err == ""


@pytest.mark.parametrize("shape", ["json", "github", "sarif"])
def test_shapes_for_programs_are_shown_no_progress(
    waymark: Waymark, monkeypatch: pytest.MonkeyPatch, shape: str
) -> None:
    _slow(monkeypatch)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert "checking" not in waymark("check", "--format", shape, "shop.py").err


def test_nobody_who_is_no_terminal_is_shown_progress(waymark: Waymark, monkeypatch: pytest.MonkeyPatch) -> None:
    _slow(monkeypatch)
    assert waymark("check", "shop.py").err == ""
