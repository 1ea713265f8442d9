"""The prelude as units, each compiled once a process, when it is needed. A program's links name their exact hashes.

Compiling one takes as long as a program of its size, in WRL as in Python (`stdlib/prelude/python.py`), so what came of
it is kept on disk beside compiled programs (`cache.py`), and a wheel brings it along (`shipped.py`). Everything links
to those in WRL; they are there at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache as once
from pathlib import Path

from waymark.stdlib import prelude
from waymark.stdlib.catalogue import NATIVES
from waymark.stdlib.prelude.python import MODULES as IN_PYTHON
from waymark.vm.codec import code_hash, decode_unit, encode_unit
from waymark.vm.unit import Unit
from waymark.vm.verify import verify_unit

from . import cache
from .shipped import shipped

_PLACE = Path(prelude.__file__)  # what its compiled modules are kept under
_NAMES = (*prelude.MODULES, *IN_PYTHON)


class Library(Mapping[str, Unit]):
    """Module name -> unit, for every prelude module."""

    def __init__(self) -> None:
        self._units: dict[str, Unit] = {}
        self._by_hash: dict[bytes, Unit] = {}
        for name in prelude.MODULES:
            self._add(name, self._kept(name) or self._generated(name))

    def __getitem__(self, name: str) -> Unit:
        if name not in self._units and name in IN_PYTHON:
            self._add(name, self._kept(name) or self._compiled(name))
        return self._units[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_NAMES)

    def __len__(self) -> int:
        return len(_NAMES)

    def __contains__(self, name: object) -> bool:
        return name in _NAMES

    def by_hash(self) -> Mapping[bytes, Unit]:
        """Code hash -> unit, of those that something has linked to in this process."""
        return self._by_hash

    def _add(self, name: str, unit: Unit) -> None:
        self._units[name] = unit
        self._by_hash.setdefault(code_hash(unit), unit)

    def _kept(self, name: str) -> Unit | None:
        """The unit as it came with the installation, or as an earlier process compiled it, with those it links to."""
        if name in shipped().units:
            return self._shipped(name)
        entry = cache.load(_PLACE, name)
        if entry is None:
            return None
        for hashed, data in entry.units:
            if hashed not in self._by_hash:
                self._by_hash[hashed] = decode_unit(data, source=name)
        return self._by_hash[entry.entry]

    def _shipped(self, name: str) -> Unit:
        hashed, data = shipped().units[name]
        unit = self._by_hash[hashed] = decode_unit(data, source=name)
        for needed in unit.needs():
            if needed not in self._by_hash:
                self[shipped().names[needed]]
        return unit

    def _generated(self, name: str) -> Unit:
        from waymark.grammar import parse

        from .codegen import generate

        text = prelude.source(name)
        unit = generate(parse(text, name), library=self._units, source_name=f"<{name}>", wrl=text)
        verify_unit(unit, natives=NATIVES)
        return self._keep(name, unit)

    def _compiled(self, name: str) -> Unit:
        from .prelude_units import python_unit  # the compiler itself, which asks for the library

        return self._keep(name, python_unit(name))

    def _keep(self, name: str, unit: Unit) -> Unit:
        self._by_hash[code_hash(unit)] = unit
        units = tuple((code_hash(each), encode_unit(each)) for each in linked_by(unit, self._by_hash))
        cache.save(_PLACE, name, cache.Entry((), (), (), code_hash(unit), units, (), ""))
        return unit


@once
def library() -> Library:
    """The prelude of this waymark."""
    return Library()


def linked_units(unit: Unit, available: Iterable[Unit] = ()) -> tuple[Unit, ...]:
    """The unit and all that it links to, directly or not: what a run of it needs, in a fixed order.

    They are looked for among those that are `available`, and in the library.
    """
    return linked_by(unit, {**library().by_hash(), **{code_hash(candidate): candidate for candidate in available}})


def linked_by(unit: Unit, by_hash: Mapping[bytes, Unit]) -> tuple[Unit, ...]:
    """The same, of units that are known by hash."""
    found: dict[bytes, Unit] = {code_hash(unit): unit}
    pending = [unit]
    while pending:
        for needed in pending.pop(0).needs():
            if needed not in found:
                found[needed] = by_hash[needed]
                pending.append(by_hash[needed])
    return tuple(found.values())
