"""`waymark run`: one run with an engine and workers of its own, from the first row to the result."""

from __future__ import annotations

import asyncio
import json
import math
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import typer

from waymark.client import Client, Handle
from waymark.exceptions import WorkflowFailed, WorkflowParked
from waymark.programs import CompiledWorkflow
from waymark.runtime.config import Config, load_config
from waymark.runtime.engine.settings import EngineSettings
from waymark.runtime.engine.shell import Engine
from waymark.runtime.engine.vmhost import VmHost
from waymark.runtime.store.postgres import PostgresStore
from waymark.runtime.workers.dispatch import PoolSettings, WorkerPool

from .errors import fail
from .target import arguments_of, workflow_of

PROGRESS_S = 0.3  # between two looks at what has been done
GRACE_S = 2.0  # of actions of other runs that are under way at the end


def run_workflow(target: str, inputs: str, key: str | None) -> int:
    """Start the run, or go on with the one that has this id, and print what it comes to."""
    file, workflow, parameters = workflow_of(target)
    arguments = arguments_of(inputs, parameters)
    config = load_config(os.environ)
    with database(config) as dsn:
        return asyncio.run(_run(dsn, config, file.absolute(), workflow, arguments, key))


@contextmanager
def database(config: Config) -> Iterator[str]:
    """The database to use: the one that is named, or an embedded Postgres."""
    if config.database_url is not None:
        yield config.database_url
        return
    from waymark.runtime.embedded import EmbeddedPostgres

    with EmbeddedPostgres.open() as postgres:
        say(f"embedded Postgres {postgres.version} in {postgres.folder}")
        yield postgres.dsn()


async def _run(
    dsn: str, config: Config, file: Path, workflow: CompiledWorkflow, arguments: dict[str, Any], key: str | None
) -> int:
    store = await PostgresStore.connect(dsn)
    try:
        async with _engine(store, config, file):
            handle = await Client(store).start(workflow, arguments, key)
            say(f"run {handle.id} of {handle.workflow}")
            async with asyncio.TaskGroup() as tasks:
                ended = asyncio.Event()
                tasks.create_task(_watch(store, handle, ended))
                try:
                    shown = json.dumps(for_people(await handle.result()), indent=2, ensure_ascii=False)
                except (WorkflowFailed, WorkflowParked) as error:
                    return fail(str(error))
                finally:
                    ended.set()
    finally:
        await store.close()
    typer.echo(shown)
    return 0


@asynccontextmanager
async def _engine(store: PostgresStore, config: Config, file: Path) -> AsyncIterator[None]:
    """An engine in this process over workers in others. If another engine holds the database, it does the work."""
    modules = (str(file), *config.user_modules)
    pool = WorkerPool(PoolSettings(processes=config.worker_count, slots=config.slots_per_worker, modules=modules))
    engine = Engine(store, pool, VmHost(), EngineSettings.of(config))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(engine.run())
        try:
            yield
        finally:
            engine.stop(GRACE_S)


async def _watch(store: PostgresStore, handle: Handle, ended: asyncio.Event) -> None:
    """Say each action that is done, and a last time when the run has ended."""
    told = 0
    last = False
    while not last:
        try:
            async with asyncio.timeout(PROGRESS_S):
                last = await ended.wait()
        except TimeoutError:
            pass  # time for another look
        calls = await store.calls_of(handle.ref)
        for call in calls[told:]:
            took = (call.finished_at - call.started_at) / 1_000_000
            say(f"  {call.action} {'done' if call.ok else 'failed'} in {took:.2f} s, attempt {call.attempt}")
        told = len(calls)


def say(text: str) -> None:
    """Progress goes to stderr: stdout is the result alone."""
    print(text, file=sys.stderr, flush=True)


def for_people(value: Any) -> Any:
    """A value as JSON shows it. For reading only: what JSON has no form for is shown as Python writes it."""
    if isinstance(value, dict):
        return {key if isinstance(key, str) else repr(key): for_people(content) for key, content in value.items()}
    if isinstance(value, list | tuple):
        return [for_people(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    return value if value is None or isinstance(value, bool | int | float | str) else repr(value)
