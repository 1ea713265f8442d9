"""Attributes of functions and bound methods: what they say of themselves, and what the program puts into them.

    f.calls = 0         any name, as in CPython; they belong to the run
    f.__name__ = "g"    the names that messages and `repr` use; `__doc__`, `__module__`
    f.__defaults__      and `__kwdefaults__`, which may be set, too: calls follow them

A static function exists once a machine and has a name in snapshots. One that the program has changed is listed in the
state, so that a restore changes it again.

Annotations are never evaluated, so `__annotations__` is there only if the program has set it.
"""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

from . import gate
from .errors import OutOfReach, Uncatchable
from .values.fixed import check_function, fixed
from .values.functions import NAMES, TYPES_OF_NAMES, BoundMethod, HostMethod, VMFunction

if TYPE_CHECKING:
    from .interp import Interpreter

Of = VMFunction | BoundMethod

ANNOTATIONS = "__annotations__"
METHODS = frozenset(("__call__", "__get__"))  # carried out by `vm/calls.py` and `vm/objects.py`
_WORDS: dict[type, str] = {str: "a string object", dict: "a dict object", tuple: "a tuple object"}
_DEFAULTS: dict[str, type] = {"__defaults__": tuple, "__kwdefaults__": dict}


def read(vm: Interpreter, value: Of, name: str) -> Any:
    """`value.name`. A bound method has what its function has."""
    if name == "__class__":
        return type(value)
    if type(value) is BoundMethod:
        return _read_of_method(vm, value, name)
    assert isinstance(value, VMFunction), "there are these two"
    if name == "__dict__":
        return _attributes(vm, value)
    if name in NAMES and (name != ANNOTATIONS or (value.names is not None and name in value.names)):
        return value.told(name)
    if name in _DEFAULTS:
        return _shared(vm, value, name)
    if value.attributes is not None and name in value.attributes:
        return value.attributes[name]
    if name in METHODS:
        return HostMethod(value, name)
    raise _missing(types.FunctionType, value, name)


def _read_of_method(vm: Interpreter, method: BoundMethod, name: str) -> Any:
    if name == "__func__":
        return method.function
    if name == "__self__":
        return method.instance
    if name == "__call__":
        return HostMethod(method, name)
    if hasattr(types.MethodType, name) and name not in NAMES:
        raise _missing(types.MethodType, method, name)
    function: Any = method.function
    return read(vm, function, name) if type(function) is VMFunction else gate.read(function, name)


def write(vm: Interpreter, value: Of, name: str, content: Any) -> None:
    """`value.name = content`."""
    _refuse_of_method(value, name)
    assert isinstance(value, VMFunction), "nothing of a method can be changed"
    check_function(value, name)
    expected = TYPES_OF_NAMES.get(name) or _DEFAULTS.get(name)
    if expected is not None and not isinstance(content, expected) and (content is not None or expected is str):
        raise TypeError(f"{name} must be set to {_WORDS[expected]}")
    if name == "__dict__":
        if not isinstance(content, dict):
            raise TypeError(f"__dict__ must be set to a dictionary, not a '{type(content).__name__}'")
        value.attributes = content
    elif name in NAMES:
        value.names = {**(value.names or {}), name: content}
        if name == ANNOTATIONS and content is None:
            value.names[name] = {}
    elif name == "__defaults__":
        if content == ():
            raise Uncatchable("a workflow cannot set `__defaults__` to an empty tuple; set it to None")
        value.defaults = content or ()
    elif name == "__kwdefaults__":
        value.kwdefaults = content
    else:
        _check_own(value, name)
        _attributes(vm, value)[name] = content
    _change(vm, value)


def delete(vm: Interpreter, value: Of, name: str) -> None:
    """`del value.name`."""
    _refuse_of_method(value, name)
    assert isinstance(value, VMFunction), "nothing of a method can be changed"
    if name == "__dict__":
        raise TypeError("cannot delete __dict__")
    check_function(value, name)
    if name in NAMES or name in _DEFAULTS:
        write(vm, value, name, None)
        return
    _check_own(value, name)
    if value.attributes is None or name not in value.attributes:
        raise AttributeError(f"'function' object has no attribute '{name}'")  # says no name, as CPython's
    _change(vm, value)
    del value.attributes[name]


def _attributes(vm: Interpreter, function: VMFunction) -> dict[str, Any]:
    check_function(function, "__dict__")
    if function.attributes is None:
        function.attributes = {}
        _change(vm, function)
    return function.attributes


def _shared(vm: Interpreter, function: VMFunction, name: str) -> Any:
    """Its defaults; the program holds the very objects from now on."""
    if name == "__defaults__":
        held: Any = function.defaults or None
        if fixed(function) is not None:
            return held  # of which every part is fixed, too
    else:
        held = function.kwdefaults
    if held is not None:
        check_function(function, name)
    if held is not None:
        _change(vm, function)
    return held


def _change(vm: Interpreter, function: VMFunction) -> None:
    """It is not what it was made of."""
    if function.static and not function.changed:
        function.changed = True
        vm.state.changed.append(function)
    vm.tracker.touch(function)
    if function.attributes is not None:
        vm.tracker.touch(function.attributes)


def _check_own(function: VMFunction, name: str) -> None:
    """What CPython's functions have under the name is not changed here."""
    if hasattr(types.FunctionType, name):
        raise Uncatchable(f"a workflow cannot change `{name}` of a function: it would lead out of the program")


def _refuse_of_method(value: Of, name: str) -> None:
    if type(value) is not BoundMethod:
        return
    if name in ("__func__", "__self__"):
        raise AttributeError("readonly attribute")
    if name == "__doc__":
        raise AttributeError("attribute '__doc__' of 'method' objects is not writable")
    if name not in NAMES and hasattr(types.MethodType, name):
        raise Uncatchable(f"a workflow cannot change `{name}` of a method: it would lead out of the program")
    raise AttributeError(f"'method' object has no attribute '{name}'")


def _missing(kind: type, value: Of, name: str) -> BaseException:
    if name == ANNOTATIONS:
        return Uncatchable("a workflow cannot read `__annotations__` of a function: annotations are never evaluated")
    if hasattr(kind, name):
        return OutOfReach(f"a workflow cannot reach `{name}` of a {kind.__name__}: it would lead out of the program")
    return AttributeError(f"'function' object has no attribute '{name}'", name=name, obj=value)
