"""`waymark start-workers`: a small process over engine processes, each over its action workers. It keeps them running.

    supervisor ── shard 1: engine ── action workers, and a helper for the user's classes
              └── shard 2: engine ── ...

How many engines there are says WAYMARK_EXECUTOR_SHARDS. Engines that die are replaced (shard.py); their heartbeats and
wake-ups come from here (duties.py). The first SIGTERM or Ctrl-C drains and ends everything, the second one forces.
Whichever of the processes is killed, those below it die with it (lifeline.py), and what they were doing goes on
elsewhere from the last commit.

    exit code 0    drained: what ran came to its end, or will go on with the next engine; the partitions are free
              1    forced by a second signal, or an engine ended with an error while it drained
             78    the settings cannot work, and starting again would not help
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from typing import Protocol

from ..config import EXIT_BAD_CONFIG, LOG_FORMAT, ConfigError, load_config
from ..store.opening import INDEX_VARIABLE, DatabaseSettingError, databases
from ..variables import remarks
from .duties import Duties
from .shard import Keeper, Shard

CLEAN = (None, 0, -signal.SIGTERM)  # there was none, it drained, or it was told to stop before it had begun


class Serving(Keeper, Protocol):
    async def serve(self) -> None: ...


class Supervisor:
    def __init__(self, environs: Sequence[Mapping[str, str]], *duties: Serving) -> None:
        """`environs`: of each engine. `duties`: of each database, which the engines share out by turns."""
        many = len(environs) > 1
        self._duties = duties
        self._shards = [
            Shard(f"engine {number}" if many else "the engine", environ, duties[(number - 1) % len(duties)])
            for number, environ in enumerate(environs, start=1)
        ]
        self._signals = 0

    async def run(self) -> int:
        """Until it is stopped, or an engine says that it cannot work as it is set up. The exit code."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        servings = [asyncio.create_task(duties.serve(), name="duties of the supervisor") for duties in self._duties]
        shards = [asyncio.create_task(shard.run(), name="a shard") for shard in self._shards]
        for serving in servings:
            serving.add_done_callback(self._stop_on_failure)
        try:
            done, _ = await asyncio.wait(shards, return_when=asyncio.FIRST_COMPLETED)
            if any(task.result() == EXIT_BAD_CONFIG for task in done):
                self.stop()  # its settings are everybody's
            codes = await asyncio.gather(*shards)
        finally:
            for shard in self._shards:
                shard.stop(forced=True)
            await asyncio.gather(*shards, return_exceptions=True)
            for serving in servings:
                serving.cancel()  # last: it says what became of the engines
            await asyncio.wait(servings)
        if EXIT_BAD_CONFIG in codes:
            return EXIT_BAD_CONFIG
        failed = any(not serving.cancelled() and serving.exception() is not None for serving in servings)
        return 1 if failed or any(code not in CLEAN for code in codes) else 0

    def stop(self) -> None:
        """The first time, drain; the second time, end it on the spot."""
        self._signals += 1
        for shard in self._shards:
            shard.stop(forced=self._signals > 1)

    def _stop_on_failure(self, serving: asyncio.Task[None]) -> None:
        """Without heartbeats the engines would lose everything in a while: better a restart of all."""
        if not serving.cancelled() and (error := serving.exception()) is not None:
            logging.getLogger("waymark.supervisor").critical("the supervisor has failed", exc_info=error)
            self.stop()


def environs_of(environ: Mapping[str, str], shards: int, workers: int, databases: int = 1) -> list[dict[str, str]]:
    """One for each engine. They share the action workers of the host between them; each has one at least."""
    shards = max(shards, databases)  # an engine works on one database, so that one that is away harms no other
    each, more = divmod(workers, shards)
    counts = [max(1, each + (n < more)) for n in range(shards)]
    return [
        {**environ, "WAYMARK_WORKER_COUNT": str(count), INDEX_VARIABLE: str(n % databases)}
        for n, count in enumerate(counts)
    ]


def run_supervisor(environ: Mapping[str, str]) -> int:
    """The whole life of `start-workers`, with a database in `environ`; its exit code."""
    try:
        config = load_config(environ)
        named = databases(environ)
    except (ConfigError, DatabaseSettingError) as error:
        print(error, file=sys.stderr)
        return EXIT_BAD_CONFIG
    if not named:
        print("WAYMARK_DATABASE_URL is not set; workers take the DSN of a Postgres", file=sys.stderr)
        return EXIT_BAD_CONFIG
    logging.basicConfig(level=config.log_level, format=LOG_FORMAT)
    for remark in remarks(environ):
        logging.getLogger("waymark.supervisor").warning("%s", remark)

    async def supervise() -> int:
        environs = environs_of(environ, config.shards, config.worker_count, len(named))
        return await Supervisor(environs, *(Duties(config, (database,)) for database in named)).run()

    return asyncio.run(supervise())


if __name__ == "__main__":
    sys.exit(run_supervisor(os.environ))
