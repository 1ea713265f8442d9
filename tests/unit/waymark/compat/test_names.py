"""COMPAT.md, section 1: what users of the earlier Waymark import, and what it is like. Programs are in other tests."""

from __future__ import annotations

import asyncio
import dataclasses
import importlib
import inspect
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import waymark

NAMES = """
action workflow Workflow RetryPolicy BackoffPolicy Depend Depends provide_dependencies registry workflow_registry
ActionResultPayload serialize_result_payload deserialize_result_payload serialize_error_payload ExhaustedRetries
ExhaustedRetriesError ScheduleAlreadyExistsError UnsupportedPatternError WaymarkTimeout schedule_workflow pause_schedule
resume_schedule delete_schedule list_schedules ScheduleInfo bridge
""".split()
MODULES = {
    "waymark.workflow": ["Workflow", "workflow", "RetryPolicy"],
    "waymark.actions": ["action", "ActionResultPayload", "serialize_result_payload", "deserialize_result_payload"],
    "waymark.schedule": ["schedule_workflow", "pause_schedule", "list_schedules", "ScheduleInfo"],
    "waymark.exceptions": ["ExhaustedRetries", "ScheduleAlreadyExistsError", "UnsupportedPatternError"],
    "waymark.registry": ["registry", "workflow_registry"],
    "waymark.dependencies": ["Depend", "Depends", "provide_dependencies"],
    "waymark.bridge": ["run_instance", "run_instances_batch", "wait_for_instance"],
}

SHOP = """
    import asyncio
    from waymark import Workflow, action, workflow

    @action
    async def charge(order_id: int) -> bool:
        if order_id < 0:
            raise KeyError(order_id)
        return True

    @workflow
    class Checkout(Workflow):
        async def run(self, order_id: int, pause: float = 3600) -> str:
            await asyncio.sleep(pause)
            return f"{order_id} {await charge(order_id)}"
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    from waymark import programs
    from waymark.registry import registry, workflow_registry

    monkeypatch.setenv("WAYMARK_BRIDGE_IN_MEMORY", "1")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(registry, "_actions", {})
    monkeypatch.setattr(workflow_registry, "_workflows", {})
    monkeypatch.setattr(programs, "_imports", {})
    name = f"shop_{tmp_path.name}"
    (tmp_path / f"{name}.py").write_text(inspect.cleandoc(SHOP) + "\n")
    importlib.invalidate_caches()
    return importlib.import_module(name)


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_imported_from_the_package(name: str) -> None:
    namespace: dict[str, Any] = {}
    exec(f"from waymark import {name}", namespace)
    assert namespace[name] is getattr(waymark, name)


@pytest.mark.parametrize("module", MODULES)
def test_every_module_has_its_names(module: str) -> None:
    imported = importlib.import_module(module)
    for name in MODULES[module]:
        assert getattr(imported, name) is not None
    assert callable(waymark.workflow), "the module has not taken the decorator's place"


def test_a_workflow_has_a_name_and_a_version(shop: ModuleType) -> None:
    assert (shop.Checkout.name, shop.Checkout.short_name(), shop.Checkout.version) == (None, "checkout", None)
    assert waymark.workflow_registry["checkout"] is shop.Checkout
    assert f"{shop.__name__}:charge" in waymark.registry


def test_an_action_is_an_async_def_and_runs_inline_outside_of_a_workflow(shop: ModuleType) -> None:
    assert asyncio.run(shop.charge(7)) is True
    with pytest.raises(TypeError):
        waymark.action(lambda: None)  # type: ignore[arg-type,return-value]


def test_run_blocks_or_gives_the_id_of_the_instance(shop: ModuleType) -> None:
    async def main() -> None:
        assert await shop.Checkout().run(7) == "7 True"
        key = await shop.Checkout().run(8, _blocking=False, _priority=3)
        assert isinstance(key, str)
        assert await shop.Checkout.handle(key).result() == "8 True"

    asyncio.run(main())


@pytest.mark.parametrize("call", [(), (1, 2, 3), (1, 2, 3, 4)])
def test_missing_and_surplus_arguments_are_told_as_cpython_words_it(shop: ModuleType, call: tuple[int, ...]) -> None:
    class Plain:
        async def run(self, order_id: int, pause: float = 3600) -> str:
            return ""

    Plain.run.__qualname__ = "Checkout.run"
    with pytest.raises(TypeError) as theirs:
        Plain().run(*call)
    with pytest.raises(TypeError) as ours:
        asyncio.run(shop.Checkout().run(*call))
    assert str(ours.value) == str(theirs.value)


def test_a_failure_is_a_runtime_error_with_the_original_as_its_cause(shop: ModuleType) -> None:
    with pytest.raises(RuntimeError) as failed:
        asyncio.run(shop.Checkout().run(-1))
    assert isinstance(failed.value, waymark.WorkflowFailed) and isinstance(failed.value.__cause__, KeyError)
    assert f"{shop.__name__}.py:14 in Checkout.run" in str(failed.value)


def test_policies_are_frozen_values_with_the_fields_that_users_know() -> None:
    retry = waymark.RetryPolicy(attempts=3, exception_types=["ValueError"], backoff_seconds=0.5)
    assert (retry.attempts, retry.backoff_seconds) == (3, 0.5)
    backoff = waymark.BackoffPolicy(base_delay=5)
    assert (backoff.base_delay, backoff.factor, backoff.max_delay, backoff.jitter) == (5, 2.0, None, 0.0)
    with pytest.raises(AttributeError):
        retry.attempts = 4  # type: ignore[misc]
    assert issubclass(waymark.WaymarkTimeout, TimeoutError)


def test_a_schedule_says_all_that_users_know() -> None:
    fields = (
        {each.name for each in dataclasses.fields(waymark.ScheduleInfo)}
        if dataclasses.is_dataclass(waymark.ScheduleInfo)
        else set(waymark.ScheduleInfo.__annotations__)
    )
    assert fields >= set(
        "id workflow_name schedule_name schedule_type cron_expression interval_seconds jitter_seconds status "
        "next_run_at last_run_at last_instance_id created_at updated_at allow_duplicate priority timezone "
        "overlap".split()
    )


def test_a_workflow_is_scheduled_listed_paused_resumed_and_deleted(shop: ModuleType) -> None:
    async def main() -> None:
        kind = shop.Checkout
        asked = {"schedule_name": "nightly", "schedule": timedelta(hours=1), "inputs": {"order_id": 7}}
        assert isinstance(await waymark.schedule_workflow(kind, **asked), str)
        assert await waymark.pause_schedule(kind, schedule_name="nightly") is True
        assert [each.status for each in await waymark.list_schedules("paused")] == ["paused"]
        assert await waymark.resume_schedule(kind, schedule_name="nightly") is True
        assert await waymark.delete_schedule(kind, schedule_name="nightly") is True
        assert await waymark.delete_schedule(kind, schedule_name="nothing") is False

    asyncio.run(main())


def test_the_bridge_starts_and_waits(shop: ModuleType) -> None:
    bridge = waymark.bridge

    async def main() -> None:
        payload = bridge.payload_of(shop.Checkout, 7, pause=60)
        started = await bridge.run_instance(payload)
        outcome = await bridge.wait_for_instance(started.workflow_instance_id, poll_interval_secs=5)
        assert waymark.deserialize_result_payload(outcome).result == "7 True"
        inputs = [{"order_id": n} for n in range(5)]
        batch = await bridge.run_instances_batch(payload, inputs_list=inputs, batch_size=2, include_instance_ids=True)
        assert (batch.queued, len(batch.workflow_instance_ids)) == (5, 5)
        came = [
            waymark.deserialize_result_payload(await bridge.wait_for_instance(each)).result
            for each in batch.workflow_instance_ids
        ]
        assert came == [f"{n} True" for n in range(5)]
        assert (await bridge.run_instances_batch(payload, count=3)).workflow_instance_ids == []
        failing = await bridge.run_instance(bridge.payload_of(shop.Checkout, -1))
        error = waymark.deserialize_result_payload(await bridge.wait_for_instance(failing.workflow_instance_id)).error
        assert error is not None and (error["type"], error["args"]) == ("KeyError", (-1,))
        assert await bridge.wait_for_instance("nobody") is None
        for wrong in ({"count": 0}, {"batch_size": 0}):
            with pytest.raises(ValueError):
                await bridge.run_instances_batch(payload, **wrong)
        with pytest.raises(waymark.BadOption, match=r"no payload of a workflow, which bridge\.payload_of"):
            await bridge.run_instance(b"x")

    asyncio.run(main())


def test_a_version_is_the_programs_hash_unless_the_class_says_it(
    shop: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        hashed = (await waymark.bridge.run_instance(waymark.bridge.payload_of(shop.Checkout, 7))).workflow_version_id
        assert len(bytes.fromhex(hashed)) == 32
        monkeypatch.setattr(shop.Checkout, "version", "2027-03")
        payload = waymark.bridge.payload_of(shop.Checkout, 7)
        assert (await waymark.bridge.run_instance(payload)).workflow_version_id == "2027-03"
        assert (await waymark.bridge.run_instances_batch(payload, count=2)).workflow_version_id == "2027-03"

    asyncio.run(main())


def test_payloads_of_results_and_errors_come_back() -> None:
    assert waymark.deserialize_result_payload(waymark.serialize_result_payload({1: (2, None)})).result == {1: (2, None)}
    error = waymark.deserialize_result_payload(waymark.serialize_error_payload("charge", ValueError("no", 7))).error
    assert error == {
        "type": "ValueError",
        "module": "builtins",
        "message": "('no', 7)",
        "args": ("no", 7),
        "action": "charge",
    }
    assert waymark.deserialize_result_payload(None) == waymark.ActionResultPayload(None, None)
    for wrong in (b"", b"nonsense", waymark.serialize_result_payload(1)[:-1]):
        with pytest.raises(ValueError, match="no payload of a result"):
            waymark.deserialize_result_payload(wrong)


def test_both_spellings_of_the_worker_binary_are_the_command() -> None:
    import tomllib

    scripts = tomllib.loads((Path(__file__).parents[4] / "pyproject.toml").read_text())["project"]["scripts"]
    assert scripts["start-workers"] == scripts["waymark-start-workers"] == "waymark.cli:start_workers_main"
