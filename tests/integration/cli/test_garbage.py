"""`waymark db gc` deletes what is old enough, and says how much that is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from waymark.cli.app import run_app

from ...postgres import execute

OLD = """
insert into waymark.runs (part, run, unit, workflow, key, status, created_at, finished_at)
select n, gen_random_uuid(), '', 'w', n::text, case when n < 5 then 'finished' else 'parked' end,
       now() - interval '50 hours', case when n < 5 then now() - n * interval '10 hours' end
from generate_series(1, 9) n
"""


@pytest.fixture
def gc(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setenv("WAYMARK_DATABASE_URL", database)
    monkeypatch.setenv("WAYMARK_DATA_DIR", str(tmp_path))
    execute(database, OLD, "select waymark.make_days_v1((now() at time zone 'utc')::date - 5, 1)")

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run_app(["db", "gc", *arguments])
        return code, *capsys.readouterr()

    return run


def test_what_is_old_enough_is_deleted(gc) -> None:
    code, out, _ = gc("--dry-run")
    assert code == 0 and out.startswith("2 runs that ended before ") and "would be deleted" in out
    assert "4 partitions of days would be dropped: attempts_" in out
    assert gc("--dry-run")[1].startswith("2 runs")
    code, out, _ = gc()
    assert code == 0 and out.startswith("2 runs") and "were deleted\n4 partitions of days were dropped" in out
    said = json.loads(gc("--older-than", "15", "--json")[1])
    assert (said["runs"], said["partitions"], said["dry_run"]) == (1, [], False)
    assert json.loads(gc("--older-than", "1", "--json")[1])["runs"] == 1


def test_how_long_runs_are_kept_is_a_variable(gc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYMARK_GARBAGE_COLLECTOR_RETENTION_HOURS", "35")
    assert gc("--dry-run")[1].startswith("1 runs")
    monkeypatch.setenv("WAYMARK_GARBAGE_COLLECTOR_RETENTION_HOURS", "0")
    code, _, err = gc("--dry-run")
    assert code == 1 and "WAYMARK_GARBAGE_COLLECTOR_RETENTION_HOURS is '0'; it takes a whole number from 1" in err


def test_without_a_database_it_says_what_it_needs(monkeypatch: pytest.MonkeyPatch, capsys, tmp_path) -> None:
    monkeypatch.setenv("WAYMARK_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("WAYMARK_DATABASE_URL", raising=False)
    assert run_app(["db", "gc"]) == 2
    assert "WAYMARK_DATABASE_URL" in capsys.readouterr().err
