"""Schedules as users have them, in memory, where time is skipped."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import waymark
import waymark.schedule
from waymark import ScheduleAlreadyExistsError, ScheduleNotFoundError, WaymarkError
from waymark.default import default_client

from .conftest import UserProject

FLOWS = """
    import asyncio
    import waymark
    from waymark import Workflow, workflow

    @workflow
    class Report(Workflow):
        async def run(self, day: int = 7) -> int:
            return day

    @workflow
    class Slow(Workflow):
        async def run(self) -> None:
            await asyncio.sleep(5400)

    @workflow
    class Waits(Workflow):
        async def run(self, seconds: float) -> str:
            await asyncio.sleep(seconds)
            return waymark.now().isoformat()
"""


@pytest.fixture
def flows(project: UserProject, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.delenv("WAYMARK_BRIDGE_IN_MEMORY")
    return project.module("scheduled_flows", FLOWS)


def within(body: Callable[[], Awaitable[Any]]) -> Any:
    return asyncio.run(body())  # type: ignore[arg-type]


async def scheduled(kind: Any, name: str = "nightly", **said: Any) -> str:
    return await waymark.schedule_workflow(kind, **({"schedule_name": name, "schedule": "0 * * * *"} | said))


async def only() -> waymark.ScheduleInfo:
    (info,) = await waymark.list_schedules()
    return info


async def runs_of(workflow: str) -> list[str]:
    """The ids of its runs, oldest first."""
    store = await (await default_client()).opened()
    from waymark.runtime.people import RunQuery

    rows = await store.list_runs(RunQuery(workflow=workflow), 10_000)
    return [row.key for row in reversed(rows)]


def test_a_schedule_fires_while_a_run_is_waited_for(flows: ModuleType) -> None:
    async def body() -> None:
        await scheduled(flows.Report, schedule="30 * * * *", inputs={"day": 3})
        await flows.Waits().run(7200)
        keys = await runs_of("report")
        assert len(keys) == 2 and all(key.startswith("nightly@") and key.endswith(":30:00Z") for key in keys)
        handle = flows.Report.handle(keys[0])
        assert await handle.result() == 3
        info = await only()
        assert info.last_instance_id == keys[1]
        assert info.last_run_at is not None and info.next_run_at is not None
        assert timedelta(0) <= info.last_run_at - (info.next_run_at - timedelta(hours=1)) < timedelta(seconds=1)

    within(body)


def test_what_is_registered_is_shown(flows: ModuleType) -> None:
    async def body() -> None:
        before = datetime.now(UTC)
        known = await scheduled(
            flows.Report,
            schedule="0 30 2 * * *",
            jitter=timedelta(minutes=5),
            priority=4,
            timezone="Europe/Berlin",
            overlap="buffer_one",
            catch_up=timedelta(hours=6),
        )
        info = await only()
        assert (info.id, info.workflow_name, info.schedule_name) == (known, "report", "nightly")
        assert (info.schedule_type, info.cron_expression, info.interval_seconds) == ("cron", "0 30 2 * * *", None)
        assert (info.jitter_seconds, info.status, info.priority) == (300, "active", 4)
        assert (info.timezone, info.overlap, info.catch_up) == ("Europe/Berlin", "buffer_one", timedelta(hours=6))
        assert (info.allow_duplicate, info.last_run_at, info.last_instance_id) == (False, None, None)
        assert info.next_run_at is not None
        local = info.next_run_at.astimezone(ZoneInfo("Europe/Berlin"))
        assert (local.hour == 2 and 30 <= local.minute <= 35) or (local.hour, local.minute) == (3, 0)
        assert before - timedelta(seconds=1) <= info.created_at <= info.updated_at

    within(body)


def test_an_interval_is_shown_in_seconds(flows: ModuleType) -> None:
    async def body() -> None:
        await scheduled(flows.Report, schedule=timedelta(minutes=5), allow_duplicate=True)
        info = await only()
        assert (info.schedule_type, info.cron_expression, info.interval_seconds) == ("interval", None, 300)
        assert (info.allow_duplicate, info.overlap, info.catch_up, info.timezone) == (True, "allow", "latest", "UTC")

    within(body)


@pytest.mark.parametrize(
    ("said", "kind", "problem"),
    [
        ({"schedule_name": ""}, ValueError, "schedule_name is empty"),
        ({"schedule_name": " "}, ValueError, "schedule_name is empty"),
        ({"schedule_name": 7}, TypeError, "schedule_name is a text"),
        ({"schedule": timedelta(0)}, ValueError, "a second at least"),
        ({"schedule": timedelta(seconds=-5)}, ValueError, "a second at least"),
        ({"schedule": 300}, TypeError, "schedule is a cron expression or a timedelta, and not 300"),
        ({"schedule": "61 * * * *"}, ValueError, "the minute of the cron expression cannot be '61'\n  61 "),
        ({"schedule": "* * *"}, ValueError, "has 3 fields"),
        ({"schedule": "0 0 31 2 *"}, ValueError, "never fires"),
        ({"jitter": timedelta(seconds=-1)}, ValueError, "cannot be negative"),
        ({"jitter": 5}, TypeError, "jitter is a timedelta"),
        ({"timezone": "Europe/Berlim"}, ValueError, "did you mean 'Europe/Berlin'"),
        ({"timezone": 5}, TypeError, "timezone is the name of a zone"),
        ({"schedule": timedelta(hours=1), "timezone": "UTC"}, ValueError, "leave out timezone"),
        ({"overlap": "queue"}, ValueError, "overlap is one of 'skip', 'buffer_one', 'allow', 'cancel_previous'"),
        ({"overlap": "skip", "allow_duplicate": True}, ValueError, "contradict each other"),
        ({"catch_up": "some"}, ValueError, "catch_up is 'latest', 'all', 'none'"),
        ({"catch_up": timedelta(-1)}, ValueError, "not negative"),
        ({"priority": "high"}, TypeError, "priority is a whole number"),
        ({"inputs": {"year": 1}}, TypeError, "unexpected keyword argument 'year'"),
        ({"inputs": {"day": "monday"}}, TypeError, "day"),
        ({"inputs": [1]}, TypeError, "inputs are the arguments of run"),
        ({"inputs": {"day": print}}, TypeError, "day"),
    ],
)
def test_what_makes_no_sense_is_refused(flows: ModuleType, said: dict[str, Any], kind: type[Exception], problem: str):
    async def body() -> None:
        with pytest.raises(kind) as caught:
            await scheduled(flows.Report, **said)
        assert problem in str(caught.value)
        assert await waymark.list_schedules() == []

    within(body)


def test_a_schedule_is_of_a_workflow_class(flows: ModuleType) -> None:
    with pytest.raises(WaymarkError, match="a schedule is of a workflow class, and 7 is none"):
        asyncio.run(scheduled(7))


def test_a_schedule_of_what_needs_arguments_needs_them(flows: ModuleType) -> None:
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'seconds'"):
        asyncio.run(scheduled(flows.Waits))


def test_registering_again_changes_it_and_keeps_the_next_fire(flows: ModuleType) -> None:
    async def body() -> None:
        known = await scheduled(flows.Report)
        before = await only()
        await waymark.pause_schedule(flows.Report, schedule_name="nightly")
        assert await scheduled(flows.Report, schedule=timedelta(days=3), inputs={"day": 1}) == known
        after = await only()
        assert (after.status, after.next_run_at, after.interval_seconds) == ("active", before.next_run_at, 259_200)
        with pytest.raises(ScheduleAlreadyExistsError, match="'report' has a schedule 'nightly' already"):
            await scheduled(flows.Report, replace=False)

    within(body)


def test_a_paused_schedule_fires_once_when_it_is_resumed_late(flows: ModuleType) -> None:
    async def body() -> None:
        await scheduled(flows.Report)
        assert await waymark.pause_schedule(flows.Report, schedule_name="nightly")
        assert [info.status for info in await waymark.list_schedules("paused")] == ["paused"]
        assert await waymark.list_schedules("active") == []
        await flows.Waits().run(5 * 3600)
        assert await runs_of("report") == []
        assert await waymark.resume_schedule(flows.Report, schedule_name="nightly")
        assert len(await runs_of("report")) == 1
        await flows.Waits().run(3600)
        assert len(await runs_of("report")) == 2

    within(body)


def test_a_deleted_schedule_is_listed_only_if_asked_for(flows: ModuleType) -> None:
    async def body() -> None:
        await scheduled(flows.Report)
        assert await waymark.delete_schedule(flows.Report, schedule_name="nightly") is True
        assert await waymark.delete_schedule(flows.Report, schedule_name="nightly") is False
        assert await waymark.pause_schedule(flows.Report, schedule_name="nightly") is False
        assert await waymark.resume_schedule(flows.Report, schedule_name="nightly") is False
        assert await waymark.list_schedules() == []
        (info,) = await waymark.list_schedules("deleted")
        assert (info.status, info.next_run_at) == ("deleted", None)
        with pytest.raises(ValueError, match="status_filter is one of 'active', 'paused', 'deleted', or None"):
            await waymark.list_schedules("gone")
        await flows.Waits().run(3 * 3600)
        assert await runs_of("report") == []

    within(body)


def test_a_run_is_started_by_hand(flows: ModuleType) -> None:
    async def body() -> None:
        await scheduled(flows.Report, inputs={"day": 2})
        key = await waymark.trigger_schedule(flows.Report, schedule_name="nightly")
        assert await flows.Report.handle(key).result() == 2
        with pytest.raises(ScheduleNotFoundError, match="'report' has no schedule 'weekly'"):
            await waymark.trigger_schedule(flows.Report, schedule_name="weekly")

    within(body)


def test_instants_of_the_past_are_filled(flows: ModuleType) -> None:
    async def body() -> None:
        await scheduled(flows.Report, schedule="0 6 * * *", timezone=ZoneInfo("America/New_York"))
        span = {"start": datetime(2027, 3, 13, tzinfo=UTC), "end": datetime(2027, 3, 15, tzinfo=UTC)}
        keys = await waymark.backfill_schedule(flows.Report, schedule_name="nightly", **span)
        assert keys == ["nightly@2027-03-13T11:00:00Z", "nightly@2027-03-14T10:00:00Z"]
        assert [await flows.Report.handle(key).result() for key in keys] == [7, 7]
        with pytest.raises(ScheduleNotFoundError):
            await waymark.backfill_schedule(flows.Report, schedule_name="weekly", **span)
        with pytest.raises(ValueError, match="has no time zone"):
            await waymark.backfill_schedule(
                flows.Report, schedule_name="nightly", start=datetime(2027, 1, 1), end=span["end"]
            )
        with pytest.raises(ValueError, match="is later than end"):
            await waymark.backfill_schedule(flows.Report, schedule_name="nightly", start=span["end"], end=span["start"])

    within(body)


@pytest.mark.parametrize(("overlap", "count"), [("skip", 2), ("allow", 4), ("cancel_previous", 4), ("buffer_one", 3)])
def test_runs_that_overlap_give_way(flows: ModuleType, overlap: str, count: int) -> None:
    """Each run takes one and a half times what is between two."""

    async def body() -> None:
        await scheduled(flows.Slow, schedule=timedelta(hours=1), overlap=overlap)
        await flows.Waits().run(4 * 3600 + 60)
        keys = await runs_of("slow")
        assert len(keys) == count
        if overlap == "cancel_previous":
            statuses = [await flows.Slow.handle(key).status() for key in keys]
            assert statuses == ["failed", "failed", "failed", "running"]

    within(body)


def test_the_examples_of_the_functions_run(flows: ModuleType) -> None:
    """In the order in which somebody would use them."""
    names = "schedule_workflow list_schedules pause_schedule resume_schedule trigger_schedule backfill_schedule".split()
    functions = [getattr(waymark, name) for name in [*names, "delete_schedule"]]
    body = "".join(inspect.cleandoc(each.__doc__).split("Example:\n")[1] + "\n" for each in functions)
    names_there = vars(waymark.schedule) | {each.__name__: each for each in functions}
    said: dict[str, Any] = names_there | {"Report": flows.Report, "UTC": UTC}
    exec(f"async def examples():\n{body}", said)
    within(said["examples"])
