"""The engine's pool of action workers: a fixed number of processes, each with a fixed number of slots.

    dispatched -> waiting (here, in order) -> a slot of the least loaded ready process -> reported

A process that dies is replaced, at once the first time and later with growing pauses; attempts wait meanwhile, and no
process gets more than its slots. A module that cannot be imported is told loudly, and tried again: the next deployment
may mend it, and no run is harmed by waiting.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from waymark.vm.surface import Instant

from ..engine.events import Dispatch, Revoke
from . import protocol
from .child import Child
from .inline import wall_us
from .port import AttemptKey, Reporter

log = logging.getLogger("waymark.workers")

REGISTRY = "waymark.registry:registry"
STEADY_S = 5.0  # a process that lived so long was no failed start
PAUSE_FIRST_S = 0.2
PAUSE_MAX_S = 10.0
END_S = 1.0


class PoolSettings(msgspec.Struct, frozen=True, kw_only=True):
    processes: int
    slots: int
    modules: tuple[str, ...]
    project: str = ""  # "": the current folder
    registry: str = REGISTRY


class WorkerPool:
    def __init__(self, settings: PoolSettings, now: Callable[[], Instant] = wall_us) -> None:
        self._settings = settings
        self._setup = protocol.Setup(settings.project or str(Path.cwd()), settings.modules, settings.registry)
        self._now = now
        self._waiting: dict[AttemptKey, Dispatch] = {}
        self._children: set[Child] = set()
        self._held = False
        self._draining = False
        self._changed = asyncio.Event()
        self._import_problem: str | None = None

    async def serve(self, report: Reporter) -> None:
        async with asyncio.TaskGroup() as keepers:
            for number in range(self._settings.processes):
                keepers.create_task(self._keep(report), name=f"keeper of worker {number}")

    @property
    def pids(self) -> list[int]:
        """Of the processes that are ready, for tests and `doctor`."""
        return sorted(child.pid for child in self._children if child.ready)

    async def ready(self) -> None:
        """Returns when every process has imported the user's modules."""
        while sum(child.ready for child in self._children) < self._settings.processes:
            self._changed.clear()
            await self._changed.wait()

    # --- attempts ---

    def dispatch(self, dispatch: Dispatch) -> None:
        self._waiting[dispatch.ref, dispatch.request] = dispatch
        self._fill()

    def revoke(self, revoke: Revoke) -> None:
        key = (revoke.ref, revoke.request)
        if self._waiting.pop(key, None) is None:
            any(child.revoke(key) for child in self._children)

    def hold(self, held: bool) -> None:
        self._held = held
        self._fill()

    def _fill(self) -> None:
        while self._waiting and not (self._held or self._draining) and (child := self._roomiest()) is not None:
            key = next(iter(self._waiting))
            child.start(self._waiting.pop(key))

    def _roomiest(self) -> Child | None:
        ready = [child for child in self._children if child.ready and child.load < self._settings.slots]
        return min(ready, key=lambda child: child.load, default=None)

    # --- processes ---

    async def _keep(self, report: Reporter) -> None:
        """One process after the other, until cancelled."""
        pause_s = 0.0
        while True:
            await asyncio.sleep(pause_s)
            began = time.monotonic()
            try:
                await self._one(report)
            except OSError as error:
                log.error("an action worker could not be started: %s; trying again", error)
            steady = time.monotonic() - began > STEADY_S
            pause_s = 0.0 if steady else min(max(PAUSE_FIRST_S, pause_s * 2), PAUSE_MAX_S)

    async def _one(self, report: Reporter) -> None:
        child = await Child.spawn(self, report, self._now, self._setup)
        self._children.add(child)
        try:
            await child.gone.wait()
        finally:
            self._children.discard(child)
            code = await child.end(END_S)  # also when this task is cancelled: no process is left behind
            self._changed.set()
        if code != protocol.EXIT_IMPORT_FAILED:
            log.error("action worker %d ended: %s; starting another", child.pid, _ending(code))

    def said_hello(self, child: Child) -> None:
        self._import_problem = None
        self._changed.set()
        self._fill()

    def import_failed(self, message: str) -> None:
        if message != self._import_problem:  # every process says the same, again and again
            log.error("%s\n    no action can run until this is mended; the workers keep trying", message)
        self._import_problem = message

    def has_room(self, child: Child) -> None:
        self._changed.set()
        self._fill()

    # --- the end ---

    async def drain(self, grace_s: float) -> None:
        self._draining = True  # apart from `held`, which every heartbeat takes back
        try:
            async with asyncio.timeout(grace_s):
                while any(child.load for child in self._children):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            running = sum(child.load for child in self._children)
            log.warning("%d actions did not end within %g s; they are stopped, and will run again", running, grace_s)


def _ending(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
