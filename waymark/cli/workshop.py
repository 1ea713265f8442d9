"""The engine and the workers of `waymark run`, for as long as one run takes."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path

from waymark.exceptions import WaymarkError
from waymark.runtime.config import Config
from waymark.runtime.engine.events import Dispatch
from waymark.runtime.engine.patience import patiently
from waymark.runtime.engine.saying import to_terminal
from waymark.runtime.engine.settings import EngineSettings
from waymark.runtime.engine.shell import Engine
from waymark.runtime.engine.vmhost import VmHost
from waymark.runtime.helpers.helper import Helper, HelperSettings
from waymark.runtime.store.postgres import PostgresStore
from waymark.runtime.workers.dispatch import PoolSettings, WorkerPool
from waymark.runtime.workers.modules import is_path, name_of_file
from waymark.vm.hosting import hosting

from .showing import say

GRACE_S = 2.0  # of actions that are under way at the end
SIGNALS = {signal.SIGINT: "stopped by Ctrl-C", signal.SIGTERM: "stopped by SIGTERM"}


class Interrupted(WaymarkError):
    """The run has not ended, and nobody here executes it any more."""

    def __init__(self, reason: str, exit_code: int = 1) -> None:
        super().__init__(reason)
        self.exit_code = exit_code


class OneRunWorkers(WorkerPool):
    """Workers that know the modules of one program.

    A database may hold runs of other programs. Whatever their actions are, here nobody has imported them: such a call
    waits until a worker comes that has, instead of failing its run.
    """

    def __init__(self, settings: PoolSettings, modules: Collection[str], interrupted: asyncio.Future[Interrupted]):
        super().__init__(settings)
        self._modules = modules
        self._interrupted = interrupted
        self._told: set[str] = set()

    def dispatch(self, dispatch: Dispatch) -> None:
        module = dispatch.key.partition(":")[0]
        if module in self._modules:
            super().dispatch(dispatch)
        elif module not in self._told:
            self._told.add(module)
            say(f"  another run wants {dispatch.key}, which no worker has imported here; it waits for one that has")

    def import_failed(self, message: str) -> None:
        """Here nobody will mend the module while we wait."""
        _settle(self._interrupted, Interrupted(message))


@asynccontextmanager
async def workshop(
    store: PostgresStore, config: Config, file: Path, modules: Collection[str]
) -> AsyncIterator[asyncio.Future[Interrupted]]:
    """An engine in this process over workers in others. The future is set when they cannot go on."""
    interrupted: asyncio.Future[Interrupted] = asyncio.get_running_loop().create_future()
    named = {name_of_file(Path(module))[0] if is_path(module) else module for module in config.user_modules}
    settings = PoolSettings(
        processes=config.worker_count, slots=config.slots_per_worker, modules=(str(file), *config.user_modules)
    )
    workers = OneRunWorkers(settings, {*modules, *named, name_of_file(file)[0]}, interrupted)
    helper = Helper(HelperSettings(modules=settings.modules))
    hosting.use(helper)
    engine = Engine(store, workers, VmHost(config.run_limits), EngineSettings.of(config), said=to_terminal)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(engine.run())
        waiting = tasks.create_task(_tell_of_others(store, engine))
        _heed_signals(interrupted, running)
        try:
            yield interrupted
        finally:
            waiting.cancel()
            engine.stop(GRACE_S)
            running.add_done_callback(lambda _: _leave(helper))


def _leave(helper: Helper) -> None:
    hosting.use(None)
    helper.close()


def _heed_signals(interrupted: asyncio.Future[Interrupted], running: asyncio.Task[None]) -> None:
    """The first one stops; the second one does not wait for actions under way."""

    def stop(number: signal.Signals) -> None:
        if interrupted.done():
            running.cancel()
        else:
            _settle(interrupted, Interrupted(SIGNALS[number], 128 + number))

    for number in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop, number)


async def _tell_of_others(store: PostgresStore, engine: Engine) -> None:
    await engine.owning()
    for row in await patiently(store.engines):
        if row.engine != engine.id:
            say(
                "  another engine has this database. It executes the run, if its workers know the actions; "
                "when it ends, this one takes over"
            )
            return


def _settle(interrupted: asyncio.Future[Interrupted], reason: Interrupted) -> None:
    if not interrupted.done():
        interrupted.set_result(reason)
