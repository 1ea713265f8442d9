"""The stage that a test's runs play on: in memory, on a clock that stands still until the test moves it."""

from __future__ import annotations

import asyncio
import contextvars
import os
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, Self, TypeVar

from waymark import in_memory
from waymark.default import IN_MEMORY_VARIABLE, default_client
from waymark.exceptions import WaymarkError
from waymark.options import microseconds
from waymark.runtime.engine.events import Dispatch, Lost
from waymark.runtime.workers.inline import InlineWorkers
from waymark.runtime.workers.perform import Actions

from .scripts import Call, Script, key_of

Came = TypeVar("Came")

SETTLE_S_MAX = 30.0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_attempt: contextvars.ContextVar[Dispatch | None] = contextvars.ContextVar("waymark_staged_attempt", default=None)


class Stage:
    """See `waymark.testing`. One at a time in a process.

    Example:
        stage.on(charge).returns(False)
        await handle.send("approved", "ada")
        assert await handle.result() == "order 7 was declined"
    """

    def __init__(self) -> None:
        self._scripts: dict[str, Script] = {}
        self._before: str | None = None

    def __enter__(self) -> Self:
        self._before = os.environ.get(IN_MEMORY_VARIABLE)
        os.environ[IN_MEMORY_VARIABLE] = "1"
        in_memory.make_workers = self._workers
        return self

    def __exit__(self, *_: object) -> None:
        in_memory.make_workers = InlineWorkers
        if self._before is None:
            del os.environ[IN_MEMORY_VARIABLE]
        else:
            os.environ[IN_MEMORY_VARIABLE] = self._before

    def run(self, story: Coroutine[Any, Any, Came]) -> Came:
        """Play a story in an event loop of its own, for tests that have none.

        Example:
            def test_a_report_is_seven(waymark_stage):
                async def story():
                    assert await Report().run() == 7

                waymark_stage.run(story())
        """
        return asyncio.run(story)

    # --- actions ---

    def on(self, action: Any) -> Script:
        """What an action does in this test: `.returns(...)`, `.raises(...)`, `.does(...)`, `.fails(...)`.

        Example:
            stage.on(charge).returns(False)
            assert not await charge_in_a_run()
        """
        key = key_of(action)
        return self._scripts.setdefault(key, Script(key))

    def calls(self, action: Any) -> list[Call]:
        """The attempts of an action that were made so far, in order.

        Example:
            await charge_in_a_run()
            assert [call.args for call in stage.calls(charge)] == [(7,)]
        """
        return self.on(action).calls

    # --- time ---

    async def advance(
        self,
        time: timedelta | float = 0,
        *,
        days: float = 0,
        hours: float = 0,
        minutes: float = 0,
        seconds: float = 0,
    ) -> None:
        """Let this much time pass: everything that is due meanwhile happens, in its order, and comes to rest.

        Example:
            later = await Report().start(delay=timedelta(days=30))
            await stage.advance(days=29)
            assert await later.status() == "queued"
            await stage.advance(days=1)
            assert await later.result() == 7
        """
        more = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        store = await self._store()
        await store.advance(microseconds("time", time) + microseconds("time", more), SETTLE_S_MAX)

    async def settle(self) -> None:
        """Let everything happen that needs no time.

        Example:
            await handle.send("approved", "ada")
            await stage.settle()
            assert await handle.status() == "finished"
        """
        await self.advance(0)

    async def now(self) -> datetime:
        """The time on the stage.

        Example:
            before = await stage.now()
            await stage.advance(hours=1)
            assert await stage.now() - before >= timedelta(hours=1)
        """
        return _EPOCH + timedelta(microseconds=await (await self._store()).now())

    async def _store(self) -> in_memory.InMemory:
        store = (await default_client()).store
        if not isinstance(store, in_memory.InMemory):
            raise WaymarkError("a stage moves the time of runs in memory, and this event loop uses another store")
        return store

    def _workers(self, actions: Actions) -> InlineWorkers:
        return _StagedWorkers(_StagedActions(actions, self._scripts), self._scripts)


class _StagedWorkers(InlineWorkers):
    """Tells the actions which attempt they are, and loses those that are to be lost."""

    def __init__(self, actions: Actions, scripts: dict[str, Script]) -> None:
        super().__init__(actions)
        self._scripts = scripts

    async def _attempt(self, dispatch: Dispatch) -> None:
        key = (dispatch.ref, dispatch.request)
        script = self._scripts.setdefault(dispatch.key, Script(dispatch.key))
        planted = script.planted_at(script.number_of(key), dispatch.attempt)
        if planted is not None and planted.error is None:
            self._running.pop(key, None)
            assert self._report is not None, "attempts begin when the engine listens"
            self._report(Lost(*key, dispatch.attempt, "the test lost it"))
            return
        _attempt.set(dispatch)
        await super()._attempt(dispatch)


class _StagedActions(Actions):
    """The actions, with the scripts of a test in their places."""

    def __init__(self, actions: Actions, scripts: dict[str, Script]) -> None:
        self._actions = actions
        self._scripts = scripts

    def __getitem__(self, key: str) -> Callable[..., Any]:
        real = self._actions[key]
        script = self._scripts.setdefault(key, Script(key))

        async def staged(*args: Any, **kwargs: Any) -> Any:
            dispatch = _attempt.get()
            assert dispatch is not None, "an engine asked for it"
            number = script.number_of((dispatch.ref, dispatch.request))
            return await script.perform(real, number, dispatch.attempt, args, kwargs)

        return staged

    def __iter__(self) -> Any:
        return iter(self._actions)

    def __len__(self) -> int:
        return len(self._actions)
