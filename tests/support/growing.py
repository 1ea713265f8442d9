"""Programs to notice planted faults by: some for all faults, and more of them for the faults that few programs notice.

What a seed comes to changes with its generator, so no seed is named for a fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Generic, Protocol, TypeVar

import pytest
import vm_runs

from waymark.vm import loaded


class Noticing(Protocol):
    def does_otherwise(self) -> bool: ...


P = TypeVar("P", bound=Noticing)


class Growing(Generic[P]):
    """The programs of the first seeds, and those of later ones as they are asked for. None does otherwise by itself."""

    def __init__(self, make: Callable[[range], Sequence[P]], size: int, most: int) -> None:
        self._make = make
        self._ranges = iter([range(start, start + size) for start in range(0, most, size)])
        self._made: list[Sequence[P]] = []

    def __iter__(self) -> Iterator[Sequence[P]]:
        """Part by part. The next one is made when it is asked for: then no fault may be planted."""
        yield from self._made
        for seeds in self._ranges:
            part = self._make(seeds)
            assert not any(each.does_otherwise() for each in part), "without a fault nothing is noticed"
            self._made.append(part)
            yield part


def noticed_by(programs: Growing[P], plant: Callable[[pytest.MonkeyPatch], None]) -> int | None:
    """The number of the first program that does otherwise with the fault."""
    passed = 0
    for part in programs:
        with planted(plant):
            for number, each in enumerate(part):
                if each.does_otherwise():
                    return passed + number
        passed += len(part)
    return None


@contextmanager
def planted(plant: Callable[[pytest.MonkeyPatch], None]) -> Iterator[None]:
    """Loaded code has its handlers bound: a fault needs it anew, and nobody may see it afterwards."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loaded, "_LOADED", type(loaded._LOADED)())
        patch.setattr(loaded, "_ALIVE", type(loaded._ALIVE)())
        # That something changed unnoticed is found by other means; here the outcome alone is to tell.
        patch.setattr(vm_runs, "_check_nothing_was_missed", lambda machine, stored: None)
        patch.setattr(vm_runs, "_check_nothing_was_lost", lambda machine, stored: None)
        plant(patch)
        yield
