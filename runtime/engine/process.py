"""An engine process: one engine on Postgres, with a pool of action workers.

    python -m waymark.runtime.engine.process SUPERVISOR_PID [VITALS_FD HINT_FD ENGINE_ID]

It is set up by its environment (config.py). A byte on HINT_FD says that its inbox may have something: see vitals.py.
SIGTERM drains: actions that run may end, new ones do not start, and the partitions are given up. A second one ends it
on the spot, as kill -9 would; the next engine goes on from the last commit. Ctrl-C is the supervisor's, which passes it
on as SIGTERM.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import sys
import uuid
from collections.abc import Sequence

import msgspec

from waymark.vm.hosting import hosting

from ..config import EXIT_BAD_CONFIG, LOG_FORMAT, Config, ConfigError, load_config
from ..helpers.helper import Helper, HelperSettings
from ..model import EngineId
from ..offers.workers import OfferingWorkers
from ..ports import StoreError
from ..store.opening import Database, DatabaseSettingError, at_index, databases, open_home
from ..workers import lifeline
from ..workers.child import Age
from ..workers.dispatch import PoolSettings, WorkerPool
from .settings import EngineSettings
from .shell import Engine
from .vitals import URGENT, Vitals
from .vmhost import VmHost

YOUNG_OBJECTS_MAX = 10_000
GRACE_S = 25.0  # of actions under way, at a drain; service managers commonly kill after 30

log = logging.getLogger("waymark.engine")


class Supervised(msgspec.Struct, frozen=True):
    """What a supervisor gives its engine."""

    vitals: Vitals
    hint_fd: int
    engine: EngineId

    @classmethod
    def of(cls, argv: Sequence[str]) -> Supervised | None:
        return cls(Vitals(int(argv[0])), int(argv[1]), uuid.UUID(argv[2])) if argv else None


async def serve(config: Config, named: tuple[Database, ...], supervised: Supervised | None = None, at: int = 0) -> None:
    """On one of the databases, the one `at` this place."""
    store = await open_home(named, at, application_name="waymark engine")
    vitals = supervised.vitals if supervised is not None else None
    engine_id = supervised.engine if supervised is not None else None
    helper = Helper(HelperSettings(modules=config.user_modules), alive=vitals.alive if vitals is not None else None)
    try:
        pool = WorkerPool(
            PoolSettings(
                processes=config.worker_count,
                slots=config.slots_per_worker,
                modules=config.user_modules,
                age=Age(config.attempts_per_worker or None, (config.worker_memory_mb << 20) or None),
            )
        )
        engine = Engine(
            store,
            OfferingWorkers(pool, store),
            VmHost(config.run_limits),
            EngineSettings.of(config, named[at].parts),
            vitals=vitals,
            engine=engine_id,
        )
        _stop_on_signal(engine)
        if supervised is not None:
            _hear_hints(engine, supervised.hint_fd)
        hosting.use(helper)
        await engine.run()
    finally:
        hosting.use(None)
        helper.close()
        await store.close()


def _hear_hints(engine: Engine, fd: int) -> None:
    os.set_blocking(fd, False)

    def hear() -> None:
        said = os.read(fd, 4096)  # how often does not matter
        engine.hint(starts=URGENT not in said)

    asyncio.get_running_loop().add_reader(fd, hear)


def _stop_on_signal(engine: Engine) -> None:
    asked = False

    def stop() -> None:
        nonlocal asked
        if asked:
            os._exit(1)
        asked = True
        log.info("draining: actions under way have %g s to end", GRACE_S)
        engine.stop(GRACE_S)

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop)
    loop.add_signal_handler(signal.SIGINT, lambda: None)


def main(argv: list[str]) -> int:
    lifeline.die_with_parent(int(argv[0]))
    try:
        config = load_config(os.environ)
        named = databases(os.environ)
        at = at_index(os.environ, len(named))
    except (ConfigError, DatabaseSettingError) as error:
        print(error, file=sys.stderr)
        return EXIT_BAD_CONFIG
    if not named:
        print("WAYMARK_DATABASE_URL is not set; an engine process takes the DSN of a Postgres", file=sys.stderr)
        return EXIT_BAD_CONFIG
    logging.basicConfig(level=config.log_level, format=LOG_FORMAT)
    collect_seldom()
    try:
        asyncio.run(serve(config, named, Supervised.of(argv[1:]), at))
    except StoreError as error:  # before the engine ran: once it does, it waits for its database
        log.error("%s", error)
        return 1
    return 0


def collect_seldom() -> None:
    """Garbage of many runs: what was imported is never looked through again, and the rest not after every 700 objects,
    of which one action makes 70."""
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS_MAX, 10, 10)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
