"""A run that only computes: a loop of 100,000 turns without an action. Peers run it as CPython does, and we on a VM."""

from __future__ import annotations

from collections.abc import Iterator

from .arena import LIMIT_S, PROMPT_POLL_S, Arena
from .rows import Row
from .standing import Standing

TURNS = 100_000


def measure(arena: Arena) -> Iterator[Row]:
    turns = arena.bench.subject(TURNS, least=100)
    name = f"a loop of {turns:,} turns, start to result"

    def measured(stands: Standing) -> Iterator[tuple[str, float]]:
        yield name, stands.ask(LIMIT_S, "control", turns=turns)["seconds"] * 1000

    found = arena.in_turns("control flow", arena.bench.rounds(3), [name], measured, PROMPT_POLL_S)
    yield Row(name=name, unit="ms", values=found[name])
