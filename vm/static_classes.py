"""Static classes: made once a process, by the functions that the unit names for it, in a machine of their own.

That machine has no modules, no loop, no clock and no world, so what is made can depend on nothing but the units. What
hangs on a class must be something that cannot change, or that no program gets at; then it is *fixed*, with a name for
each part (`values/fixed.py`). Anything else is `NotStatic`: the compiler tries before it says that a class is static.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn

from waymark.stdlib.natives.services import Refusal, services
from waymark.stdlib.values.flags import Flag

from . import nested
from .errors import HOST_CONDITIONS
from .interp import Interpreter
from .loaded import LoadedUnit, loaded_unit
from .scheduler import Scheduler
from .services import MachineServices
from .snapshot import Tracker
from .state import State
from .static_parts import NotStatic as NotStatic
from .static_parts import Parts
from .statics import Statics
from .unit import Unit
from .values.classes import class_info
from .values.functions import executing


class _NoModules(dict[str, Any]):
    """In the place of the variables of modules, which are a run's."""

    def get(self, key: str, default: Any = None) -> NoReturn:
        raise Refusal(f"it reads a variable of module {key}")

    def setdefault(self, key: str, default: Any = None) -> NoReturn:
        raise Refusal(f"it binds a variable of module {key}")


class _NoWorld(MachineServices):
    """What natives may ask for while a class is made: nothing that differs between runs."""

    __slots__ = ()

    def say(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise Refusal("it prints")

    def now(self) -> NoReturn:
        raise Refusal("it asks for the time")

    def draw(self) -> NoReturn:
        raise Refusal("it draws at random")

    def ask_host(self, operation: str, kind: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> NoReturn:
        raise Refusal("it asks the library of a host class")


def ready_unit(load_unit: Callable[[bytes], Unit], code_hash: bytes) -> LoadedUnit:
    """The unit of this hash, ready to run, and all that it links to with it. Raises `BadUnit`."""
    found = loaded_unit(load_unit, code_hash)
    if not found.ready:
        make_ready(found, partial(ready_unit, load_unit))
    return found


def make_ready(unit: LoadedUnit, load: Callable[[bytes], LoadedUnit]) -> None:
    """Make the static classes of a unit, behind those of the units that it links to. Raises `NotStatic`."""
    # All of them, before a run has anything of them: what classes share is then shared from the first.
    needed = {each: load(each) for each in unit.unit.needs() if each != unit.code_hash}
    if unit.unit.classes and not unit.ready:
        _Making(unit, load).run()
    unit.uses = tuple(dict.fromkeys((*unit.uses, *needed.values())))
    unit.ready = True


class _Making:
    """The making of the classes of one unit."""

    def __init__(self, unit: LoadedUnit, load: Callable[[bytes], LoadedUnit]) -> None:
        self._unit = unit
        self._statics = Statics(load)
        self._statics.make = self._make
        self._statics.adopt(unit)
        state = State(unit.code_hash, "", b"")
        state.modules = _NoModules()
        self._vm = Interpreter(state, self._statics, Tracker(self._statics), Scheduler())
        self._under_way: set[int] = set()
        self._failed: NotStatic | None = None

    def run(self) -> None:
        token, serving = executing.set(self._vm), services.set(_NoWorld(self._vm))
        try:
            for index, found in enumerate(self._unit.made):
                if found is None:
                    self._make(self._unit, index)
        finally:
            executing.reset(token)
            services.reset(serving)
        self._unit.uses = tuple(each for each in self._statics.units() if each is not self._unit)

    def _make(self, unit: LoadedUnit, index: int) -> type:
        declared = unit.unit.classes[index]
        assert unit is self._unit, "units that it links to are ready"
        if index in self._under_way:
            raise self._failure(declared.name, "its making needs itself")
        self._under_way.add(index)
        found = self._made(declared.name, declared.function)
        if not isinstance(found, type) or class_info(found) is None:
            raise self._failure(declared.name, "what is made is no class of the program")
        if issubclass(found, Flag):
            raise self._failure(declared.name, "members of a Flag are made when they are asked for")
        parts = Parts(unit, declared.name, self._statics)
        parts.take(found)
        parts.enter()
        unit.made[index] = found
        return found

    def _made(self, name: str, function: int) -> Any:
        vm = self._vm
        outer, ticks = vm.frame, vm.ticks
        vm.frame = None
        found: Any = None
        problem = ""
        try:
            found = nested.call(vm, self._statics.function(self._unit.code_hash, function), (), {})
        except HOST_CONDITIONS:
            raise
        except BaseException as error:
            problem = f"{type(error).__name__}: {error}"
        finally:
            vm.frame, vm.ticks = outer, ticks
        if self._failed is not None:
            raise self._failed
        if problem:
            raise self._failure(name, problem)
        state = vm.state
        if vm.effects or state.tasks or state.generators or state.requests or state.timers or state.ready:
            raise self._failure(name, "its making does something")
        if state.changed:
            raise self._failure(name, "its making changes a function")
        return found

    def _failure(self, name: str, problem: str) -> NotStatic:
        """The first one counts: what needs the class fails because of it."""
        self._failed = self._failed or NotStatic(name, problem)
        return self._failed
