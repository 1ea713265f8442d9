"""What exists once for a machine and has a name for ever: static functions and classes, container constants, natives.

A snapshot holds the name and a restore looks the object up again, so `is` keeps its answer. The units that a run needs
are loaded when it first needs them, through the loader that its driver gave.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

from waymark.stdlib.catalogue import BUILTINS, NATIVES
from waymark.stdlib.values.own_types import OwnType

from .errors import Thrown, Uncatchable
from .loaded import LoadedFunction, LoadedUnit
from .own_types import OWN_TYPES
from .surface import Fault
from .unit import Link
from .values.functions import VMFunction

UnitLoader = Callable[[bytes], LoadedUnit]


class Statics:
    """The named objects of one run."""

    def __init__(self, load_unit: UnitLoader) -> None:
        self._load_unit = load_unit
        self.make: Callable[[LoadedUnit, int], type] | None = None  # while classes are made: how
        self._units: dict[bytes, LoadedUnit] = {}
        self._functions: dict[tuple[bytes, int], VMFunction] = {}
        self._constants: dict[int, tuple[bytes, int]] = {}

    def unit(self, code_hash: bytes) -> LoadedUnit:
        found = self._units.get(code_hash)
        if found is None:
            found = self._load_unit(code_hash)
            self.adopt(found)
        return found

    def adopt(self, unit: LoadedUnit) -> None:
        """The run uses the unit, and what its classes are made of."""
        for each in (unit, *unit.uses):
            if each.code_hash not in self._units:
                self._units[each.code_hash] = each
                self._constants = each.places | self._constants  # what has a name keeps it

    def units(self) -> tuple[LoadedUnit, ...]:
        """Those that were used."""
        return tuple(self._units.values())

    def code(self, code_hash: bytes, index: int) -> LoadedFunction:
        return self.unit(code_hash).functions[index]

    def function(self, code_hash: bytes, index: int) -> VMFunction:
        """The static function; always the same object in this run."""
        found = self._functions.get((code_hash, index))
        if found is None:
            loaded = self.code(code_hash, index)
            if index in loaded.unit.shared:
                return loaded.unit.shared[index]
            found = self._functions[code_hash, index] = VMFunction(
                loaded, (), loaded.defaults, dict(loaded.kwdefaults) or None, static=True
            )
        return found

    def exported(self, code_hash: bytes, name: str) -> VMFunction:
        index = self.unit(code_hash).exports.get(name)
        if index is None:
            raise Fault(f"unit {code_hash.hex()[:12]} does not export {name!r}")
        return self.function(code_hash, index)

    def linked(self, link: Link) -> VMFunction | type:
        if ":" in link.name:
            return self.class_(link.unit, self.unit(link.unit).class_places[link.name])
        return self.exported(link.unit, link.name)

    def class_(self, code_hash: bytes, index: int) -> type:
        """The static class; one a process."""
        unit = self.unit(code_hash)
        found = unit.made[index]
        if found is None:
            if self.make is None:
                raise Fault(f"static class {unit.unit.classes[index].name} is not made")
            found = self.make(unit, index)
        return found

    def class_named(self, code_hash: bytes, name: str) -> type | None:
        """A static class of a unit or of those that it links to, by `module:name`."""
        unit = self.unit(code_hash)
        for each in (unit, *(self.unit(link.unit) for link in unit.unit.links if ":" in link.name)):
            if name in each.class_places:
                return each.made[each.class_places[name]]
        return None

    def constant(self, code_hash: bytes, index: int) -> Any:
        return self.unit(code_hash).constants[index]

    def name_of_constant(self, value: tuple[Any, ...]) -> tuple[bytes, int] | None:
        """Which container constant this very object is, if it is one."""
        return self._constants.get(id(value))


def native_name(value: object) -> str | None:
    """The persisted name of a native function or builtin type, or None."""
    try:
        return _NATIVE_NAMES.get(value)
    except TypeError:  # unhashable: certainly no native
        return None


def native(name: str) -> Any:
    found = NATIVES[name].call
    return OWN_TYPES[found.name] if type(found) is OwnType else found


def builtin(name: str) -> Any:
    """What a name comes to that no module has bound, or that was deleted: the builtin behind it, if there is one."""
    key = BUILTINS.get(name)
    if key is not None:
        return NATIVES[key].call
    if name in vars(builtins):
        raise Uncatchable(f"a workflow cannot call `{name}`, the builtin that the name comes to once it is deleted")
    raise Thrown(NameError(f"name '{name}' is not defined", name=name))


_NATIVE_NAMES: dict[Any, str] = {entry.call: key for key, entry in NATIVES.items()}
