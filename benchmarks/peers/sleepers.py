"""Thousands of runs that sleep at the same time: when all are done, and how large the largest process has become."""

from __future__ import annotations

from collections.abc import Iterator

from ..processes import tree_peak_mib
from .arena import LIMIT_S, Arena
from .contenders import BARE
from .rows import Aim, Row
from .standing import Standing

COUNT, SECONDS = 5_000, 5.0


def measure(arena: Arena) -> Iterator[Row]:
    count, seconds = arena.bench.subject(COUNT, least=20), arena.bench.subject(SECONDS, least=1)
    done, memory = f"{count:,} runs that sleep {seconds:g} s, all done", "the largest process meanwhile"

    def measured(stands: Standing) -> Iterator[tuple[str, float]]:
        yield done, stands.ask(LIMIT_S, "sleepers", count=count, seconds=seconds)["seconds"]
        yield memory, tree_peak_mib(stands.pid)

    found = arena.in_turns("sleepers", arena.bench.rounds(1), [done, memory], measured)
    found[memory].pop(BARE, None)  # it holds nothing
    yield Row(name=done, unit="s", values=found[done], aims=(Aim(6.0),))
    yield Row(name=memory, unit="MiB", values=found[memory], aims=(Aim(120.0),))
