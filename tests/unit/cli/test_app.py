"""Help, usage errors, and the rule that only a bug of Waymark shows a traceback."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

import waymark.cli.explain
from waymark import __version__
from waymark.cli.app import run_app
from waymark.cli.database import db
from waymark.cli.runs import runs
from waymark.cli.schedules import schedules

from .conftest import Waymark

COMMANDS = (
    "check compile disasm visualize fmt explain run start-workers dev sim doctor workflows workers completion db runs "
    "schedules"
).split()


def test_the_version(waymark: Waymark) -> None:
    assert waymark("--version") == (0, f"waymark {__version__}\n", "")


def test_help_names_every_command_on_a_line_of_its_own(waymark: Waymark) -> None:
    said = waymark("--help")
    assert said.code == 0
    lines = [line.split()[0] for line in said.out.split("Commands:")[1].splitlines() if line.strip()]
    assert lines == COMMANDS
    assert "..." not in said.out.split("Commands:")[1], "no summary is cut off"
    assert "waymark run shop/checkout.py:Checkout --input '{\"order_id\": 7}'" in said.out


GROUPS = {"db": db, "runs": runs, "schedules": schedules}
GROUPED = [
    f"{group} {each.name or each.callback.__name__}"
    for group, commands in GROUPS.items()
    for each in commands.registered_commands
    if each.callback is not None
]


@pytest.mark.parametrize("command", [*(each for each in COMMANDS if each not in GROUPS), *GROUPED])
def test_the_help_of_a_command_has_an_example_that_fits(waymark: Waymark, command: str) -> None:
    said = waymark(*command.split(), "--help")
    assert said.code == 0
    begins = {"start-workers": "WAYMARK_USER_MODULE", "completion": 'eval "$(waymark completion'}
    assert f"Example:  {begins.get(command, f'waymark {command}')}" in said.out


def test_no_command_is_answered_with_help_and_code_2(waymark: Waymark) -> None:
    said = waymark()
    assert said.code == 2 and said.err.startswith("Usage: waymark [OPTIONS] COMMAND") and "start-workers" in said.err
    assert "error" not in said.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["frobnicate"], "No such command 'frobnicate'."),
        (["check", "--bogus"], "No such option"),
        (["compile"], "Missing argument"),
        (["run", "shop.py:Checkout", "--id"], "Option '--id' requires an argument"),
    ],
)
def test_a_command_line_that_is_not_understood_exits_with_2(
    waymark: Waymark, arguments: list[str], message: str
) -> None:
    said = waymark(*arguments)
    assert said.code == 2 and said.out == ""
    assert f"error: {message}" in said.err and "--help`." in said.err


def test_explain(waymark: Waymark) -> None:
    said = waymark("explain", "wm203")
    assert said.code == 0 and said.out.startswith("WM203: A workflow read the machine's clock.")
    said = waymark("explain", "WM999")
    assert said.code == 1 and said.err.startswith("error: there is no diagnostic WM999; the codes are WM101, ")


def test_a_bug_of_ours_shows_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(code: str) -> str:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(waymark_explain := sys.modules["waymark.cli.explain"], "explain", broken)
    with pytest.raises(ZeroDivisionError, match="a bug"):
        run_app(["explain", "WM203"])
    assert waymark_explain is waymark.cli.explain


def test_ctrl_c_ends_with_130(waymark: Waymark, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(code: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("waymark.cli.explain.explain", stopped)
    assert waymark("explain", "WM203") == (130, "", "stopped\n")


def process(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "waymark", *arguments]
    return subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False, **options)  # type: ignore[call-overload, no-any-return]


def test_a_reader_that_goes_away_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = process("explain", "WM203", stdout=writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full")
def test_output_that_cannot_be_written_is_said_in_a_line() -> None:
    with Path("/dev/full").open("w") as full:
        done = process("explain", "WM203", stdout=full)
    assert done.returncode == 1
    assert done.stderr == "error: the output cannot be written: No space left on device\n"


def test_characters_that_the_terminal_lacks_are_escaped(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text("café = ::\n", encoding="utf-8")
    environ = {**os.environ, "PYTHONIOENCODING": "koi8-r"}
    done = process("check", "shop.py", cwd=tmp_path, env=environ, stdout=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (1, "")
    assert "caf\\xe9 = ::" in done.stdout


def test_help_answers_at_once() -> None:
    """Within 200 ms of processor time, Python's own start in it: once of twenty, since the machine is shared."""
    costs_ms: list[float] = []
    while len(costs_ms) < 20 and min(costs_ms, default=200) >= 200:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert process("--help", stdout=subprocess.DEVNULL).returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        costs_ms.append(1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime))
    assert min(costs_ms) < 200, costs_ms


def test_help_loads_nothing_that_works() -> None:
    code = (
        "import sys; from waymark.cli.app import run_app; run_app(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, "run", "--help"], capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    assert not loaded & {"libcst", "lark", "asyncpg", "msgspec", "rich", "asyncio", "waymark.cli.run"}
