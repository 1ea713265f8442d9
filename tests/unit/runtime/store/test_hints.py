"""What is told at once, and what waits for others to be told together."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from waymark.runtime.ids import new_run_id
from waymark.runtime.model import EndedRun, RunRef, Status
from waymark.runtime.store import hints
from waymark.runtime.store.hints import UNAWAITED, Hints

NEVER_S = 3_600.0


class Told:
    """Stands for the connection: what was said on it, statement by statement."""

    def __init__(self) -> None:
        self.words: list[list[tuple[str, str]]] = []
        self.closed = False

    async def fetch(self, query: Any, channels: list[str], payloads: list[str]) -> list[Any]:
        assert query.name == "notify" and not self.closed
        self.words.append(list(zip(channels, payloads, strict=True)))
        return []

    async def close(self) -> None:
        self.closed = True


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    monkeypatch.setattr(hints, "GAP_S", NEVER_S)  # so that only a word makes anybody hurry
    return Told()


def run(scene: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(scene, 30))


async def turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def saying(told: Told) -> Hints:
    return Hints(told)  # type: ignore[arg-type]


def test_starts_that_nobody_waits_for_are_told_together(told: Told) -> None:
    async def scene() -> None:
        says = saying(told)
        for number in range(UNAWAITED + 5):
            says.started([number * 16])
            await turns()
        assert told.words == [[(f"waymark_inbox_{number}", "start")] for number in range(UNAWAITED - 1)]
        says.awaited()
        await turns()
        late = sorted(f"waymark_inbox_{number}" for number in range(UNAWAITED - 1, UNAWAITED + 5))
        assert told.words[UNAWAITED - 1 :] == [[(channel, "start") for channel in late]]

    run(scene())


def test_they_are_told_after_a_while_though_nobody_hurries(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        says = saying(told)
        for _ in range(UNAWAITED):
            says.started([0])
            await turns()
        assert len(told.words) == UNAWAITED - 1
        monkeypatch.setattr(hints, "GAP_S", 0.0)
        says.awaited()
        await turns()
        for _ in range(UNAWAITED * 3):
            says.started([0])
            await turns()
        assert len(told.words) == UNAWAITED * 4

    run(scene())


def test_who_waits_for_each_run_is_heard_at_once(told: Told) -> None:
    async def scene() -> None:
        says = saying(told)
        for number in range(50):
            says.started([0])
            await turns()
            assert len(told.words) == number + 1
            says.awaited()

    run(scene())


@pytest.mark.parametrize("what", ["letter", "end"])
def test_whatever_is_no_start_takes_the_starts_along(told: Told, what: str) -> None:
    async def scene() -> None:
        says = saying(told)
        for _ in range(UNAWAITED + 1):
            says.started([0])
            await turns()
        before = len(told.words)
        if what == "letter":
            says.left([0, 16])
        else:
            says.ended([EndedRun(RunRef(32, new_run_id()), Status.FAILED, b"")])
        await turns()
        (said,) = told.words[before:]
        if what == "letter":
            assert said == [("waymark_inbox_0", ""), ("waymark_inbox_1", "")], "one word a group, and the urgent one"
        else:
            assert said[0] == ("waymark_inbox_0", "start") and said[1][0] == "waymark_ended_2"

    run(scene())


def test_who_closes_says_what_is_left(told: Told) -> None:
    async def scene() -> None:
        says = saying(told)
        for _ in range(UNAWAITED + 1):
            says.started([16])
            await turns()
        before = len(told.words)
        await says.close()
        assert told.words[before:] == [[("waymark_inbox_1", "start")]] and told.closed

    run(scene())


def test_a_connection_that_does_not_answer_does_not_keep_anybody(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        async def stuck(*_: Any) -> list[Any]:
            await asyncio.Event().wait()
            raise AssertionError("it never answers")

        monkeypatch.setattr(told, "fetch", stuck)
        monkeypatch.setattr(hints, "LAST_WORD_S_MAX", 0.01)
        says = saying(told)
        says.left([0])
        await turns()
        await says.close()
        assert told.closed

    run(scene())
