"""`waymark runs ...`, `workflows` and `workers`, on runs that an engine has left in a database."""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

import waymark as api
from waymark import programs
from waymark.cli.app import run_app
from waymark.default import default_client
from waymark.registry import registry, workflow_registry
from waymark.runtime.engine.inside import running_engine
from waymark.runtime.engine.settings import EngineSettings
from waymark.runtime.workers.inline import InlineWorkers

FLOWS = """\
from waymark import Workflow, action, workflow

@action
async def charge(order_id: int) -> bool:
    if order_id == 13:
        raise KeyError("card")
    return True

@workflow
class Order(Workflow):
    async def run(self, order_id: int) -> str:
        paid = await charge(order_id)
        note = await self.receive("approved")
        return f"{order_id} {paid} {note}"

@workflow
class Other(Workflow):
    async def run(self) -> int:
        return 1
"""


class Said(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: str) -> Iterator[ModuleType]:
    (tmp_path / "shop_cli.py").write_text(FLOWS)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WAYMARK_DATABASE_URL", database)
    monkeypatch.setenv("WAYMARK_DATA_DIR", str(tmp_path / "state"))
    monkeypatch.setattr(registry, "_actions", {})
    monkeypatch.setattr(workflow_registry, "_workflows", {})
    monkeypatch.setattr(programs, "_imports", {})
    importlib.invalidate_caches()
    yield importlib.import_module("shop_cli")
    del sys.modules["shop_cli"]


@pytest.fixture
def waymark(shop: ModuleType, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    def run(*arguments: str) -> Said:
        capsys.readouterr()
        code = run_app(list(arguments))
        said = Said(code, *capsys.readouterr())
        assert "Traceback" not in said.err
        return said

    return run


def with_engine(tmp_path: Path, work: Callable[[api.Client], Any]) -> None:
    """Do something while an engine executes what there is."""

    async def main() -> None:
        client = await default_client()
        settings = EngineSettings(state_dir=tmp_path / "engine", poll_busy_ms=2, poll_idle_ms=5)
        async with running_engine(client.store, InlineWorkers(registry), settings=settings):
            async with asyncio.timeout(20):
                await work(client)

    asyncio.run(main())


def prepare(shop: ModuleType, tmp_path: Path) -> None:
    async def work(_: api.Client) -> None:
        waits = await shop.Order().start(7, id="order-7", tags=["big"])
        fails = await shop.Order().start(13, id="order-13")
        other = await shop.Other().start(id="order-7")
        assert await other.result() == 1
        with pytest.raises(api.WorkflowFailed):
            await fails.result()
        while not (await waits.inspect()).topics:  # noqa: ASYNC110 - the store has no event for it
            await asyncio.sleep(0.005)

    with_engine(tmp_path, work)


def test_runs_are_listed_shown_inspected_and_exported(
    shop: ModuleType, tmp_path: Path, waymark: Callable[..., Said]
) -> None:
    assert waymark("runs", "list").out == "no runs\n"
    prepare(shop, tmp_path)
    listed = waymark("runs", "list")
    assert listed.code == 0
    assert [line.split()[:3] for line in listed.out.splitlines()[2:]] == [
        ["order-7", "other", "finished"],
        ["order-13", "order", "failed"],
        ["order-7", "order", "running"],
    ]
    page = json.loads(waymark("runs", "list", "--json", "--limit", "2").out)
    assert [run["id"] for run in page["runs"]] == ["order-7", "order-13"] and page["runs"][1]["error"] == "'card'"
    rest = json.loads(waymark("runs", "list", "--json", "--after", page["after"]).out)
    assert [run["workflow"] for run in rest["runs"]] == ["order"] and rest["after"] is None
    for asked, found in (
        (["--workflow", "other"], ["order-7"]),
        (["--status", "failed"], ["order-13"]),
        (["--tag", "big"], ["order-7"]),
        (["--search", "13"], ["order-13"]),
        (["--since", "1h", "--status", "running", "--status", "queued"], ["order-7"]),
        (["--since", "2999-01-01"], []),
    ):
        assert [run["id"] for run in json.loads(waymark("runs", "list", "--json", *asked).out)["runs"]] == found

    inspected = waymark("runs", "inspect", "order/order-7")
    head, line, *variables = inspected.out.splitlines()
    assert head.startswith("Task-1, the main one, awaits a message 'approved', since 20")
    assert line == '  shop_cli.py:13 in Order.run: note = await self.receive("approved")'
    assert [each.strip() for each in variables] == ["order_id = 7", "paid = True"]
    standing = json.loads(waymark("runs", "inspect", "order/order-7", "--json").out)
    assert standing["fibers"][0]["lines"][0]["line"] == 13 and standing["status"] == "running"

    shown = waymark("runs", "show", "order-13")
    assert "KeyError: 'card'" in shown.out and "shop_cli:charge" in shown.out
    waymark("runs", "export", "order/order-7", "-o", "out.json")
    exported = json.loads(Path("out.json").read_text())
    assert exported["arguments"] == {"order_id": 7} and exported["history"][0]["value"] is True
    assert exported["standing"]["topics"] == ["approved"]
    finished = json.loads(waymark("runs", "show", "other/order-7", "--json").out)
    assert finished["result"] == 1

    assert [each["workflow"] for each in json.loads(waymark("workflows", "--json").out)] == ["order", "other"]
    workers = waymark("workers", "--json")
    assert workers.code == (0 if any(each["lives"] for each in json.loads(workers.out)) else 1)


def test_runs_are_steered(shop: ModuleType, tmp_path: Path, waymark: Callable[..., Said]) -> None:
    prepare(shop, tmp_path)
    assert waymark("runs", "pause", "order/order-7") == (0, "order/order-7: asked to pause\n", "")
    sent = waymark("runs", "send", "order/order-7", "approved", '{"by": "ada"}', "--json")
    assert json.loads(sent.out) == {
        "run": "order/order-7",
        "workflow": "order",
        "id": "order-7",
        "done": "sent approved",
    }
    assert waymark("runs", "retry", "order-13").code == 0
    (resumed,) = json.loads(waymark("runs", "resume", "order/order-7", "--json").out)
    assert (resumed["workflow"], resumed["id"], resumed["done"]) == ("order", "order-7", "resumed")

    async def work(_: api.Client) -> None:
        assert await shop.Order.handle("order-7").result() == "7 True {'by': 'ada'}"

    with_engine(tmp_path, work)
    kinds = [each["kind"] for each in json.loads(waymark("runs", "show", "order/order-7", "--json").out)["history"]]
    assert kinds == ["call", "pause", "message", "resume"]
    told = waymark("runs", "cancel", "nobody", "order/order-7", "--json")
    assert told.code == 1 and [sorted(each) for each in json.loads(told.out)] == [["error", "run"]] * 2
    ended = waymark("runs", "cancel", "order/order-7", "--reason", "late")
    assert ended.code == 1 and "has finished, so it cannot be cancelled any more" in ended.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["show", "nobody"], 1, "has a run with the id 'nobody'"),
        (["show", "order/"], 1, "has no run with the id ''"),
        (["cancel", "a\0b", "x" * 9000], 1, "has a run with the id"),
        (["show", "order-7"], 1, "2 workflows have a run 'order-7': say order/order-7 or other/order-7"),
        (["list", "--status", "lost"], 2, "--status takes queued, running"),
        (["list", "--since", "yesterday"], 2, "--since takes 15m, 2h"),
        (["list", "--after", "x"], 1, "is no cursor"),
        (["list", "--limit", "0"], 2, "greater than or equal to 1"),
        (["send", "order/order-7", "t", "yes"], 2, "the message is no JSON"),
        (["resume", "order/order-7"], 1, "neither paused nor parked"),
        (["retry", "order/order-7"], 1, "Only a run that raised"),
    ],
)
def test_what_makes_no_sense_is_told_and_has_an_exit_code(
    shop: ModuleType, tmp_path: Path, waymark: Callable[..., Said], arguments: list[str], code: int, said: str
) -> None:
    if "order" in " ".join(arguments):
        prepare(shop, tmp_path)
    done = waymark("runs", *arguments)
    assert done.code == code and said in done.err, done


def test_a_run_that_is_set_aside_says_what_to_do(
    shop: ModuleType, tmp_path: Path, waymark: Callable[..., Said]
) -> None:
    async def work(client: api.Client) -> None:
        waits = await shop.Order().start(7, id="order-7")
        while not (await waits.inspect()).topics:  # noqa: ASYNC110 - the store has no event for it
            await asyncio.sleep(0.005)
        for _ in range(3):
            await client.store.strike((await waits.stored()).ref, "killed by SIGKILL")
        with pytest.raises(api.WorkflowParked):
            await waits.result()

    with_engine(tmp_path, work)
    shown = waymark("runs", "show", "order-7").out
    said = [line for line in shown.splitlines() if line.startswith("reason")]
    assert len(said) == 1 and "3 engines died while they executed it" in said[0] and "resume the run when" in said[0]
