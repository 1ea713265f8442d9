"""The client of a command that asks for runs: on the database that is named, or on the project's embedded Postgres."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from waymark.client import Client
from waymark.exceptions import UnknownRun, WaymarkError
from waymark.handle import Handle
from waymark.runtime.config import load_config
from waymark.runtime.people import ClientStore
from waymark.runtime.store.rules import can_exist

from .run import database

Answer = TypeVar("Answer")


def asked(work: Callable[[Client], Awaitable[Answer]]) -> Answer:
    """Do something with a client, which is closed afterwards."""

    async def ask(dsn: str) -> Answer:
        async with Client(dsn, apart=True) as client:
            return await work(client)

    with database(load_config(os.environ)) as dsn:
        return asyncio.run(ask(dsn))


async def run_named(client: Client, name: str) -> Handle[Any]:
    """The run of an id, or of WORKFLOW/ID. Ids belong to workflows, so an id alone may mean several."""
    store = client.store
    workflow, slash, key = name.partition("/")
    if slash and await _is_there(store, workflow, key):
        return client.handle(workflow, key)
    there = [row.workflow for row in await store.list_workflows() if await _is_there(store, row.workflow, name)]
    if len(there) > 1:
        choices = " or ".join(f"{each}/{name}" for each in there)
        raise WaymarkError(f"{len(there)} workflows have a run {name!r}: say {choices}")
    if not there:
        raise UnknownRun(workflow, key) if slash else UnknownRun(None, name)
    return client.handle(there[0], name)


async def _is_there(store: ClientStore, workflow: str, key: str) -> bool:
    return bool(key) and can_exist(workflow, key) and await store.find_run(workflow, key) is not None
