"""Chains of three actions that do nothing: how many a second, and what CPU they take of all processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..processes import tree_cpu_s
from .arena import LIMIT_S, Arena
from .contenders import BARE, DBOS, OURS
from .rows import Aim, Row
from .standing import Standing

COUNT = 1_000
ONE_BY_ONE, AT_ONCE = "started one by one", "started at once"
WIDTH = 50
IN_GROUPS = f"{WIDTH} start() at a time"  # of coroutines; the threads and clients of others start "at once" that way
SPEED, CPU, SERVER = "chain of 3, {}", "chain of 3, {}, CPU of all processes for 1,000", "of it Postgres, {}"


def measure(arena: Arena) -> Iterator[Row]:
    count = arena.bench.count(COUNT, least=5)
    figures = [name.format(how) for how in (ONE_BY_ONE, AT_ONCE) for name in (SPEED, CPU, SERVER)]
    server = arena.bench.server.pid

    def measured(stands: Standing) -> Iterator[tuple[str, float]]:
        for how in (ONE_BY_ONE, AT_ONCE):
            spent, spent_by_server = spending(stands.pid, server), spending(server)
            seconds = stands.ask(LIMIT_S, "chain", count=count, at_once=how == AT_ONCE)["seconds"]
            yield SPEED.format(how), count / seconds
            yield CPU.format(how), spent() * 1000 / count
            yield SERVER.format(how), spent_by_server() * 1000 / count

    found = arena.in_turns("chain", arena.bench.rounds(3), figures, measured)
    speed_aims = (Aim(10.0, DBOS), Aim(0.15, BARE))
    for how, cpu_s_max in ((ONE_BY_ONE, 0.9), (AT_ONCE, 0.7)):
        speed, cpu, share = (name.format(how) for name in (SPEED, CPU, SERVER))
        yield Row(name=speed, unit="runs/s", values=found[speed], more_is_better=True, aims=speed_aims)
        yield Row(name=cpu, unit="s", values=found[cpu], aims=(Aim(cpu_s_max),))
        yield Row(name=share, unit="s", values=found[share])
    yield from _in_groups(arena, count)


def _in_groups(arena: Arena, count: int) -> Iterator[Row]:
    speed, cpu, share = figures = [name.format(IN_GROUPS) for name in (SPEED, CPU, SERVER)]
    server = arena.bench.server.pid

    def measured(stands: Standing) -> Iterator[tuple[str, float]]:
        spent, spent_by_server = spending(stands.pid, server), spending(server)
        yield speed, count / stands.ask(LIMIT_S, "chain_in_groups", count=count, width=WIDTH)["seconds"]
        yield cpu, spent() * 1000 / count
        yield share, spent_by_server() * 1000 / count

    found = arena.in_turns("chain, in groups", arena.bench.rounds(3), figures, measured, among=[OURS])
    yield Row(name=speed, unit="runs/s", values=found[speed], more_is_better=True)
    yield Row(name=cpu, unit="s", values=found[cpu])
    yield Row(name=share, unit="s", values=found[share])


def spending(*pids: int) -> Callable[[], float]:
    """Seconds of CPU of these processes and all below them, from now on."""
    before = tree_cpu_s(*pids)
    return lambda: tree_cpu_s(*pids) - before
