"""Workers without processes: actions run as tasks of the engine's own event loop.

For scripts and tests. Values still travel as bytes, so what works here works with processes, too; what blocks the loop
blocks the engine with it.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable

from waymark.vm.surface import Instant

from ..engine.events import Beat, Dispatch, Ended, Lost, Report, Revoke, Unregistered
from .current import CurrentAction, Deaf
from .perform import ActionNotFound, Actions, perform
from .port import AttemptKey, Reporter


def wall_us() -> Instant:
    return time.time_ns() // 1000


NO_DATABASE = "actions run in the process of their engine, which has no transactions for them"


class InlineWorkers:
    def __init__(self, actions: Actions, *, slots: int = 100, now: Callable[[], Instant] = wall_us) -> None:
        self._actions = actions
        self._slots = slots
        self._now = now
        self._waiting: dict[AttemptKey, Dispatch] = {}
        self._running: dict[AttemptKey, asyncio.Task[None]] = {}
        self._report: Reporter | None = None
        self._held, self._until_s = False, math.inf
        self._draining = False
        self._tasks: asyncio.TaskGroup | None = None

    async def serve(self, report: Reporter) -> None:
        self._report = report
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            try:
                self._fill()
                await asyncio.Event().wait()  # until cancelled, and the actions with it
            finally:
                self._tasks = None

    def dispatch(self, dispatch: Dispatch) -> None:
        self._waiting[dispatch.ref, dispatch.request] = dispatch
        self._fill()

    def revoke(self, revoke: Revoke) -> None:
        key = (revoke.ref, revoke.request)
        self._waiting.pop(key, None)
        task = self._running.pop(key, None)  # out of the table first: it has nothing to report any more
        if task is not None:
            task.cancel()

    def hold(self, held: bool, until_s: float = math.inf) -> None:
        self._held, self._until_s = held, until_s
        self._fill()

    async def drain(self, grace_s: float) -> None:
        self._draining = True  # apart from `held`, which every heartbeat takes back
        if self._running:
            await asyncio.wait(self._running.values(), timeout=grace_s)

    def _has_room(self) -> bool:
        open_ = self._tasks is not None and not (self._held or self._draining)
        return open_ and time.monotonic() < self._until_s and len(self._running) < self._slots

    def _fill(self) -> None:
        while self._waiting and self._has_room():
            key = next(iter(self._waiting))
            dispatch = self._waiting.pop(key)
            assert self._tasks is not None
            task = self._tasks.create_task(self._attempt(dispatch), name=f"action {dispatch.key}")
            task.add_done_callback(lambda _: self._fill())
            self._running[key] = task

    async def _attempt(self, dispatch: Dispatch) -> None:
        key = (dispatch.ref, dispatch.request)
        started_at = self._now()
        ended: Report
        clock = asyncio.timeout(dispatch.timeout_ms / 1000)
        current = self._current(dispatch)
        try:
            async with clock:
                outcome = await perform(self._actions, dispatch.key, dispatch.arguments, current)
            after_us = current.retry_after_us
            ended = Ended(dispatch.ref, dispatch.request, dispatch.attempt, outcome, started_at, self._now(), after_us)
        except TimeoutError:
            assert clock.expired(), "an action's own TimeoutError is an outcome"
            ended = Lost(dispatch.ref, dispatch.request, dispatch.attempt, "its time was over", timed_out=True)
        except ActionNotFound as error:
            ended = Unregistered(dispatch.ref, dispatch.request, dispatch.attempt, str(error))
        if self._running.get(key) is asyncio.current_task():
            del self._running[key]
            assert self._report is not None
            self._report(ended)

    def _current(self, dispatch: Dispatch) -> CurrentAction:
        assert self._report is not None, "attempts begin when the engine listens"
        return CurrentAction(
            dispatch.key,
            run_id=dispatch.ref.run,
            call_id=dispatch.request,
            attempt=dispatch.attempt,
            timeout_s=dispatch.timeout_ms / 1000,
            ears=_Ears(dispatch, self._report, asyncio.get_running_loop()),
            connection=NO_DATABASE,
        )


class _Ears(Deaf):
    """Of an attempt in this process, where log records go to the handlers and to nobody else."""

    def __init__(self, dispatch: Dispatch, report: Reporter, loop: asyncio.AbstractEventLoop) -> None:
        self._dispatch = dispatch
        self._report = report
        self._loop = loop

    def beat(self, progress: bytes | None) -> None:
        each = self._dispatch
        self._loop.call_soon_threadsafe(self._report, Beat(each.ref, each.request, each.attempt, progress))
