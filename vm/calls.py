"""Calling values: functions and classes of the program by frames, methods of the host and natives in C.

`invoke` gives the value, or UNSET if a frame was entered that will deliver it to the instruction under way.
"""

from __future__ import annotations

from types import MethodDescriptorType, WrapperDescriptorType
from typing import TYPE_CHECKING, Any

from waymark.stdlib.values.descriptors import StaticMethod, SuperMethod

from . import natively, protocol
from .errors import Thrown, Uncatchable
from .special import ABSENT, bind, find, find_special
from .values.classes import class_info
from .values.functions import UNSET, BoundMethod, HostMethod, VMFunction

if TYPE_CHECKING:
    from .interp import Interpreter
    from .values.frames import Frame

_OF_HOST = (WrapperDescriptorType, MethodDescriptorType)
Args = tuple[Any, ...]
Named = dict[str, Any]


def invoke(vm: Interpreter, callee: Any, args: Args, kwargs: Named) -> Any:
    """Call a value."""
    kind = type(callee)
    if kind is VMFunction:
        return vm.call(callee, args, kwargs)
    if kind is BoundMethod:
        return invoke(vm, callee.function, (callee.instance, *args), kwargs)
    if kind is HostMethod:
        return natively.call_method(vm, callee.instance, callee.name, args, kwargs)
    if kind is type and class_info(callee) is not None:
        return construct(vm, callee, args, kwargs)
    if kind is StaticMethod:
        return invoke(vm, callee.function, args, kwargs)
    if kind is SuperMethod:
        return _call_of_host(vm, callee, args, kwargs)
    if class_info(kind) is not None:
        found = find_special(kind, "__call__")
        if found is not ABSENT:
            return invoke(vm, bind(found, callee, kind), args, kwargs)
    if not callable(callee):
        raise Thrown(TypeError(f"'{kind.__name__}' object is not callable"))
    return natively.call(vm, callee, args, kwargs)


def call(vm: Interpreter, frame: Frame, callee: Any, args: Args, kwargs: Named) -> None:
    """Call a value for the instruction that `frame` stands at."""
    value = invoke(vm, callee, args, kwargs)
    if value is not UNSET:
        vm.deliver(frame, value)


def call_special(vm: Interpreter, value: Any, name: str, args: Args) -> Any:
    """Call `type(value).name(value, *args)`, past the instance. ABSENT: its classes have none but `object`'s."""
    kind = type(value)
    found = find_special(kind, name)
    if type(found) is VMFunction:
        return vm.call(found, (value, *args), {})
    if found is ABSENT:
        return ABSENT
    if type(found) in _OF_HOST:  # None is no instance to a descriptor
        return natively.call(vm, found, (value, *args), {})
    return invoke(vm, bind(found, value, kind), args, {})


def deliver_special(vm: Interpreter, frame: Frame, value: Any, name: str, args: Args) -> bool:
    """Call it for the instruction that `frame` stands at. False: there is none."""
    result = call_special(vm, value, name, args)
    if result is ABSENT:
        return False
    if result is not UNSET:
        vm.deliver(frame, result)
    return True


def construct(vm: Interpreter, kind: type, args: Args, kwargs: Named) -> Any:
    """Make an instance. `__init__` of the program runs in a frame of its own, whose caller gets the instance."""
    new, init = find(kind, "__new__"), find(kind, "__init__")
    function = new.function if type(new) is StaticMethod else new
    if type(function) is VMFunction:
        return vm.call(protocol.function(vm, "construct"), (kind, function, args, kwargs), {})
    if type(init) is not VMFunction:
        return natively.operate_on(kind, args, kwargs)
    # Only an exception's `__new__` looks at the arguments: it keeps them as `args`.
    instance = natively.operate_on(kind.__new__, (kind, *args) if issubclass(kind, BaseException) else (kind,), {})
    return vm.call(init, (instance, *args), kwargs, ("init", instance))


def initialise(vm: Interpreter, instance: Any, args: Args, kwargs: Named) -> Any:
    """`type(instance).__init__(instance, ...)`, what comes behind a `__new__` of the program; the instance."""
    kind = type(instance)
    init = find(kind, "__init__")
    if type(init) is VMFunction:
        return vm.call(init, (instance, *args), kwargs, ("init", instance))
    if init is not object.__init__:
        natively.operate_on(init, (instance, *args), kwargs)
    return instance


def _call_of_host(vm: Interpreter, method: SuperMethod, args: Args, kwargs: Named) -> Any:
    instance, rest = (method.instance, args) if method.instance is not None else (args[0] if args else None, args[1:])
    if method.name in _DEFAULTS:
        from . import attributes  # it calls what it finds

        how, count = _DEFAULTS[method.name]
        if len(rest) != count or kwargs or type(rest[0]) is not str:
            return natively.operate_on(getattr(object, method.name), (instance, *rest), kwargs)  # which refuses them
        if class_info(type(instance)) is None:
            raise Uncatchable(f"a workflow cannot call `object.{method.name}` with a {type(instance).__name__}")
        return getattr(attributes, how)(vm, instance, *rest)
    vm.tracker.touch(instance)  # `__init__` of an exception sets its `args`
    return natively.call(vm, method, args, kwargs)


_DEFAULTS = {
    "__getattribute__": ("default_read", 1),
    "__setattr__": ("default_write", 2),
    "__delattr__": ("default_delete", 1),
}
