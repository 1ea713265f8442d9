"""Make the static classes of a unit, as any process that runs it will, to find out whether they can be."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from waymark.vm.codec import code_hash
from waymark.vm.loaded import LoadedUnit
from waymark.vm.static_classes import NotStatic, make_ready, ready_unit
from waymark.vm.unit import Unit


def proven(unit: Unit, library: Mapping[bytes, Unit]) -> str | None:
    """None if the static classes of the unit can be made; else the name of the first one that cannot be."""
    try:
        make_ready(LoadedUnit(unit, code_hash(unit)), partial(ready_unit, library.__getitem__))
    except NotStatic as refused:
        return refused.name
    return None
