"""`waymark sim`: the engine's core in a world where everything goes wrong, told from its seed."""

from __future__ import annotations

import typer

from waymark.runtime.sim.report import tell_seed, try_seeds


def simulate(seed: int, count: int, steps: int | None) -> int:
    if count > 1:
        return 1 if try_seeds(seed, count, typer.echo) else 0
    return 0 if tell_seed(seed, steps, typer.echo) else 1
