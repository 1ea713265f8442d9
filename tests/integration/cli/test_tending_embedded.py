"""Commands that tend a database do so for the project's embedded one, too, which commands that ask for runs make."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import temporary_state
from waymark.cli.app import run_app

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def project(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Its state folder. No database is named."""
    with temporary_state() as state:
        monkeypatch.chdir(tmp_path)
        monkeypatch.delenv("WAYMARK_DATABASE_URL", raising=False)
        monkeypatch.setenv("WAYMARK_DATA_DIR", str(state))
        monkeypatch.setenv("COLUMNS", "400")
        yield state


def asked(capsys: Capture, *command: str) -> tuple[int, str, str]:
    code = run_app(list(command))
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.parametrize("command", ["doctor", "db status", "db migrate", "db gc"])
def test_nothing_is_made_where_there_is_none(command: str, project: Path, capsys: Capture) -> None:
    code, out, err = asked(capsys, *command.split())
    assert (code, out) == (2, "")
    assert f"there is no embedded one in {project}, which `waymark run` or `waymark dev` would make" in err
    assert list(project.iterdir()) == []


def test_what_lists_runs_and_what_looks_for_trouble_see_the_same_database(project: Path, capsys: Capture) -> None:
    assert asked(capsys, "runs", "list")[0] == 0
    code, out, err = asked(capsys, "doctor", "--json")
    (report,) = json.loads(out)
    found = {each["check"]: each["state"] for each in report["findings"]}
    assert code == 0 and report["ok"] and "embedded Postgres" in err
    assert found["schema"] == found["durability"] == "ok", "it is durable, unlike that of the tests"
    code, out, _ = asked(capsys, "db", "status")
    assert code == 0 and "up to date" in out
    code, out, _ = asked(capsys, "db", "migrate")
    assert code == 0 and "nothing to do" in out
    code, out, _ = asked(capsys, "db", "gc", "--dry-run")
    assert code == 0 and out.startswith("0 runs")


def test_one_that_does_not_start_is_a_finding(project: Path, capsys: Capture) -> None:
    assert asked(capsys, "runs", "list")[0] == 0
    (data,) = project.glob("pg*/data")
    (data / "postgresql.auto.conf").write_text("shared_buffers = 'much'\n")
    code, out, _ = asked(capsys, "doctor", "--json")
    (report,) = json.loads(out)
    assert code == 1 and not report["ok"]
    (finding,) = report["findings"]
    assert finding["check"] == "embedded" and "shared_buffers" in finding["what"]
