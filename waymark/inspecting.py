"""Where a stored run stands, with the units that it needs fetched from the store."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from waymark.runtime.people import ClientStore, StoredState
from waymark.vm.codec import decode_unit
from waymark.vm.standing import Standing, standing
from waymark.vm.surface import Fault
from waymark.vm.unit import Unit

Made = TypeVar("Made")

UNITS_MAX = 1000
_units: dict[bytes, Unit] = {}  # by code hash, of any database: a unit never changes


async def standing_of(store: ClientStore, state: StoredState) -> Standing:
    """Without a state (it has not begun, or has finished) there are no fibers."""
    run = state.run
    if not run.root:
        return Standing(run.workflow, 0, (), (), (), run.wake_at)
    return await _with_units(store, lambda unit: standing(unit, run.root, state.pages.__getitem__))


async def _with_units(store: ClientStore, make: Callable[[Callable[[bytes], Unit]], Made]) -> Made:
    """What is missing is fetched, and `make` is asked again."""
    while True:
        missing: list[bytes] = []

        def load(code_hash: bytes, missing: list[bytes] = missing) -> Unit:
            if code_hash not in _units:
                missing.append(code_hash)
            return _units[code_hash]

        try:
            return make(load)
        except (Exception, Fault):
            if not missing:
                raise
        for code_hash in missing:
            data = await store.get_unit(code_hash)
            if data is None:
                raise LookupError(f"unit {code_hash.hex()} is not in the database, so the run cannot be looked at")
            if len(_units) >= UNITS_MAX:
                _units.clear()
            _units[code_hash] = decode_unit(data)
