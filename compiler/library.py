"""The prelude as units, compiled once a process. A program's links name their exact hashes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from waymark.grammar import parse
from waymark.stdlib import prelude
from waymark.stdlib.catalogue import NATIVES
from waymark.vm.codec import code_hash
from waymark.vm.unit import Unit
from waymark.vm.verify import verify_unit

from .codegen import generate


@cache
def library() -> Mapping[str, Unit]:
    """Module name -> unit, for every prelude module."""
    units: dict[str, Unit] = {}
    for name in prelude.MODULES:
        text = prelude.source(name)
        unit = generate(parse(text, name), library=units, source_name=f"<{name}>", wrl=text)
        verify_unit(unit, natives=NATIVES)
        units[name] = unit
    return MappingProxyType(units)


def linked_units(unit: Unit, available: Iterable[Unit]) -> tuple[Unit, ...]:
    """The unit and all that it links to, directly or not: what a run of it needs, in a fixed order."""
    by_hash = {code_hash(candidate): candidate for candidate in available}
    found: dict[bytes, Unit] = {code_hash(unit): unit}
    pending = [unit]
    while pending:
        for needed in pending.pop(0).needs():
            if needed not in found:
                found[needed] = by_hash[needed]
                pending.append(by_hash[needed])
    return tuple(found.values())
