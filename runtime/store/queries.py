"""Read the statements of sql/, so that no Python file has SQL text and every statement can be named and tested.

    -- name: find_run
    -- The run of a workflow's key. Empty: nobody started it.
    select run from ...

The sentence belongs to the statement: one without is refused, as is a name that comes twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

import asyncpg
import msgspec

_HEAD = re.compile(r"^-- name: (?P<name>[a-z_]+)\n(?P<says>(?:-- .+\n)*)", re.MULTILINE)


class Query(msgspec.Struct, frozen=True):
    name: str
    says: str
    sql: str


def parse(text: str) -> Iterator[Query]:
    heads = list(_HEAD.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    for head, end in zip(heads, ends, strict=True):
        query = Query(head["name"], head["says"].replace("-- ", "").strip(), text[head.end() : end].strip())
        if not query.says or not query.sql:
            raise ValueError(f"query {query.name} needs a sentence below its name, and SQL below that")
        yield query


def load() -> Mapping[str, Query]:
    """Every query of sql/, by name."""
    queries: dict[str, Query] = {}
    for file in sorted((files("waymark.runtime.store") / "sql").iterdir(), key=lambda file: file.name):
        for query in parse(file.read_text(encoding="utf-8")):
            if query.name in queries:
                raise ValueError(f"{file.name} names a second query {query.name}")
            queries[query.name] = query
    return queries


QUERIES = load()


async def one_row(connection: asyncpg.Connection, name: str, *arguments: Any) -> asyncpg.Record:
    """The answer of a query that has one row always."""
    row = await connection.fetchrow(QUERIES[name].sql, *arguments)
    assert row is not None, QUERIES[name].says
    return row
