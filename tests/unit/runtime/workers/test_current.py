"""`current_action()`: what an action knows of its attempt, wherever it asks."""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from waymark import action, current_action
from waymark.runtime.workers.current import CurrentAction, Deaf, running
from waymark.vm.wire import Unencodable, decode_value


class Ears(Deaf):
    def __init__(self) -> None:
        self.beats: list[Any] = []

    def beat(self, progress: bytes | None) -> None:
        self.beats.append(progress if progress is None else decode_value(progress))


def test_the_key_is_the_calls_and_the_same_in_every_attempt():
    run = uuid.UUID(int=7)
    attempts = [CurrentAction("shop:act", run_id=run, call_id=3, attempt=n, timeout_s=60) for n in (1, 2)]
    assert {each.idempotency_key for each in attempts} == {f"{run}:3"}
    assert attempts[0].deadline is not None
    assert timedelta(seconds=58) < attempts[0].deadline - datetime.now(UTC) <= timedelta(seconds=60)


def test_it_is_found_in_what_the_action_calls_awaits_and_starts():
    async def test() -> None:
        with running(CurrentAction("shop:act")) as mine:
            assert await asyncio.create_task(asyncio.to_thread(current_action)) is mine

    asyncio.run(test())


def test_where_no_action_runs_there_is_none():
    with pytest.raises(RuntimeError, match="no action runs here"):
        current_action()


def test_a_heartbeat_says_how_far_it_is():
    ears = Ears()
    current = CurrentAction("shop:act", ears=ears)
    current.heartbeat()
    current.heartbeat({"page": 3})
    assert ears.beats == [None, {"page": 3}]
    with pytest.raises(Unencodable, match="progress"):
        current.heartbeat(lambda: 0)


def test_the_next_attempt_may_be_put_off():
    current = CurrentAction("shop:act")
    current.retry_after(timedelta(seconds=1.5))
    assert current.retry_after_us == 1_500_000
    current.retry_after(2)
    assert current.retry_after_us == 2_000_000
    for wrong in (-1, float("nan"), 1e30):
        with pytest.raises(ValueError, match="from 0 to ten years"):
            current.retry_after(wrong)
    with pytest.raises(TypeError, match="seconds or a timedelta"):
        current.retry_after("soon")  # type: ignore[arg-type]


def test_who_has_no_connection_says_what_to_do():
    with pytest.raises(RuntimeError, match=r"mark it @action\(transaction=True\)"):
        _ = CurrentAction("shop:act").connection


def test_an_action_that_a_script_calls_runs_there_and_has_an_attempt_of_its_own():
    @action(name="nested in a test")
    async def inner() -> str:
        return current_action().idempotency_key

    @action(name="around it")
    async def outer() -> list[Any]:
        current = current_action()
        current.heartbeat(1)
        return [current.run_id, current.call_id, current.attempt, await inner() == current.idempotency_key]

    assert asyncio.run(outer()) == [None, None, 1, True]
    with pytest.raises(RuntimeError, match="no action runs here"):
        current_action()
