"""One run with many branches of one action each, all of them at once."""

from __future__ import annotations

from collections.abc import Iterator

from .arena import LIMIT_S, Arena
from .rows import Aim, Row
from .standing import Standing

SIZES = {1_000: 0.35, 10_000: 3.5}  # branches, and the seconds that they may take


def measure(arena: Arena) -> Iterator[Row]:
    sizes = {arena.bench.subject(branches, least=branches // 100): bound for branches, bound in SIZES.items()}
    names = {branches: f"fan-out of {branches:,}" for branches in sizes}

    def measured(stands: Standing) -> Iterator[tuple[str, float]]:
        for branches, name in names.items():
            yield name, stands.ask(LIMIT_S, "fan_out", branches=branches)["seconds"]

    found = arena.in_turns("fan-out", arena.bench.rounds(3), list(names.values()), measured)
    for branches, name in names.items():
        yield Row(name=name, unit="s", values=found[name], aims=(Aim(sizes[branches]),))
