"""The common cases of the protocol: the program's own method is called at once, and `results` looks at its value.

Each function gives the value, or UNSET if a frame was entered. ABSENT: the case is not so simple, and the protocol's
function is to be entered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .kinds import PLAIN, SCALARS
from .special import ABSENT, find_special
from .values.classes import has_hooks
from .values.functions import VMFunction

if TYPE_CHECKING:
    from .interp import Interpreter


def _method(value: Any, name: str) -> VMFunction | None:
    kind = type(value)
    if kind in PLAIN:
        return None
    found = find_special(kind, name)
    return found if type(found) is VMFunction else None


def binary(vm: Interpreter, left: Any, right: Any, name: str, reflected: str, operator: str) -> Any:
    """`left operator right`: the left one's method, or the right one's where the left one is a number."""
    mine, theirs = type(left), type(right)
    if mine in SCALARS:
        method = _method(right, reflected)
        if method is None or issubclass(theirs, mine):
            return ABSENT
        return vm.call(method, (right, left), {}, ("binary", left, right, "", operator))
    method = _method(left, name)
    if method is None or (mine is not theirs and issubclass(theirs, mine)):
        return ABSENT
    return vm.call(method, (left, right), {}, ("binary", left, right, "" if mine is theirs else reflected, operator))


def compare(vm: Interpreter, left: Any, right: Any, name: str, reflected: str, operator: str) -> Any:
    """The left one's method, or the right one's where the left one is the host's."""
    mine, theirs = type(left), type(right)
    if mine is not theirs and issubclass(theirs, mine):
        return ABSENT
    if mine in PLAIN:
        asked, other, method, again = right, left, _method(right, reflected), ""
        default = reflected
    else:
        asked, other, method, again = left, right, _method(left, name), reflected
        default = name
    if method is not None:
        return vm.call(method, (asked, other), {}, ("compare", left, right, again, operator))
    if default == "__ne__" and find_special(type(asked), "__ne__") is ABSENT:
        method = _method(asked, "__eq__")
        if method is not None:
            return vm.call(method, (asked, other), {}, ("differs", left, right, again))
    if operator in _IDENTITY and _has_no_equality(asked) and (mine in PLAIN or _has_no_equality(other)):
        return (left is right) is _IDENTITY[operator]
    return ABSENT


_IDENTITY = {"==": True, "!=": False}


def _has_no_equality(value: Any) -> bool:
    kind = type(value)
    return find_special(kind, "__eq__") is ABSENT and find_special(kind, "__ne__") is ABSENT


def truth(vm: Interpreter, value: Any, negated: bool) -> Any:
    method = _method(value, "__bool__")
    return ABSENT if method is None else vm.call(method, (value,), {}, ("bool", negated))


def contains(vm: Interpreter, container: Any, item: Any, negated: bool) -> Any:
    method = _method(container, "__contains__")
    return ABSENT if method is None else vm.call(method, (container, item), {}, ("truth", negated))


def iterator(vm: Interpreter, value: Any) -> Any:
    method = _method(value, "__iter__")
    return ABSENT if method is None else vm.call(method, (value,), {}, ("iterator",))


def _length(vm: Interpreter, value: Any) -> Any:
    method = _method(value, "__len__")
    return ABSENT if method is None else vm.call(method, (value,), {}, ("length",))


def _str(vm: Interpreter, value: Any) -> Any:
    method = _method(value, "__str__")
    if method is None:
        return _repr(vm, value) if find_special(type(value), "__str__") is ABSENT else ABSENT
    return vm.call(method, (value,), {}, ("text", "__str__ returned non-string (type %s)"))


def _repr(vm: Interpreter, value: Any) -> Any:
    method = _method(value, "__repr__")
    return (
        ABSENT if method is None else vm.call(method, (value,), {}, ("text", "__repr__ returned non-string (type %s)"))
    )


def _class_ready(vm: Interpreter, made: Any) -> Any:
    return ABSENT if has_hooks(made) else made


# Natives of one argument.
NATIVES = {
    "class_ready/1": _class_ready,
    "bool/1": lambda vm, value: truth(vm, value, False),
    "iter/1": iterator,
    "len/1": _length,
    "repr/1": _repr,
    "str/1": _str,
}
