"""`waymark schedules ...`, on schedules in a database; no worker runs."""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

import waymark as api
from waymark import programs
from waymark.cli.app import run_app
from waymark.registry import registry, workflow_registry

FLOWS = """\
from waymark import Workflow, workflow

@workflow
class Report(Workflow):
    async def run(self, day: int = 1) -> int:
        return day

@workflow
class Sync(Workflow):
    async def run(self) -> int:
        return 1
"""


class Said(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def flows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: str) -> Iterator[ModuleType]:
    (tmp_path / "report_cli.py").write_text(FLOWS)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WAYMARK_DATABASE_URL", database)
    monkeypatch.setenv("WAYMARK_DATA_DIR", str(tmp_path / "state"))
    monkeypatch.setattr(registry, "_actions", {})
    monkeypatch.setattr(workflow_registry, "_workflows", {})
    monkeypatch.setattr(programs, "_imports", {})
    importlib.invalidate_caches()
    module = importlib.import_module("report_cli")

    async def register() -> None:
        said: dict[str, Any] = {"schedule": "30 2 * * *", "timezone": "Europe/Berlin"}
        await api.schedule_workflow(module.Report, schedule_name="nightly", **said)
        await api.schedule_workflow(module.Sync, schedule_name="nightly", schedule=timedelta(minutes=5))
        await api.schedule_workflow(module.Sync, schedule_name="hourly", schedule="@hourly", overlap="allow")

    asyncio.run(register())
    yield module
    del sys.modules["report_cli"]


@pytest.fixture
def waymark(flows: ModuleType, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    def run(*arguments: str) -> Said:
        capsys.readouterr()
        code = run_app(["schedules", *arguments])
        said = Said(code, *capsys.readouterr())
        assert "Traceback" not in said.err
        return said

    return run


def test_schedules_are_listed(waymark: Callable[..., Said]) -> None:
    said = waymark("list")
    lines = [line.split() for line in said.out.splitlines()[2:]]
    assert said.code == 0
    assert [line[:2] for line in lines] == [["nightly", "report"], ["hourly", "sync"], ["nightly", "sync"]]
    assert "30 2 * * * (Europe/Berlin)" in said.out and "every 0:05:00" in said.out
    as_json = json.loads(waymark("list", "--json").out)
    assert [each["schedule_name"] for each in as_json] == ["nightly", "hourly", "nightly"]
    assert (as_json[0]["cron_expression"], as_json[0]["timezone"], as_json[0]["status"]) == (
        "30 2 * * *",
        "Europe/Berlin",
        "active",
    )
    assert as_json[2]["interval_seconds"] == 300


def test_one_is_shown_with_its_next_fires(waymark: Callable[..., Said]) -> None:
    said = waymark("show", "report/nightly", "--next", "3")
    assert said.code == 0
    assert [line.split()[0] for line in said.out.splitlines()[-3:]] == ["next", "then", "then"]
    assert "30 2 * * * (Europe/Berlin)" in said.out and "last run   none" in said.out
    assert len(json.loads(waymark("show", "hourly", "--next", "4", "--json").out)["following"]) == 4


def test_they_are_paused_resumed_and_deleted(waymark: Callable[..., Said]) -> None:
    assert waymark("pause", "hourly", "report/nightly").out == "sync/hourly is paused\nreport/nightly is paused\n"
    assert [each["schedule_name"] for each in json.loads(waymark("list", "--status", "paused", "--json").out)] == [
        "nightly",
        "hourly",
    ]
    assert waymark("resume", "hourly").out == "sync/hourly is resumed\n"
    deleted = waymark("delete", "weekly", "hourly", "--json")
    assert deleted.code == 1 and deleted.err.startswith("error: there is no schedule 'weekly'")
    assert [each.get("status") for each in json.loads(deleted.out)] == [None, "deleted"]
    gone = waymark("show", "hourly")
    assert (gone.code, gone.err) == (
        1,
        "error: there is no schedule 'hourly'; `waymark schedules list` says which ones there are\n",
    )
    assert "hourly" in waymark("list", "--status", "deleted").out


def test_runs_are_started_by_hand_and_for_the_past(waymark: Callable[..., Said]) -> None:
    triggered = waymark("trigger", "hourly")
    assert triggered.code == 0 and triggered.out.startswith("hourly+2")
    filled = waymark("backfill", "hourly", "--from", "2027-03-14T05:00", "--to", "2027-03-14T06:30", "--json")
    assert json.loads(filled.out) == {
        "workflow": "sync",
        "ids": ["hourly@2027-03-14T05:00:00Z", "hourly@2027-03-14T06:00:00Z"],
    }
    nothing = waymark("backfill", "hourly", "--from", "2027-03-14T05:01", "--to", "2027-03-14T05:59")
    assert nothing.out == "the schedule has no instants in that time\n"
    shown = json.loads(waymark("show", "hourly", "--json").out)
    assert shown["last_instance_id"] == triggered.out.strip()


@pytest.mark.parametrize(
    ("arguments", "code", "problem"),
    [
        (("pause", "nightly"), 1, "2 schedules are called 'nightly': say report/nightly or sync/nightly"),
        (("list", "--status", "gone"), 2, "--status takes active, paused, deleted, not 'gone'"),
        (("trigger", "weekly"), 1, "there is no schedule 'weekly'"),
        (("backfill", "hourly", "--from", "noon", "--to", "2027-01-01"), 2, "--from takes a time such as"),
        (("backfill", "hourly", "--from", "2027-01-02", "--to", "2027-01-01"), 2, "is later than --to"),
        (("backfill", "hourly", "--from", "2007-01-02", "--to", "2027-01-01"), 1, "more than 10000 instants"),
    ],
)
def test_what_makes_no_sense_is_said(
    waymark: Callable[..., Said], arguments: tuple[str, ...], code: int, problem: str
) -> None:
    said = waymark(*arguments)
    assert said.code == code and problem in said.err
