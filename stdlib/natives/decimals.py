"""`decimal`: numbers, contexts, and what a workflow cannot wait for.

C calculates in the context of the run (`stdlib/values/decimals.py`). `localcontext` is prelude Python. The cost of most
operations is bounded by the precision; that of exact ones, and of transcendental functions, is asked about before.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ..values.decimals import CURRENT, Context, DecimalTuple, check_precision, used
from . import exact
from .model import Native
from .services import services

_ERRORS = (
    "Clamped ConversionSyntax DecimalException DivisionByZero DivisionImpossible DivisionUndefined FloatOperation "
    "Inexact InvalidContext InvalidOperation Overflow Rounded Subnormal Underflow"
)
# Methods of numbers and contexts that get slow sooner than by their precision.
SLOW = frozenset(("exp", "ln", "log10", "power"))


def getcontext(*args: Any, **kwargs: Any) -> decimal.Context:
    """The context that this calculates in; what is done to it is state of the run."""
    if args or kwargs:
        return decimal.getcontext(*args, **kwargs)
    return used()


def setcontext(*args: Any, **kwargs: Any) -> None:
    """From now on this calculates in another context."""
    decimal.setcontext(*args, **kwargs)


def check_number(*args: Any, **kwargs: Any) -> None:
    """Before `Decimal(value)`."""
    used()
    exact.check_made_of(args[0] if args else None)


def check_context(*args: Any, **kwargs: Any) -> None:
    """Before `Context(prec)`."""
    check_precision(args[0] if args else kwargs.get("prec"))


def check_creation(context: Any = None, value: Any = "0", *more: Any, **named: Any) -> None:
    """Before `context.create_decimal(value)`."""
    exact.check_made_of(value)


def check_power_of(base: Any = None, exponent: Any = None, *more: Any, **named: Any) -> None:
    """Before `base.__pow__(exponent)`."""
    exact.check_power(base, exponent)


def in_context(kind: type, name: str) -> Callable[..., Any]:
    """A method of a number, which may be given the context to calculate in."""
    method: Any = getattr(kind, name)

    def call(*args: Any, **kwargs: Any) -> Any:
        given = kwargs.get("context", args[-1] if args else None)
        if type(given) is Context:
            services.get().touch(given)
        if name in SLOW:
            exact.check_precision_of(given if isinstance(given, decimal.Context) else CURRENT.get(None))
        return method(*args, **kwargs)

    call.__name__, call.__qualname__ = name, f"{kind.__name__}.{name}"
    return call


def of_context(name: str) -> Callable[..., Any]:
    """A method of a context that gets slow."""
    method: Any = getattr(decimal.Context, name)

    def call(*args: Any, **kwargs: Any) -> Any:
        exact.check_precision_of(args[0] if args else None)
        return method(*args, **kwargs)

    call.__name__, call.__qualname__ = name, f"Context.{name}"
    return call


def natives() -> list[Native]:
    return [
        Native("decimal.Decimal/1", Decimal, guard=check_number),
        Native("decimal.DecimalTuple/1", DecimalTuple),
        Native("decimal.Context/1", Context, guard=check_context),
        Native("decimal.getcontext/1", getcontext, note="the context is part of the run, and of each task"),
        Native("decimal.setcontext/1", setcontext, note="the context is part of the run, and of each task"),
        *(Native(f"decimal.{name}/1", getattr(decimal, name)) for name in _ERRORS.split()),
    ]
