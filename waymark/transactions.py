"""Starts inside the caller's own transaction: with it the run exists, and without it, it never did.

The connection is an asyncpg connection, or SQLAlchemy's AsyncConnection or AsyncSession over asyncpg. Anything else can
call the SQL function `waymark.start_run(workflow, id, arguments)`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from importlib import import_module
from typing import Any

import asyncpg

from waymark.runtime.model import NewRun, RunRef, partition_of
from waymark.runtime.store.queries import QUERIES
from waymark.runtime.store.rows import plain_uuid
from waymark.runtime.store.rules import check_new
from waymark.runtime.store.starts import arguments_of

from .exceptions import BadOption

StartOn = Callable[[Sequence[NewRun]], Awaitable[Sequence[RunRef]]]


def starting_on(connection: Any) -> StartOn:
    """BadOption if it is no connection that we know."""
    if isinstance(connection, asyncpg.Connection) or hasattr(connection, "_con"):  # one of a pool has the real one
        return lambda news: _start(connection, news)
    module = type(connection).__module__.partition(".")[0]
    if module in ("sqlalchemy", "sqlmodel") and hasattr(connection, "run_sync"):
        return lambda news: _start_by_sqlalchemy(connection, news)
    raise BadOption(
        "start(connection=...) takes an asyncpg connection, or SQLAlchemy's AsyncConnection or AsyncSession, not a "
        f"{type(connection).__module__}.{type(connection).__qualname__}. With any other, call the SQL function "
        "waymark.start_run(workflow, id, arguments)"
    )


async def _start_by_sqlalchemy(connection: Any, news: Sequence[NewRun]) -> Sequence[RunRef]:
    text = import_module("sqlalchemy").text

    await connection.execute(text("select 1"))  # SQLAlchemy begins its transaction with its first statement
    if not hasattr(connection, "get_raw_connection"):  # a session
        connection = await connection.connection()
    raw = (await connection.get_raw_connection()).driver_connection
    if not isinstance(raw, asyncpg.Connection):
        raise BadOption(
            f"start(connection=...) works with SQLAlchemy over asyncpg, and this is over {type(raw).__module__}; call "
            "the SQL function waymark.start_run(workflow, id, arguments) instead"
        )
    return await _start(raw, news)


async def _start(connection: Any, news: Sequence[NewRun]) -> Sequence[RunRef]:
    """What the database says against it is the caller's to handle: it is his transaction that has failed."""
    for new in news:
        check_new(new)
    first = {(new.workflow, new.key): new for new in reversed(news)}
    runs = await connection.fetchval(QUERIES["start"].sql, *arguments_of(list(first.values())))
    refs = {name: RunRef(partition_of(*name), plain_uuid(run)) for name, run in zip(first, runs, strict=True)}
    return [refs[new.workflow, new.key] for new in news]
