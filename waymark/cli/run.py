"""`waymark run`: one run with an engine and workers of its own, from the first row to the result."""

from __future__ import annotations

import asyncio
import logging
import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from waymark.client import Client, Handle
from waymark.default import database_url
from waymark.exceptions import WorkflowFailed, WorkflowParked
from waymark.programs import CompiledWorkflow
from waymark.runtime.config import Config, load_config
from waymark.runtime.engine.patience import patiently
from waymark.runtime.model import ENDED
from waymark.runtime.store.opening import URLS_VARIABLE, open_dsn
from waymark.runtime.store.postgres import PostgresStore

from .errors import UsageError, fail
from .showing import as_json, say, watch
from .target import arguments_of, checked_id, typed_arguments, workflow_of
from .workshop import Interrupted, workshop


@dataclass(frozen=True)
class Job:
    """What the command line asks for."""

    target: str
    file: Path
    workflow: CompiledWorkflow
    given: dict[str, Any]  # of JSON
    arguments: bytes  # made of it, encoded
    key: str | None


def run_workflow(target: str, inputs: str, key: str | None) -> int:
    """Start the run, or go on with the one that has this id, and print what it comes to."""
    named = workflow_of(target)
    given = arguments_of(inputs, named.parameters)
    key = checked_id(named.workflow.name, key)
    config = load_config(os.environ)
    arguments = typed_arguments(named, given, config.user_modules)
    job = Job(target, named.file.resolve(), named.workflow, given, arguments, key)
    quiet = "WAYMARK_LOG_LEVEL" not in os.environ
    logging.basicConfig(level=logging.WARNING if quiet else config.log_level, format="%(message)s")
    with database(config) as dsn:
        return asyncio.run(_run(dsn, config, job))


@contextmanager
def database(config: Config) -> Iterator[str]:
    """The database to use: the one that is named, or an embedded Postgres."""
    if os.environ.get(URLS_VARIABLE):
        raise UsageError(
            f"`waymark run` works on one database, and {URLS_VARIABLE} names several; start the run by Python, where "
            "`waymark start-workers` runs, or unset it here"
        )
    if config.database_url is not None:
        yield database_url(os.environ)
        return
    from waymark.runtime.embedded import EmbeddedPostgres

    with EmbeddedPostgres.open() as postgres:
        say(f"embedded Postgres {postgres.version} in {postgres.folder}")
        yield postgres.dsn()


async def _run(dsn: str, config: Config, job: Job) -> int:
    store = await open_dsn(dsn, application_name="waymark run")
    try:
        handle = await Client(store, apart=True).start(job.workflow, job.arguments, job.key)
        ended = await _greet(handle, job)
        try:
            value = await (handle.result() if ended else _work(store, config, handle, job))
        except (WorkflowFailed, WorkflowParked) as error:
            return fail(str(error))
        except Interrupted as stopped:
            fail(str(stopped))
            say("the run is in the database, and this goes on with it:")
            say(f"  waymark run {shlex.quote(job.target)}{_repeated(job)} --id {shlex.quote(handle.id)}")
            return stopped.exit_code
    finally:
        await store.close()
    typer.echo(as_json(value))
    return 0


async def _greet(handle: Handle, job: Job) -> bool:
    """Say which run this is; whether it has ended before."""
    stored = await handle.stored()
    ended = stored.status in ENDED
    say(f"run {handle.id} of {handle.workflow}{', which has ended before' if ended else ''}")
    if stored.arguments != job.arguments:
        say("  it was started with another --input, which it keeps")
    if stored.unit != job.workflow.entry:
        say("  it was started with another version of the program, which it keeps")
    return ended


async def _work(store: PostgresStore, config: Config, handle: Handle, job: Job) -> Any:
    """Execute the run, and everything else that is ready in this database, until the run has ended."""
    modules = {action.partition(":")[0] for action in job.workflow.actions}
    async with workshop(store, config, job.file, modules) as interrupted:
        result = asyncio.ensure_future(patiently(handle.result))
        watching = asyncio.ensure_future(watch(store, handle))
        try:
            await asyncio.wait({result, interrupted}, return_when=asyncio.FIRST_COMPLETED)
            ended = result.done()
            if ended:
                await watching  # the last actions are still to be told
        finally:
            for task in (result, watching):
                task.cancel()
            await asyncio.wait({result, watching})
    if not ended:  # raised out here: the workshop's task group would wrap it
        raise interrupted.result()
    return result.result()


def _repeated(job: Job) -> str:
    return f" --input {shlex.quote(as_json(job.given, indent=None))}" if job.given else ""
