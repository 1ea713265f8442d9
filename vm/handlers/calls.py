"""Calls: of the program's functions, of natives, of methods; and the coroutine of an action."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from waymark.stdlib.catalogue import NATIVES
from waymark.stdlib.natives.methods import METHODS

from .. import gate, intrinsics, objects
from ..errors import Thrown, operate
from ..isa import INTRINSICS, Op
from ..statics import native
from ..unit import Action, Link
from ..values.classes import class_info
from ..values.frames import Coroutine, Frame, Generator
from ..values.functions import UNSET, BoundMethod, HostMethod, VMFunction
from ..values.iterators import HOST_ITERATORS, DictIterator
from .registry import arguments, executes

if TYPE_CHECKING:
    from ..interp import Interpreter

_CONSUMED = (*HOST_ITERATORS, DictIterator, Generator)


def call(vm: Interpreter, frame: Frame, callee: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Call a value. A function of the program gets a frame; the result of anything else is delivered at once."""
    if isinstance(callee, BoundMethod):
        args = (callee.instance, *args)
        callee = callee.function
    if isinstance(callee, VMFunction):
        value = vm.call(callee, args, kwargs)
    elif isinstance(callee, HostMethod) and isinstance(callee.instance, objects.OWN):
        objects.call_method(vm, frame, callee.instance, callee.name, args, kwargs)
        return
    elif isinstance(callee, HostMethod):
        value = _call_host_method(vm, callee.instance, callee.name, args, kwargs)
    elif isinstance(callee, type) and class_info(callee) is not None:
        value = _instantiate(vm, callee, args, kwargs)
    elif callable(callee):
        _touch_consumed(vm, args)
        value = operate(partial(callee, *args, **kwargs))
    else:
        raise Thrown(TypeError(f"'{type(callee).__name__}' object is not callable"))
    if value is not UNSET:
        vm.deliver(frame, value)


def _instantiate(vm: Interpreter, kind: type, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Make an instance. `__init__` of the program runs in a frame of its own, whose caller gets the instance."""
    init = _function_of(kind, "__init__")
    if init is None or _function_of(kind, "__new__") is not None:
        return operate(partial(kind, *args, **kwargs))
    # Only an exception's `__new__` looks at the arguments: it keeps them as `args`.
    instance = operate(kind.__new__, kind, *(args if issubclass(kind, BaseException) else ()))
    return vm.call(init, (instance, *args), kwargs, instead=instance)


def _function_of(kind: type, name: str) -> VMFunction | None:
    for base in kind.__mro__:
        if name in base.__dict__:
            found = base.__dict__[name]
            return found if isinstance(found, VMFunction) else None
    return None


def _call_host_method(vm: Interpreter, target: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if METHODS[type(target)][name]:
        vm.tracker.touch(target)
    _touch_consumed(vm, args)
    return operate(partial(getattr(target, name), *args, **kwargs))


def _touch_consumed(vm: Interpreter, args: tuple[Any, ...]) -> None:
    """Iterators move when a native reads them."""
    for value in args:
        if isinstance(value, _CONSUMED):
            vm.tracker.touch(value)


@executes(Op.CALL)
def call_value(
    vm: Interpreter, frame: Frame, dst: int, callee: int, places: tuple[int, ...], names: tuple[str, ...]
) -> None:
    args, kwargs = arguments(frame.registers, places, names)
    call(vm, frame, frame.registers[callee], args, kwargs)


@executes(Op.CALL_SPREAD)
def call_spread(vm: Interpreter, frame: Frame, dst: int, callee: int, args: int, kwargs: int) -> None:
    registers = frame.registers
    call(vm, frame, registers[callee], tuple(registers[args]), dict(registers[kwargs]))


@executes(Op.CALL_METHOD)
def call_method(
    vm: Interpreter, frame: Frame, dst: int, obj: int, name: str, places: tuple[int, ...], names: tuple[str, ...]
) -> None:
    target = frame.registers[obj]
    args, kwargs = arguments(frame.registers, places, names)
    if name in METHODS.get(type(target), ()):
        vm.deliver(frame, _call_host_method(vm, target, name, args, kwargs))
    elif isinstance(target, objects.OWN):
        objects.call_method(vm, frame, target, name, args, kwargs)
    elif not isinstance(target, type) and (function := _method_of(target, name)) is not None:
        call(vm, frame, function, (target, *args), kwargs)
    else:
        call(vm, frame, operate(gate.read, target, name), args, kwargs)


def _method_of(target: Any, name: str) -> VMFunction | None:
    """The function of the program that `target.name` means, if that is a plain method."""
    if class_info(type(target)) is None or name in getattr(target, "__dict__", ()):
        return None
    return _function_of(type(target), name)


@executes(Op.NATIVE)
def call_native(vm: Interpreter, frame: Frame, dst: int, key: str, places: tuple[int, ...]) -> None:
    args = tuple(frame.registers[place] for place in places)
    entry = NATIVES[key]
    for place in entry.mutates:
        vm.tracker.touch(args[place])
    _touch_consumed(vm, args)
    frame.registers[dst] = operate(entry.call, *args)
    frame.pc += 1


@executes(Op.DRIVEN)
def call_driven(vm: Interpreter, frame: Frame, dst: int, key: str, link: Link, places: tuple[int, ...]) -> None:
    args = tuple(frame.registers[place] for place in places)
    if any(isinstance(value, Generator | VMFunction | BoundMethod) or gate.is_program_object(value) for value in args):
        call(vm, frame, vm.statics.linked(link), args, {})
    else:
        _touch_consumed(vm, args)
        vm.deliver(frame, operate(native(key), *args))


@executes(Op.INTRINSIC)
def call_intrinsic(vm: Interpreter, frame: Frame, dst: int, index: int, places: tuple[int, ...]) -> None:
    args = [frame.registers[place] for place in places]
    vm.deliver(frame, intrinsics.SERVICES[INTRINSICS[index]](vm, *args))


@executes(Op.ACTION)
def call_action(
    vm: Interpreter, frame: Frame, dst: int, action: Action, via: Link, places: tuple[int, ...], names: tuple[str, ...]
) -> None:
    args, kwargs = arguments(frame.registers, places, names)
    value = vm.call(vm.statics.linked(via), (action.key, args, kwargs), {})
    assert isinstance(value, Coroutine), "the function behind an action is an `async fn`"
    vm.deliver(frame, value)
