"""What exists once for a machine and has a name for ever: static functions, container constants, natives.

A snapshot holds the name and a restore looks the object up again, so `is` keeps its answer. The units that a run needs
are loaded when it first needs them, through the loader that its driver gave.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

from waymark.stdlib.catalogue import BUILTINS, NATIVES

from .errors import Thrown, Uncatchable
from .loaded import LoadedFunction, LoadedUnit
from .surface import Fault
from .unit import Link
from .values.functions import VMFunction

UnitLoader = Callable[[bytes], LoadedUnit]


class Statics:
    """The named objects of one run."""

    def __init__(self, load_unit: UnitLoader) -> None:
        self._load_unit = load_unit
        self._units: dict[bytes, LoadedUnit] = {}
        self._functions: dict[tuple[bytes, int], VMFunction] = {}
        self._constants: dict[int, tuple[bytes, int]] = {}

    def unit(self, code_hash: bytes) -> LoadedUnit:
        found = self._units.get(code_hash)
        if found is None:
            found = self._units[code_hash] = self._load_unit(code_hash)
            for index, constant in enumerate(found.unit.constants):
                # () is one object in all of Python: it needs no name, and one unit must not claim it.
                if type(constant) is tuple and constant:
                    self._constants[id(constant)] = (code_hash, index)
        return found

    def code(self, code_hash: bytes, index: int) -> LoadedFunction:
        return self.unit(code_hash).functions[index]

    def function(self, code_hash: bytes, index: int) -> VMFunction:
        """The static function; always the same object in this run."""
        found = self._functions.get((code_hash, index))
        if found is None:
            loaded = self.code(code_hash, index)
            found = self._functions[code_hash, index] = VMFunction(
                loaded, (), loaded.defaults, dict(loaded.kwdefaults) or None, static=True
            )
        return found

    def exported(self, code_hash: bytes, name: str) -> VMFunction:
        index = self.unit(code_hash).exports.get(name)
        if index is None:
            raise Fault(f"unit {code_hash.hex()[:12]} does not export {name!r}")
        return self.function(code_hash, index)

    def linked(self, link: Link) -> VMFunction:
        return self.exported(link.unit, link.name)

    def constant(self, code_hash: bytes, index: int) -> Any:
        return self.unit(code_hash).unit.constants[index]

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
    return NATIVES[name].call


def builtin(name: str) -> Any:
    """What a name comes to that no module has bound, or that was deleted: the builtin behind it, if there is one."""
    key = BUILTINS.get(name)
    if key is not None:
        return NATIVES[key].call
    if hasattr(builtins, name):
        raise Uncatchable(f"a workflow cannot call `{name}`, the builtin that the name comes to once it is deleted")
    raise Thrown(NameError(f"name '{name}' is not defined", name=name))


_NATIVE_NAMES: dict[Any, str] = {entry.call: key for key, entry in NATIVES.items()}
