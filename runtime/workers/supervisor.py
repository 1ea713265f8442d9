"""`waymark start-workers`: a small process over an engine process over action workers. It keeps the engine running.

An engine that dies is replaced, at once the first time and later with growing pauses; one that does not come out of a
slice any more is killed first (engine/watched.py). The first SIGTERM or Ctrl-C
drains and ends everything, the second one forces. Whichever of the processes is killed, those below it die with it
(lifeline.py), and what they were doing goes on elsewhere from the last commit.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import Mapping

from ..config import EXIT_BAD_CONFIG, LOG_FORMAT, ConfigError, load_config
from ..engine.watched import SliceCounter, Watch, shared_counter

log = logging.getLogger("waymark.supervisor")

ENGINE = "waymark.runtime.engine.process"
CLEAN = (0, -signal.SIGTERM)  # drained, or told to stop before it had begun
STEADY_S = 10.0  # an engine that lived so long was no failed start
SLICE_S_MAX = 10.0  # a slice is milliseconds long, on a starved machine perhaps a second; this one never ends
WATCH_S = 1.0
PAUSE_FIRST_S = 0.5
PAUSE_MAX_S = 30.0


class Supervisor:
    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = dict(environ)
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = asyncio.Event()

    async def run(self) -> int:
        """Until it is stopped, or an engine says that it cannot work as it is set up. The exit code."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        pause_s = 0.0
        while True:
            began = time.monotonic()
            code = await self._one()
            if code is None:  # there was no engine; the system may have room for one later
                pause_s = min(max(PAUSE_FIRST_S, pause_s * 2), PAUSE_MAX_S)
                if await self._pause(pause_s):
                    return 0
                continue
            if self._stopping.is_set():
                return 0 if code in CLEAN else 1
            if code == EXIT_BAD_CONFIG:
                return code
            steady = time.monotonic() - began > STEADY_S
            log.error(
                "the engine ended with code %d; starting another%s", code, f" in {pause_s:g} s" if pause_s else ""
            )
            if await self._pause(pause_s):
                return 0  # there was nothing to drain
            pause_s = 0.0 if steady else min(max(PAUSE_FIRST_S, pause_s * 2), PAUSE_MAX_S)

    def stop(self) -> None:
        """The first time, drain; the second time, end it on the spot."""
        process = self._process
        if process is not None and process.returncode is None:
            if self._stopping.is_set():
                process.kill()
            else:
                process.terminate()
        self._stopping.set()

    async def _one(self) -> int | None:
        """One engine's life, and its exit code. None: it could not be started."""
        try:
            with shared_counter() as fd:
                self._process = process = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-m", ENGINE, str(os.getpid()), str(fd)),
                    stdin=asyncio.subprocess.DEVNULL,
                    env=self._environ,
                    pass_fds=(fd,),
                )
                counter = SliceCounter(fd)
        except OSError as error:
            log.error("an engine could not be started: %s; trying again", error)
            return None
        if self._stopping.is_set():  # while it was being started
            process.terminate()
        watching = asyncio.create_task(self._watch(process, Watch(counter)), name="watch of the engine")
        try:
            return await process.wait()
        finally:
            watching.cancel()
            await asyncio.wait({watching})
            counter.close()

    async def _watch(self, process: asyncio.subprocess.Process, watch: Watch) -> None:
        while True:
            await asyncio.sleep(WATCH_S)
            if process.returncode is None and watch.stands_still(time.monotonic(), SLICE_S_MAX):
                log.error(
                    "engine process %d has been executing one slice for %g s, and is killed; the run that it executes "
                    "gets a strike",
                    process.pid,
                    SLICE_S_MAX,
                )
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


def run_supervisor(environ: Mapping[str, str]) -> int:
    """The whole life of `start-workers`, with a database in `environ`; its exit code."""
    try:
        config = load_config(environ)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return EXIT_BAD_CONFIG
    logging.basicConfig(level=config.log_level, format=LOG_FORMAT)
    return asyncio.run(Supervisor(environ).run())


if __name__ == "__main__":
    sys.exit(run_supervisor(os.environ))
