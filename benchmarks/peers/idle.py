"""What a host costs on which nothing happens, with everybody's own intervals of polling: transactions, and CPU."""

from __future__ import annotations

import time
from collections.abc import Iterator

from ..processes import tree_cpu_s
from .arena import Arena
from .contenders import BARE
from .counting import transactions
from .rows import Aim, Row
from .standing import Standing

SETTLE_S, REST_S = 12, 15  # the server counts what was done before in its own time


def measure(arena: Arena) -> Iterator[Row]:
    settle_s, rest_s = arena.bench.subject(SETTLE_S, least=1), arena.bench.subject(REST_S, least=1)
    server = arena.bench.server.dsn("postgres")
    rate, cpu = "at rest, transactions", "at rest, CPU in 100 s"

    def measured(stands: Standing) -> Iterator[tuple[str, float]]:
        time.sleep(settle_s)
        before, spent, began = transactions(server), tree_cpu_s(stands.pid), time.perf_counter()
        time.sleep(rest_s)
        took = time.perf_counter() - began
        yield rate, max(0.0, transactions(server) - before) / took
        yield cpu, (tree_cpu_s(stands.pid) - spent) / took * 100

    found = arena.in_turns("idle", 1, [rate, cpu], measured, poll_s=None)
    for values in found.values():
        values.pop(BARE, None)  # there is nothing at rest
    yield Row(name=rate, unit="1/s", values=found[rate], aims=(Aim(10.0),))
    yield Row(name=cpu, unit="s", values=found[cpu], aims=(Aim(1.0),))
