"""The way into the protocol unit: prelude code that does by frames what an instruction cannot leave to C.

An instruction over objects of the program pushes a frame of an exported function; what that comes to is delivered to
the instruction. So user code inside an operator, a truth test or a native can pause like any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .values.functions import UNSET, VMFunction

if TYPE_CHECKING:
    from .interp import Interpreter


def unit_hash(vm: Interpreter) -> bytes:
    """The protocol unit of the code that runs; for what the loop itself calls, of the program."""
    unit = vm.statics.unit(vm.state.unit) if vm.frame is None else vm.frame.loaded.unit
    return unit.protocol_hash


def function(vm: Interpreter, name: str) -> VMFunction:
    """An export of the protocol unit."""
    return vm.statics.exported(unit_hash(vm), name)


def enter(vm: Interpreter, name: str, *args: Any) -> None:
    """Push a frame of an export that takes just these arguments."""
    loaded = function(vm, name).loaded
    vm.push(loaded, [*args, *[UNSET] * (loaded.function.registers - len(args))])
