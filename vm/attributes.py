"""Attributes of the program's own objects, in the order of CPython's lookup, with its functions called by frames.

Data descriptors of the class come first, then what the instance holds, then the rest of the class, then `__getattr__`.
Whatever leads to no function of the program is the gate's (`vm/gate.py`), as all attributes of other objects are.

Each function gives what the instruction is to deliver, or UNSET if a frame was entered that will.
"""

from __future__ import annotations

from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any

from waymark.stdlib.values.descriptors import ClassMethod, Property, StaticMethod, Super
from waymark.stdlib.values.markers import Alias

from . import functions, futures, gate, gate_writes, protocol
from .calls import call_special, invoke
from .errors import Thrown, operate
from .special import ABSENT, bind, find, find_known, find_special, known_of
from .values.classes import NOTHING_HELD, class_info
from .values.classes import held_by as _held
from .values.errors import set_field
from .values.functions import NAMES, UNSET, BoundMethod, VMFunction
from .values.futures import Future

if TYPE_CHECKING:
    from .interp import Interpreter

_FUNCTIONS = (VMFunction, BoundMethod)
_ROLES = {"__get__": "getter", "__set__": "setter", "__delete__": "deleter"}


def read(vm: Interpreter, value: Any, name: str) -> Any:
    """`value.name`."""
    kind = type(value)
    known = known_of(kind)
    if known is None:
        return _read_of_other(vm, value, kind, name)
    hooks = known.hooks
    if hooks and "__getattribute__" in hooks:
        protocol.enter(vm, "read", value, name)
        return UNSET
    found = find_known(known, kind, name)
    if found is ABSENT:
        held = _held(value)
        if name in held and (not name.startswith("__") or not name.endswith("__")):
            return held[name]
        if "__getattr__" in hooks and name not in held:
            return call_special(vm, value, "__getattr__", (name,))
    elif "__getattr__" in hooks and _method(found, "__get__") is not ABSENT:
        protocol.enter(vm, "read_or_fall_back", value, name)
        return UNSET
    return _default(vm, value, kind, name, found)


def leads_to_program(value: Any, name: str) -> bool:
    """Whether reading the attribute enters a frame."""
    kind = type(value)
    known = known_of(kind)
    if known is not None:
        if "__getattribute__" in known.hooks:
            return True
        found = find_known(known, kind, name)
        if found is ABSENT:
            return "__getattr__" in known.hooks and name not in _held(value)
        return _method(found, "__get__") is not ABSENT
    if kind is type and class_info(value) is not None:
        found = find(value, name)
        return type(found) is not Property and _method(found, "__get__") is not ABSENT
    return kind is Super and _method((value.find(name) or (None, ABSENT))[1], "__get__") is not ABSENT


def default_read(vm: Interpreter, value: Any, name: str) -> Any:
    """`object.__getattribute__(value, name)`."""
    kind = type(value)
    found = find(kind, name)
    if found is ABSENT and name not in _held(value):
        raise Thrown(AttributeError(f"'{kind.__name__}' object has no attribute '{name}'", name=name, obj=value))
    return _default(vm, value, kind, name, found)


def _default(vm: Interpreter, value: Any, kind: type, name: str, found: Any) -> Any:
    if type(found) is VMFunction:
        held = _held(value)
        return held[name] if name in held else BoundMethod(found, value)
    if found is ABSENT and name in (held := _held(value)):
        return held[name]
    method = _method(found, "__get__")
    if method is not ABSENT and (_is_data(found) or name not in _held(value)):
        return _use(vm, found, method, "__get__", value, (kind,))
    if name == "__dict__":  # as a value of its own from here on
        vm.tracker.touch(value)
    try:
        return operate(gate.read, value, name)
    except Thrown as thrown:
        if type(found) is MemberDescriptorType:  # a slot that is not set: C says neither, unlike the lookup around it
            set_field(thrown.error, "name", name)
            set_field(thrown.error, "obj", value)
        raise


def _read_of_other(vm: Interpreter, value: Any, kind: type, name: str) -> Any:
    if kind is Alias:
        if name in ("__origin__", "__args__"):
            return value.origin if name == "__origin__" else value.args
        if not name.startswith("__"):
            return read(vm, value.origin, name)
    if kind in _FUNCTIONS:
        return operate(functions.read, vm, value, name)
    if kind in (StaticMethod, ClassMethod) and name in NAMES:
        return read(vm, value.function, name)
    if kind is type and class_info(value) is not None:
        found = find(value, name)
        if type(found) is VMFunction:
            return found
        method = _method(found, "__get__")
        if method is not ABSENT and type(found) is not Property:
            return _use(vm, found, method, "__get__", None, (value,))
    elif kind is Super and value.owner is not value.instance:
        _, found = value.find(name) or (None, ABSENT)
        method = _method(found, "__get__")
        if method is not ABSENT:
            return _use(vm, found, method, "__get__", value.instance, (value.owner,))
    return operate(gate.read, value, name)


def write(vm: Interpreter, value: Any, name: str, content: Any) -> Any:
    """`value.name = content`."""
    kind = type(value)
    known = known_of(kind)
    if known is None:
        vm.tracker.touch(value)
        if kind in _FUNCTIONS:
            operate(functions.write, vm, value, name, content)
        elif not (isinstance(value, Future) and operate(futures.write, vm, value, name, content)):
            operate(gate_writes.write, value, name, content)
        return None
    if known.hooks and "__setattr__" in known.hooks:
        return call_special(vm, value, "__setattr__", (name, content))
    if not name.startswith("__") and not known.is_enum and find_known(known, kind, name) is ABSENT:
        held = _held(value)
        if held is not NOTHING_HELD:
            vm.tracker.touch(value)
            held[name] = content
            return None
    return default_write(vm, value, name, content)


def default_write(vm: Interpreter, value: Any, name: str, content: Any) -> Any:
    """`object.__setattr__(value, name, content)`."""
    return _change(vm, value, name, "__set__", (content,))


def delete(vm: Interpreter, value: Any, name: str) -> Any:
    """`del value.name`."""
    known = known_of(type(value))
    if known is not None and "__delattr__" in known.hooks:
        return call_special(vm, value, "__delattr__", (name,))
    return default_delete(vm, value, name)


def default_delete(vm: Interpreter, value: Any, name: str) -> Any:
    """`object.__delattr__(value, name)`."""
    if type(value) in _FUNCTIONS:
        operate(functions.delete, vm, value, name)
        return None
    return _change(vm, value, name, "__delete__", ())


def _change(vm: Interpreter, value: Any, name: str, role: str, content: tuple[Any, ...]) -> Any:
    kind = type(value)
    if class_info(kind) is not None:
        found = find(kind, name)
        method = _method(found, role)
        if method is not ABSENT:
            return _use(vm, found, method, role, value, content)
    vm.tracker.touch(value)
    operate(gate_writes.write if content else gate_writes.delete, value, name, *content)
    return None


def _method(found: Any, role: str) -> Any:
    """The method of a descriptor that the program wrote; for a property, itself. ABSENT: it is no such descriptor."""
    kind = type(found)
    if kind is Property:
        return found
    return ABSENT if class_info(kind) is None else find_special(kind, role)


def _is_data(found: Any) -> bool:
    return any(_method(found, role) is not ABSENT for role in ("__set__", "__delete__"))


def _use(vm: Interpreter, found: Any, method: Any, role: str, value: Any, content: tuple[Any, ...]) -> Any:
    """Call the function of a property, or the method of a descriptor."""
    if type(found) is Property:
        function = operate(found.accessor, _ROLES[role], value)
        return invoke(vm, function, (value, *content) if role == "__set__" else (value,), {})
    return invoke(vm, bind(method, found, type(found)), (value, *content), {})
