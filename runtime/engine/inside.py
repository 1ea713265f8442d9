"""An engine inside this process: for scripts, tests and `waymark dev`.

async with running_engine(store, InlineWorkers(registry)) as engine:
    ...
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from ..config import load_config
from ..machines.attempts import AttemptPolicy
from ..machines.policies import Policies
from ..ports import Store
from ..workers.port import Workers
from .host import Host
from .saying import to_terminal
from .settings import EngineSettings
from .shell import Engine
from .vmhost import VmHost


class EngineFailed(RuntimeError):
    """The engine met something that it did not foresee. Its cause is what it met."""


@asynccontextmanager
async def running_engine(
    store: Store,
    workers: Workers,
    *,
    settings: EngineSettings | None = None,
    policy: AttemptPolicy | Policies | None = None,
    grace_s: float = 0.0,
    may_skip: Callable[[], bool] = lambda: True,
    host: Host | None = None,
) -> AsyncIterator[Engine]:
    """The engine runs while the block does. At its end, actions under way have `grace_s` seconds left."""
    engine = Engine(
        store,
        workers,
        host or VmHost(),
        settings or EngineSettings.of(load_config(os.environ)),
        policy=policy,
        said=to_terminal,
        may_skip=may_skip,
    )
    failure: Exception | None = None
    try:
        async with asyncio.TaskGroup() as tasks:  # an engine that fails takes the block along
            tasks.create_task(engine.run())
            await engine.owning()
            try:
                yield engine
            except Exception as error:
                failure = error
            engine.stop(grace_s)
    except ExceptionGroup as failed:
        raise EngineFailed("the engine inside this process has failed") from failed
    if failure is not None:
        raise failure  # as it left the block: the group is an affair of this function
