"""The engine's pool of action workers: a fixed number of processes, each with a fixed number of slots.

    dispatched -> waiting (here, in order) -> a slot of the least loaded ready process -> reported

A process that dies is replaced, at once the first time and later with growing pauses; attempts wait meanwhile, and no
process gets more than its slots. Those that were in it through no fault of theirs start again under the same number. A
process that has done enough goes on until its replacement is ready, and ends with its last attempt. A module that
cannot be imported is told loudly, and tried again: the next deployment may mend it, and no run is harmed by waiting.
"""

from __future__ import annotations

import asyncio
import logging
import math
import signal
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from waymark.vm.surface import Instant

from ..engine.events import Beat, Dispatch, Report, Revoke
from . import protocol
from .child import Age, Child
from .inline import wall_us
from .port import AttemptKey, Listener, Reporter

log = logging.getLogger("waymark.workers")

REGISTRY = "waymark.registry:registry"
STEADY_S = 5.0  # a process that lived so long was no failed start
PAUSE_FIRST_S = 0.2
PAUSE_MAX_S = 10.0
END_S = 1.0
DISPLACED_MAX = 3  # so often an attempt starts again without being charged
SUSPECTED_MAX = 1  # the same, if nobody knows whether it was the one


class PoolSettings(msgspec.Struct, frozen=True, kw_only=True):
    processes: int
    slots: int
    modules: tuple[str, ...]  # none: those of the project that define actions
    project: str = ""  # "": the current folder
    registry: str = REGISTRY
    age: Age = Age()


class WorkerPool:
    def __init__(self, settings: PoolSettings, now: Callable[[], Instant] = wall_us) -> None:
        self._settings = settings
        self._setup = protocol.Setup(settings.project or str(Path.cwd()), settings.modules, settings.registry)
        self._now = now
        self._waiting: dict[AttemptKey, Dispatch] = {}
        self._displaced: dict[AttemptKey, tuple[int, int]] = {}  # attempt, and how often it was
        self._children: set[Child] = set()
        self._held, self._until_s = False, math.inf
        self._filling = False
        self._draining = False
        self._changed = asyncio.Event()
        self._problems: frozenset[str] = frozenset()
        self._listener: Listener | None = None
        self._report: Reporter | None = None

    def listen(self, listener: Listener) -> None:
        self._listener = listener

    async def serve(self, report: Reporter) -> None:
        self._report = report
        async with asyncio.TaskGroup() as keepers:
            for number in range(self._settings.processes):
                keepers.create_task(self._keep(keepers), name=f"keeper of worker {number}")

    @property
    def pids(self) -> list[int]:
        """Of the processes that are ready, for tests and `doctor`."""
        return sorted(child.pid for child in self._children if child.ready)

    @property
    def slots_of_one(self) -> int:
        """How many attempts one process runs at a time."""
        return self._settings.slots

    @property
    def standing(self) -> list[tuple[int, protocol.Hello]]:
        """The processes that are ready, with what each has said of itself."""
        return [(child.pid, child.hello) for child in self._children if child.ready and child.hello is not None]

    @property
    def free(self) -> int:
        """How many more attempts could start at once."""
        if not self._is_open():
            return 0
        slots = self._settings.slots
        room = sum(max(0, slots - child.load) for child in self._children if child.takes_more)
        return max(0, room - len(self._waiting))

    @property
    def slots(self) -> int:
        """How many attempts run at a time, when all processes are ready."""
        return self._settings.processes * self._settings.slots

    def has_waiting(self, key: AttemptKey) -> bool:
        """Whether this attempt is here, and waits for a place."""
        return key in self._waiting

    async def ready(self) -> None:
        """Returns when every process has imported the user's modules."""
        await self.until(lambda: sum(child.ready for child in self._children) >= self._settings.processes)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Returns when this holds; asked whenever a process comes, goes, or has room again."""
        while not holds():
            self._changed.clear()
            await self._changed.wait()

    # --- attempts ---

    def dispatch(self, dispatch: Dispatch) -> None:
        """It starts in the next turn of the loop, with the others of this one."""
        self._waiting[dispatch.ref, dispatch.request] = dispatch
        if not self._filling:
            self._filling = True
            asyncio.get_running_loop().call_soon(self._fill)

    def revoke(self, revoke: Revoke) -> None:
        key = (revoke.ref, revoke.request)
        self._displaced.pop(key, None)
        if self._waiting.pop(key, None) is None:
            any(child.revoke(key) for child in self._children)

    def take_back(self, key: AttemptKey) -> Dispatch | None:
        """One that waits for a place is no longer this pool's. None: it has begun, or is over."""
        return self._waiting.pop(key, None)

    def hold(self, held: bool, until_s: float = math.inf) -> None:
        self._held, self._until_s = held, until_s
        self._fill()

    def _fill(self) -> None:
        self._filling = False
        filled: set[Child] = set()
        while self._waiting and self._is_open() and (child := self._roomiest()) is not None:
            child.start(self._waiting.pop(next(iter(self._waiting))))
            filled.add(child)
        for child in filled:
            child.write_out()

    def _is_open(self) -> bool:
        return not (self._held or self._draining) and time.monotonic() < self._until_s

    def _roomiest(self) -> Child | None:
        able = [child for child in self._children if child.takes_more and child.load < self._settings.slots]
        return min(able, key=lambda child: child.load, default=None)

    def displaced(self, dispatch: Dispatch, suspect: bool) -> bool:
        key = (dispatch.ref, dispatch.request)
        attempt, times = self._displaced.get(key, (dispatch.attempt, 0))
        times = times + 1 if attempt == dispatch.attempt else 1
        if times > (SUSPECTED_MAX if suspect else DISPLACED_MAX):
            self._displaced.pop(key, None)
            return False
        self._displaced[key] = (dispatch.attempt, times)
        self._waiting = {key: dispatch, **self._waiting}  # it was there before them
        asyncio.get_running_loop().call_soon(self._fill)  # not before all of its process have been looked at
        return True

    def _reported(self, report: Report) -> None:
        if not isinstance(report, Beat):
            self._displaced.pop((report.ref, report.request), None)
        assert self._report is not None, "a process is there while the pool is served"
        self._report(report)

    # --- processes ---

    async def _keep(self, tasks: asyncio.TaskGroup) -> None:
        """One process after the other, until cancelled."""
        pause_s = 0.0
        before: Child | None = None  # it has done enough, and goes on until another one is ready
        while True:
            await asyncio.sleep(pause_s)
            began = time.monotonic()
            try:
                child = await Child.spawn(self, self._reported, self._now, self._setup, self._settings.age)
            except OSError as error:
                log.error("an action worker could not be started: %s; trying again", error)
            else:
                self._children.add(child)
                tasks.create_task(self._reap(child), name=f"end of worker {child.pid}")
                if await _is_ready(child):
                    if before is not None:
                        before.retire()
                    before = None
                    if await _grows_old(child):
                        before, pause_s = child, 0.0
                        continue
            steady = time.monotonic() - began > STEADY_S
            pause_s = 0.0 if steady else min(max(PAUSE_FIRST_S, pause_s * 2), PAUSE_MAX_S)

    async def _reap(self, child: Child) -> None:
        try:
            await child.gone.wait()
        finally:
            self._children.discard(child)
            code = await child.end(END_S)  # also when this task is cancelled: no process is left behind
            self._changed.set()
        if child.retired and code == 0:
            log.info("action worker %d has done enough, and has ended", child.pid)
        elif code != protocol.EXIT_IMPORT_FAILED:
            log.error("action worker %d ended: %s; starting another", child.pid, _ending(code))

    def said_hello(self, child: Child, hello: protocol.Hello) -> None:
        for problem in sorted(frozenset(hello.problems) - self._problems):
            log.error("%s\n    its actions cannot run until this is mended", problem)
        self._problems = frozenset(hello.problems)
        if not hello.actions:
            log.warning("action worker %d knows no action: %s", child.pid, self._where_from())
        if self._listener is not None:
            self._listener.known(frozenset(hello.actions), frozenset(hello.transactional))
        self._changed.set()
        self._fill()

    def _where_from(self) -> str:
        if self._settings.modules:
            return f"WAYMARK_USER_MODULE names {', '.join(self._settings.modules)}, where none is defined"
        return f"no module below {self._setup.project} defines one, and WAYMARK_USER_MODULE is not set"

    def import_failed(self, message: str) -> None:
        if message not in self._problems:  # every process says the same, again and again
            log.error("%s\n    no action can run until this is mended; the workers keep trying", message)
        self._problems = frozenset({message})

    def has_room(self, child: Child) -> None:
        self._changed.set()
        if self._waiting:
            self._fill_up(child)

    def _fill_up(self, child: Child) -> None:
        """It alone has room, as far as anything waits: whatever had room before was filled."""
        slots = self._settings.slots
        while self._waiting and self._is_open() and child.takes_more and child.load < slots:
            child.start(self._waiting.pop(next(iter(self._waiting))))
        child.write_out()

    def logged(self, dispatch: Dispatch, lines: tuple[protocol.Line, ...]) -> None:
        if self._listener is not None:
            self._listener.logged(dispatch, lines)

    def answered(self, dispatch: Dispatch, committed: bool) -> None:
        if self._listener is not None:
            self._listener.answered(dispatch, committed)

    # --- the end ---

    async def drain(self, grace_s: float) -> None:
        self._draining = True  # apart from `held`, which every heartbeat takes back
        try:
            async with asyncio.timeout(grace_s):
                await self.until(lambda: not any(child.load for child in self._children))
        except TimeoutError:
            running = sum(child.load for child in self._children)
            log.warning("%d actions did not end within %g s; they are stopped, and will run again", running, grace_s)


async def _is_ready(child: Child) -> bool:
    """Whether it has become ready. No: it is gone."""
    while not (child.ready or child.gone.is_set()):
        child.turned.clear()
        await child.turned.wait()
    return child.ready


async def _grows_old(child: Child) -> bool:
    """When it has done enough. No: it is gone before."""
    while not (child.old or child.gone.is_set()):
        child.turned.clear()
        await child.turned.wait()
    return not child.gone.is_set()


def _ending(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
