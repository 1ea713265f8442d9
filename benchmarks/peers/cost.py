"""What a chain of three costs the database: transactions, rows written, WAL, bytes on disk. CPU is in chain.py.

WAL and growth are those from a checkpoint before the chains to one after them. Transactions and rows are counted from
before a contender comes up until after it has gone, when the server knows them all, less those of coming up and going.
"""

from __future__ import annotations

from collections.abc import Iterator

from .arena import LIMIT_S, Arena, Found, noting
from .contenders import Contender
from .counting import done, written
from .rows import Aim, Row

COUNT = 1_000
FIGURES = {"transactions": "", "rows": "", "wal": "B", "disk": "B"}
NAMES = {
    "transactions": "transactions a run",
    "rows": "rows written a run",
    "wal": "WAL a run",
    "disk": "the database's growth a run",
}
WAL_B_MAX = 4_200.0


def measure(arena: Arena) -> Iterator[Row]:
    count = arena.bench.count(COUNT, least=5)
    found: Found = {figure: {} for figure in FIGURES}
    for each in arena.contenders:
        arena.bench.say(f"cost: {each.name}")
        with noting(found, each) as known:
            for figure, value in of_a_run(arena, each, count).items():
                found[figure][each.name] = (value,)
                known.add(figure)
    for figure, unit in FIGURES.items():
        aims = (Aim(WAL_B_MAX),) if figure == "wal" else ()
        yield Row(name=f"chain of 3, {NAMES[figure]}", unit=unit, values=found[figure], aims=aims)


def of_a_run(arena: Arena, contender: Contender, count: int) -> dict[str, float]:
    server, dsn = arena.bench.server.dsn("postgres"), arena.dsn(contender)
    with arena.up(contender):  # the first time makes the database
        pass
    before = done(dsn)
    with arena.up(contender):
        pass
    between = done(dsn)
    with arena.up(contender) as stands:
        unwritten = written(server, dsn)
        stands.ask(LIMIT_S, "chain", count=count, at_once=True)
        now = written(server, dsn)
    after = done(dsn)
    spent, anyway = after.since(between), between.since(before)
    return {
        "transactions": (spent.transactions - anyway.transactions) / count,
        "rows": (spent.rows - anyway.rows) / count,
        "wal": (now.wal - unwritten.wal) / count,
        "disk": (now.disk - unwritten.disk) / count,
    }
