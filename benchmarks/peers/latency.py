"""A run of one action, from its start to its result in another process, one run after the other."""

from __future__ import annotations

from collections.abc import Iterator

from .arena import LIMIT_S, PROMPT_POLL_S, Arena
from .rows import Aim, Row
from .standing import Standing

AIMS = {50: 4.0, 95: 8.0}  # ms


def measure(arena: Arena) -> Iterator[Row]:
    count = arena.bench.count(60, least=3)
    names = {share: f"one action, start to result, p{share}" for share in AIMS}

    def measured(stands: Standing) -> Iterator[tuple[str, float]]:
        taken = sorted(stands.ask(LIMIT_S, "latency", count=count)["ms"])
        for share, name in names.items():
            yield name, taken[int(share / 100 * (len(taken) - 1))]

    rounds = arena.bench.rounds(3)
    found = arena.in_turns("latency", rounds, list(names.values()), measured, PROMPT_POLL_S)
    for share, name in names.items():
        yield Row(name=name, unit="ms", values=found[name], aims=(Aim(AIMS[share]),))
