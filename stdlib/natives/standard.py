"""Functions of the standard library that compute something and are nothing else."""

from __future__ import annotations

import asyncio
import math
import operator
from collections.abc import Callable
from typing import Any

from .guards import GUARDS
from .model import Native

_MATH = (
    "acos acosh asin asinh atan atan2 atanh cbrt ceil comb copysign cos cosh degrees dist erf erfc exp exp2 expm1 fabs "
    "factorial floor fmod frexp fsum gamma gcd hypot isclose isfinite isinf isnan isqrt lcm ldexp lgamma log log10 "
    "log1p log2 modf nextafter perm pow prod radians remainder sin sinh sqrt tan tanh trunc ulp"
)
_OPERATOR = (
    "abs add and_ concat contains countOf eq floordiv ge getitem gt index indexOf inv invert le lshift lt matmul mod "
    "mul ne neg not_ or_ pos pow rshift sub truediv truth xor"
)
_OPERATOR_IN_PLACE = (
    "delitem iadd iand iconcat ifloordiv ilshift imatmul imod imul ior ipow irshift isub itruediv ixor setitem"
)
# Those of math that builtins have, too, under another meaning: their keys are dotted, so nothing meets.

_ASYNCIO_ERRORS = (
    "CancelledError BrokenBarrierError IncompleteReadError InvalidStateError LimitOverrunError "
    "QueueEmpty QueueFull SendfileNotAvailableError"
)


def cast(typ: Any, val: Any) -> Any:
    """`typing.cast`: the value as it is."""
    return val


def natives() -> list[Native]:
    return [
        *_of(math, "math", _MATH),
        *_of(operator, "operator", _OPERATOR),
        *_of(operator, "operator", _OPERATOR_IN_PLACE, mutates=(0,)),
        *_of(asyncio, "asyncio", _ASYNCIO_ERRORS),
        Native("typing.cast/1", cast),
    ]


def _of(module: Any, prefix: str, names: str, mutates: tuple[int, ...] = ()) -> list[Native]:
    found: list[tuple[str, Callable[..., Any]]] = [(name, getattr(module, name)) for name in names.split()]
    keys = [(f"{prefix}.{name}/1", call) for name, call in found]
    return [Native(key, call, mutates, guard=GUARDS.get(key)) for key, call in keys]
