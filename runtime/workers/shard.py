"""One shard of a host: an engine process, and the next one when it has died.

At once the first time, later with growing pauses. One whose counter stands still (engine/vitals.py) is killed; if it
was executing a run, that run gets a strike first.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
import uuid
from collections.abc import Mapping
from typing import Protocol

from ..config import EXIT_BAD_CONFIG
from ..engine.vitals import Vitals, Watch, shared_vitals
from .duties import Charge

log = logging.getLogger("waymark.supervisor")

ENGINE = "waymark.runtime.engine.process"
STEADY_S = 10.0  # an engine that lived so long was no failed start
STILL_S_MAX = 5.0  # a slice is milliseconds long, on a starved machine perhaps a second; this one never ends
WATCH_S = 0.5
PAUSE_FIRST_S = 0.5
PAUSE_MAX_S = 30.0


class Keeper(Protocol):
    """Of `duties.Duties`, what a shard needs."""

    def take_on(self, charge: Charge) -> None: ...
    def let_go(self, charge: Charge) -> None: ...
    async def strike(self, charge: Charge) -> None: ...
    async def bury(self, charge: Charge) -> None: ...


class Shard:
    def __init__(self, name: str, environ: Mapping[str, str], duties: Keeper) -> None:
        self._name = name
        self._environ = dict(environ)
        self._duties = duties
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = asyncio.Event()
        self._forced = False

    async def run(self) -> int | None:
        """Until it is stopped, or an engine says that it cannot work as it is set up. Its last engine's exit code, or
        None if it had none at the end."""
        pause_s = 0.0
        while True:
            began = time.monotonic()
            code = await self._one()
            if self._stopping.is_set() or code == EXIT_BAD_CONFIG:
                return code
            steady = code is not None and time.monotonic() - began > STEADY_S
            if code is None:  # the system may have room for one later
                pause_s = max(PAUSE_FIRST_S, pause_s)
            else:
                later = f" in {pause_s:g} s" if pause_s else ""
                log.error("%s ended with code %d; starting another%s", self._name, code, later)
            if await self._pause(pause_s):
                return None
            pause_s = 0.0 if steady else min(max(PAUSE_FIRST_S, pause_s * 2), PAUSE_MAX_S)

    def stop(self, forced: bool) -> None:
        """Drain; or end it on the spot."""
        self._forced = self._forced or forced
        self._stopping.set()
        self._signal()

    def _signal(self) -> None:
        process = self._process
        if process is not None and process.returncode is None:
            if self._forced:
                process.kill()
            else:
                process.terminate()

    async def _one(self) -> int | None:
        """One engine's life, and its exit code. None: it could not be started."""
        try:
            charge, process = await self._spawn()
        except OSError as error:
            log.error("%s could not be started: %s; trying again", self._name, error)
            return None
        self._process = process
        if self._stopping.is_set():  # while it was being started
            self._signal()
        self._duties.take_on(charge)
        watching = asyncio.create_task(self._watch(process, charge), name=f"watch of {self._name}")
        try:
            return await process.wait()
        finally:
            self._duties.let_go(charge)
            watching.cancel()
            await asyncio.wait({watching})
            await self._duties.bury(charge)
            charge.vitals.close()
            os.close(charge.hint_fd)

    async def _spawn(self) -> tuple[Charge, asyncio.subprocess.Process]:
        engine = uuid.uuid4()
        with shared_vitals() as fd:
            vitals = Vitals(fd)
            theirs, ours = os.pipe()
            os.set_blocking(ours, False)
            try:
                process = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-m", ENGINE, str(os.getpid()), str(fd), str(theirs), str(engine)),
                    stdin=asyncio.subprocess.DEVNULL,
                    env=self._environ,
                    pass_fds=(fd, theirs),
                )
            except BaseException:
                vitals.close()
                os.close(ours)
                raise
            finally:
                os.close(theirs)
        return Charge(engine, process.pid, vitals, ours), process

    async def _watch(self, process: asyncio.subprocess.Process, charge: Charge) -> None:
        watch = Watch(charge.vitals)
        while True:
            await asyncio.sleep(WATCH_S)
            if watch.still_s(time.monotonic(), WATCH_S) < STILL_S_MAX:
                continue
            executing = charge.vitals.count & 1
            log.error(
                "%s, process %d, %s for %g s, and is killed",
                self._name,
                process.pid,
                "has been executing one slice" if executing else "has not moved",
                STILL_S_MAX,
            )
            if executing:
                await self._duties.strike(charge)
            if process.returncode is None:
                process.kill()
            return

    async def _pause(self, seconds: float) -> bool:
        """Whether it was stopped meanwhile."""
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return False
        return True
