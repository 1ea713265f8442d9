"""What belongs to no run: static classes, and all that hangs on them. One a process, and nobody may write to it.

Each object has a name for ever: the unit and the class that it is a part of, and the attributes that lead there from
the class. A snapshot holds the name, so a restore finds the very object, in whatever process.
"""

from __future__ import annotations

from collections.abc import KeysView
from typing import TYPE_CHECKING, NamedTuple

from waymark.stdlib.prelude.python import MODULES

from ..errors import Uncatchable

if TYPE_CHECKING:
    from .functions import VMFunction


class Fixed(NamedTuple):
    """The name of an object: the code hash of its unit, the name of the static class, and the way from there."""

    unit: bytes
    name: str
    steps: tuple[str, ...]


_FIXED: dict[int, Fixed] = {}  # by identity; a loaded unit holds the objects, and takes their names with it


def fixed(value: object) -> Fixed | None:
    """The name of an object that belongs to no run; None for all others."""
    return _FIXED.get(id(value))


def none_is_fixed(places: KeysView[int]) -> bool:
    """Whether none of these ids is that of an object that belongs to no run."""
    return _FIXED.keys().isdisjoint(places)


def enter(names: dict[int, Fixed]) -> None:
    """These objects are fixed from now on."""
    _FIXED.update(names)


def forget(places: tuple[int, ...]) -> None:
    """The objects are gone."""
    for place in places:
        _FIXED.pop(place, None)


def is_shared(function: VMFunction) -> bool:
    """Whether the function is one a process: it hangs on a static class, or the class has it as a value."""
    return id(function) in _FIXED or function.loaded.unit.shared.get(function.loaded.index) is function


def check_function(function: VMFunction, name: str) -> None:
    """The same for a function."""
    check_own(function, name)
    if is_shared(function):
        raise Uncatchable(
            f"this changes `{name}` of function {function.qualname}, in a way that the compiler could not see, and a "
            f"class that all runs share has it as a value; write `{function.qualname}.{name} = ...` somewhere at the "
            "top of the module"
        )


def check_own(value: object, name: str) -> None:
    """End the run if it is about to change `name` of an object that is not its own."""
    found = _FIXED.get(id(value))
    if found is None:
        return
    if found.name.partition(":")[0] in MODULES:
        raise Uncatchable(
            f"this sets or deletes `{name}` of {shown(found)}, which is the library's and shared by all runs; derive "
            "a class of your own, and set it there"
        )
    raise Uncatchable(
        f"this sets or deletes `{name}` of {shown(found)}, in a way that the compiler could not see, so it has made "
        f"the class one that all runs share; write `{found.name.rpartition(':')[2]}.{name} = ...` somewhere at the top "
        "of the module, and the class belongs to the run"
    )


def shown(found: Fixed) -> str:
    """An object in a message."""
    return ".".join((found.name.rpartition(":")[2], *found.steps))
