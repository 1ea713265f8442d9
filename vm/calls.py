"""Calling values: functions and classes of the program by frames, methods of the host and natives in C.

`invoke` gives the value, or UNSET if a frame was entered that will deliver it to the instruction under way.
"""

from __future__ import annotations

from types import FunctionType, MethodDescriptorType, WrapperDescriptorType
from typing import TYPE_CHECKING, Any

from waymark.stdlib.natives.driven import GROUP_METHODS
from waymark.stdlib.natives.methods import METHODS, unbound
from waymark.stdlib.values.descriptors import StaticMethod, SuperMethod
from waymark.stdlib.values.markers import Alias
from waymark.stdlib.values.sets import OrderedFrozenSet, OrderedSet

from . import natively, protocol
from .errors import Thrown, Uncatchable
from .kinds import is_active
from .special import ABSENT, bind, find, find_special
from .touching import consumed_pairs
from .values.classes import class_info, is_protocol
from .values.contents import IMMUTABLE, base_of
from .values.functions import UNSET, BoundMethod, HostMethod, VMFunction

if TYPE_CHECKING:
    from .interp import Interpreter
    from .values.frames import Frame

_OF_HOST = (WrapperDescriptorType, MethodDescriptorType, FunctionType)
# What is made of the items of anything.
_OF_ITEMS = frozenset((list, tuple, OrderedSet, OrderedFrozenSet))
DEPTH_MAX = 1000  # of objects that are called through one another
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
        if callee.name == "__call__" and type(callee.instance) in (VMFunction, BoundMethod):
            return invoke(vm, callee.instance, args, kwargs)
        return natively.call_method(vm, callee.instance, callee.name, args, kwargs)
    if kind is type and class_info(callee) is not None:
        return construct(vm, callee, args, kwargs)
    if kind is Alias:
        return invoke(vm, callee.origin, args, kwargs)
    if kind is StaticMethod:
        return invoke(vm, callee.function, args, kwargs)
    if kind is SuperMethod:
        return _call_of_host(vm, callee, args, kwargs)
    if class_info(kind) is not None:
        found = find_special(kind, "__call__")
        if found is not ABSENT:
            return invoke(vm, _at_last(bind(found, callee, kind)), args, kwargs)
    if not callable(callee):
        raise Thrown(TypeError(f"'{kind.__name__}' object is not callable"))
    return natively.call(vm, callee, args, kwargs)


def _at_last(callee: Any) -> Any:
    """A `__call__` may be an object with a `__call__`: what is called in the end."""
    for _ in range(DEPTH_MAX):
        kind = type(callee)
        found = find_special(kind, "__call__") if class_info(kind) is not None else ABSENT
        if found is ABSENT:
            return callee
        callee = bind(found, callee, kind)
    raise Thrown(RecursionError("maximum recursion depth exceeded while calling a Python object"))


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
        base = base_of(kind)
        if base is not None and name in METHODS.get(base, ()) and found is getattr(base, name, None):
            found = unbound(base, name)
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
    base = base_of(kind)
    if type(init) is not VMFunction:
        if base is not None:
            of_items = base in _OF_ITEMS and new is find(base, "__new__")
            if len(args) == 1 and not kwargs and of_items and is_active(args[0]):
                return vm.call(protocol.function(vm, "construct_of_items"), (kind, args[0]), {})
            _read(vm, args, kwargs)
        elif init is object.__init__ and is_protocol(kind) and not getattr(kind, "__abstractmethods__", ()):
            raise Thrown(TypeError("Protocols cannot be instantiated"))
        return natively.operate_on(kind, args, kwargs)
    # Only the `__new__` of exceptions and of what cannot change looks at the arguments.
    given, named = (args, kwargs) if base in IMMUTABLE else (args if issubclass(kind, BaseException) else (), {})
    instance = natively.operate_on(kind.__new__, (kind, *given), named)
    return vm.call(init, (instance, *args), kwargs, ("init", instance))


def _read(vm: Interpreter, args: Args, kwargs: Named) -> None:
    """C makes something of these, and reads what it is given."""
    natively.examine(vm, args)
    natively.examine(vm, kwargs.values())
    consumed_pairs(vm, *args)


def initialise(vm: Interpreter, instance: Any, args: Args, kwargs: Named) -> Any:
    """`type(instance).__init__(instance, ...)`, what comes behind a `__new__` of the program; the instance."""
    kind = type(instance)
    init = find(kind, "__init__")
    if type(init) is VMFunction:
        return vm.call(init, (instance, *args), kwargs, ("init", instance))
    if init is not object.__init__:
        vm.tracker.touch(instance)
        _read(vm, args, kwargs)
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
    if method.name in GROUP_METHODS and natively.drive_group(vm, instance, method.name, rest, kwargs):
        return UNSET
    if method.name != "__new__":
        vm.tracker.touch(instance)  # `__init__` of an exception sets its `args`
    consumed_pairs(vm, *rest)
    return natively.call(vm, method, args, kwargs)


_DEFAULTS = {
    "__getattribute__": ("default_read", 1),
    "__setattr__": ("default_write", 2),
    "__delattr__": ("default_delete", 1),
}
