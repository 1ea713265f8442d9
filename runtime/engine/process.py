"""An engine process: one engine on Postgres, with a pool of action workers.

    python -m waymark.runtime.engine.process SUPERVISOR_PID [SLICES_FD]

It is set up by its environment (config.py). SIGTERM drains: actions that run may end, new ones do not start, and the
partitions are given up. A second one ends it on the spot, as kill -9 would; the next engine goes on from the last
commit. Ctrl-C is the supervisor's, which passes it on as SIGTERM.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys

from waymark.vm.hosting import hosting

from ..config import EXIT_BAD_CONFIG, LOG_FORMAT, Config, ConfigError, load_config
from ..helpers.helper import Helper, HelperSettings
from ..ports import StoreError
from ..store.postgres import PostgresStore
from ..workers import lifeline
from ..workers.dispatch import PoolSettings, WorkerPool
from .settings import EngineSettings
from .shell import Engine
from .vmhost import VmHost
from .watched import SliceCounter

GRACE_S = 25.0  # of actions under way, at a drain; service managers commonly kill after 30

log = logging.getLogger("waymark.engine")


async def serve(config: Config, slices: SliceCounter | None = None) -> None:
    assert config.database_url is not None
    store = await PostgresStore.connect(config.database_url)
    helper = Helper(HelperSettings(modules=config.user_modules))
    try:
        pool = WorkerPool(
            PoolSettings(processes=config.worker_count, slots=config.slots_per_worker, modules=config.user_modules)
        )
        engine = Engine(store, pool, VmHost(config.run_limits), EngineSettings.of(config), slices=slices)
        _stop_on_signal(engine)
        hosting.use(helper)
        await engine.run()
    finally:
        hosting.use(None)
        helper.close()
        await store.close()


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
    except ConfigError as error:
        print(error, file=sys.stderr)
        return EXIT_BAD_CONFIG
    if config.database_url is None:
        print("WAYMARK_DATABASE_URL is not set; an engine process takes the DSN of a Postgres", file=sys.stderr)
        return EXIT_BAD_CONFIG
    logging.basicConfig(level=config.log_level, format=LOG_FORMAT)
    try:
        asyncio.run(serve(config, SliceCounter(int(argv[1])) if len(argv) > 1 else None))
    except StoreError as error:  # before the engine ran: once it does, it waits for its database
        log.error("%s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
