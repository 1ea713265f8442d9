"""Calls: of the program's functions, of natives, of methods; and the coroutine of an action."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from waymark.stdlib.catalogue import NATIVES

from .. import gate, intrinsics, objects
from ..errors import Thrown, operate
from ..isa import INTRINSICS, Op
from ..statics import native
from ..unit import Action, Link
from ..values.classes import class_info
from ..values.frames import Coroutine, Frame, Generator
from ..values.functions import UNSET, BoundMethod, HostMethod, VMFunction
from .registry import arguments, executes
from .touching import consumed, consumed_pairs

if TYPE_CHECKING:
    from ..interp import Interpreter

# What a native changes in place, for natives that are called as values.
_MUTATES = {entry.call: entry.mutates for entry in NATIVES.values() if entry.mutates}
_TAKES_PAIRS = (dict, "update")


def invoke(vm: Interpreter, callee: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call a value. A function of the program gets a frame, and the result is UNSET: the frame will deliver it."""
    if isinstance(callee, BoundMethod):
        args = (callee.instance, *args)
        callee = callee.function
    if isinstance(callee, VMFunction):
        return vm.call(callee, args, kwargs)
    if isinstance(callee, HostMethod):
        return _call_method(vm, callee.instance, callee.name, args, kwargs)
    if isinstance(callee, type) and class_info(callee) is not None:
        return _instantiate(vm, callee, args, kwargs)
    if class_info(type(callee)) is not None and (function := _function_of(type(callee), "__call__")) is not None:
        return vm.call(function, (callee, *args), kwargs)
    if not callable(callee):
        raise Thrown(TypeError(f"'{type(callee).__name__}' object is not callable"))
    _touch(vm, callee, args, _MUTATES.get(callee, ()))
    return operate(partial(callee, *args, **kwargs))


def call(vm: Interpreter, frame: Frame, callee: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Call a value for the instruction that `frame` stands at."""
    value = invoke(vm, callee, args, kwargs)
    if value is not UNSET:
        vm.deliver(frame, value)


def _instantiate(vm: Interpreter, kind: type, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Make an instance. `__init__` of the program runs in a frame of its own, whose caller gets the instance."""
    init = _function_of(kind, "__init__")
    if init is None or class_info(_owner_of(kind, "__new__")) is not None:
        return operate(partial(kind, *args, **kwargs))
    # Only an exception's `__new__` looks at the arguments: it keeps them as `args`.
    instance = operate(kind.__new__, kind, *(args if issubclass(kind, BaseException) else ()))
    return vm.call(init, (instance, *args), kwargs, instead=instance)


def _function_of(kind: type, name: str) -> VMFunction | None:
    """The function of the program that a class has under this name."""
    found = vars(_owner_of(kind, name)).get(name)
    return found if isinstance(found, VMFunction) else None


def _owner_of(kind: type, name: str) -> type:
    """The class that a lookup of the name in `kind` ends at; `object` if there is none."""
    return next((base for base in kind.__mro__ if name in vars(base)), object)


def _call_method(vm: Interpreter, target: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A method of a host type, or of one of the machine's own values."""
    if isinstance(target, objects.OWN):
        return objects.call_method(vm, target, name, args, kwargs)
    if gate.host_method(target, name):
        vm.tracker.touch(target)
    _touch(vm, name, args, ())
    return operate(partial(getattr(target, name), *args, **kwargs))


def _touch(vm: Interpreter, callee: Any, args: tuple[Any, ...], mutates: tuple[int, ...]) -> None:
    for place in mutates:
        if place < len(args):
            vm.tracker.touch(args[place])
    consumed(vm, *args)
    if callee in _TAKES_PAIRS:
        consumed_pairs(vm, *args)


@executes(Op.CALL)
def call_value(
    vm: Interpreter, frame: Frame, dst: int, callee: int, places: tuple[int, ...], names: tuple[str, ...]
) -> None:
    args, kwargs = arguments(frame.registers, places, names)
    call(vm, frame, frame.registers[callee], args, kwargs)


@executes(Op.CALL_SPREAD)
def call_spread(vm: Interpreter, frame: Frame, dst: int, callee: int, args: int, kwargs: int) -> None:
    named = dict(frame.registers[kwargs])
    if not all(isinstance(name, str) for name in named):
        raise Thrown(TypeError("keywords must be strings"))
    call(vm, frame, frame.registers[callee], tuple(frame.registers[args]), named)


@executes(Op.CALL_METHOD)
def call_method(
    vm: Interpreter, frame: Frame, dst: int, obj: int, name: str, places: tuple[int, ...], names: tuple[str, ...]
) -> None:
    target = frame.registers[obj]
    args, kwargs = arguments(frame.registers, places, names)
    function = _method_of(target, name)
    if function is not None:
        call(vm, frame, function, (target, *args), kwargs)
    else:
        call(vm, frame, operate(gate.read, target, name), args, kwargs)


def _method_of(target: Any, name: str) -> VMFunction | None:
    """The function of the program that `target.name` means, if that is a plain method."""
    if isinstance(target, type) or class_info(type(target)) is None or name in getattr(target, "__dict__", ()):
        return None
    return _function_of(type(target), name)


@executes(Op.NATIVE)
def call_native(vm: Interpreter, frame: Frame, dst: int, key: str, places: tuple[int, ...]) -> None:
    args = tuple(frame.registers[place] for place in places)
    entry = NATIVES[key]
    _touch(vm, entry.call, args, entry.mutates)
    frame.registers[dst] = operate(entry.call, *args)
    frame.pc += 1


@executes(Op.DRIVEN)
def call_driven(vm: Interpreter, frame: Frame, dst: int, key: str, link: Link, places: tuple[int, ...]) -> None:
    args = tuple(frame.registers[place] for place in places)
    if any(isinstance(value, Generator | VMFunction | BoundMethod) or gate.is_program_object(value) for value in args):
        call(vm, frame, vm.statics.linked(link), args, {})
    else:
        consumed(vm, *args)
        vm.deliver(frame, operate(native(key), *args))


@executes(Op.INTRINSIC)
def call_intrinsic(vm: Interpreter, frame: Frame, dst: int, index: int, places: tuple[int, ...]) -> None:
    args = [frame.registers[place] for place in places]
    vm.deliver(frame, operate(intrinsics.SERVICES[INTRINSICS[index]], vm, *args))


@executes(Op.ACTION)
def call_action(
    vm: Interpreter, frame: Frame, dst: int, action: Action, via: Link, places: tuple[int, ...], names: tuple[str, ...]
) -> None:
    args, kwargs = arguments(frame.registers, places, names)
    value = vm.call(vm.statics.linked(via), (action.key, args, kwargs), {})
    assert isinstance(value, Coroutine), "the function behind an action is an `async fn`"
    vm.deliver(frame, value)
