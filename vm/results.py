"""What an operation makes of the value that a special method has returned: a frame that knows it calls one ends here.

`frame.instead` is then a tuple: a name of `FINISHES`, and what that needs. It is part of snapshots, so names are
persisted. A finish gives the value of the operation, or UNSET if it entered another frame that will.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import parting, protocol
from .errors import Thrown
from .special import ABSENT, find_special
from .values.functions import UNSET

if TYPE_CHECKING:
    from .interp import Interpreter

Finish = Callable[..., Any]
LENGTH_MAX = (1 << 63) - 1


def finish(vm: Interpreter, how: tuple[Any, ...], value: Any) -> Any:
    return FINISHES[how[0]](vm, value, *how[1:])


def _initialised(vm: Interpreter, value: Any, instance: Any) -> Any:
    if value is not None:
        raise Thrown(TypeError(f"__init__() should return None, not '{type(value).__name__}'"))
    return instance


def _binary(vm: Interpreter, value: Any, left: Any, right: Any, reflected: str, operator: str) -> Any:
    if value is not NotImplemented:
        return value
    protocol.enter(vm, "binary_rest", left, right, reflected, operator)
    return UNSET


def _compare(vm: Interpreter, value: Any, left: Any, right: Any, reflected: str, operator: str) -> Any:
    if value is not NotImplemented:
        return value
    protocol.enter(vm, "compare_rest", left, right, reflected, operator)
    return UNSET


def _differs(vm: Interpreter, value: Any, left: Any, right: Any, reflected: str) -> Any:
    """`left != right`, where the value is what `__eq__` of an operand says."""
    if value is True or value is False:
        return not value
    if value is NotImplemented:
        protocol.enter(vm, "compare_rest", left, right, reflected, "!=")
    else:
        protocol.enter(vm, "negation", value)
    return UNSET


def _bool(vm: Interpreter, value: Any, negated: bool) -> bool:
    if value is True or value is False:
        return bool(value is not negated)
    raise Thrown(TypeError(f"__bool__ should return bool, returned {type(value).__name__}"))


def _truth(vm: Interpreter, value: Any, negated: bool) -> Any:
    if value is True or value is False:
        return value is not negated
    protocol.enter(vm, "negation" if negated else "truth", value)
    return UNSET


def _length(vm: Interpreter, value: Any) -> Any:
    if type(value) is int and 0 <= value <= LENGTH_MAX:
        return value
    protocol.enter(vm, "checked_size", value)
    return UNSET


def _text(vm: Interpreter, value: Any, text: str) -> Any:
    if issubclass(type(value), str):
        return value
    raise Thrown(TypeError(text % type(value).__name__))


def _iterator(vm: Interpreter, value: Any) -> Any:
    if find_special(type(value), "__next__") is ABSENT:
        raise Thrown(TypeError(f"iter() returned non-iterator of type '{type(value).__name__}'"))
    return value


def _parted(vm: Interpreter, value: Any) -> Any:
    assert vm.frame is not None, "a frame that is parted has a caller"
    parting.part(vm, vm.frame)
    return value


FINISHES: dict[str, Finish] = {
    "init": _initialised,
    "binary": _binary,
    "compare": _compare,
    "differs": _differs,
    "bool": _bool,
    "truth": _truth,
    "length": _length,
    "text": _text,
    "iterator": _iterator,
    "parted": _parted,
}
