"""`waymark sim`: the engine's core in a world where everything goes wrong, told from its seed."""

from __future__ import annotations

import typer

from waymark.compiler.library import linked_units
from waymark.compiler.pipeline import compile_text
from waymark.runtime.sim.pool import Pool, Program
from waymark.runtime.sim.report import tell_seed, try_seeds
from waymark.runtime.sim.texts import text_of
from waymark.vm.codec import code_hash, encode_unit

PROGRAMS = 32


def simulate(seed: int, count: int, steps: int | None) -> int:
    pool = compiled_pool()
    if count > 1:
        return 1 if try_seeds(seed, count, typer.echo, pool) else 0
    return 0 if tell_seed(seed, steps, typer.echo, pool) else 1


def compiled_pool(count: int = PROGRAMS) -> Pool:
    """Generated workflows, through the real compiler. A seed's world depends on how many there are."""
    return Pool([_program(text_of(number)) for number in range(count)])


def _program(text: str) -> Program:
    compilation = compile_text(text, path="pool.py", module="pool")
    compilation.raise_if_failed()
    assert compilation.unit is not None, "a compilation without diagnostics has a unit"
    units = {code_hash(unit): encode_unit(unit) for unit in linked_units(compilation.unit)}
    return Program(compilation.unit.workflows[0].name, code_hash(compilation.unit), units, text)
