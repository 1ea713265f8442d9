"""Numbers and contexts of `decimal`.

A `Decimal` is the host's own. A context is the host's, too; the one that C calculates in is what `CURRENT` holds, and
the machine puts that of the run there (`vm/decimals.py`). Where a run has made no use of contexts yet, that is
`UNUSED`, which all such runs share: nothing but C sees it, and what C does to it decides no result.
"""

from __future__ import annotations

import contextvars
import decimal
from decimal import Decimal
from typing import Any
from weakref import WeakValueDictionary

from ..natives.services import Refusal
from .forms import Form, checked, joined, pieces

DecimalTuple: Any = decimal.DecimalTuple
SIGNALS: tuple[type[decimal.DecimalException], ...] = (
    decimal.Clamped,
    decimal.InvalidOperation,
    decimal.DivisionByZero,
    decimal.Inexact,
    decimal.Rounded,
    decimal.Subnormal,
    decimal.Overflow,
    decimal.Underflow,
    decimal.FloatOperation,
)  # the place of each is persisted


PREC_MAX = 1_000_000  # digits


class Context(decimal.Context):
    """A context of a run."""

    __slots__ = ("__weakref__",)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "prec":
            check_precision(value)
        decimal.Context.__setattr__(self, name, value)

    def copy(*args: Any, **kwargs: Any) -> Context:
        return as_own(decimal.Context.copy(*args, **kwargs))

    __copy__ = copy

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"'decimal.Context' object has no attribute {name!r}", name=name, obj=self)

    def __new__(cls, *args: Any, **kwargs: Any) -> Context:
        made = decimal.Context.__new__(cls, *args, **kwargs)
        _owners[id(made.flags)] = made
        _owners[id(made.traps)] = made
        return made


def check_precision(digits: Any) -> None:
    if isinstance(digits, int) and PREC_MAX < digits <= decimal.MAX_PREC:
        raise Refusal(f"a context of decimal calculates with at most {PREC_MAX:,} digits, and these are {digits:,}")


_owners: WeakValueDictionary[int, Context] = WeakValueDictionary()  # by the identity of `flags` and of `traps`
SignalDict: Any = type(decimal.Context().flags)
Context.__name__ = Context.__qualname__ = "Context"
Context.__module__ = "decimal"
Context.__doc__ = decimal.Context.__doc__


def _current() -> contextvars.ContextVar[decimal.Context]:
    """C's own variable, which it shows to nobody but in a context."""
    empty = contextvars.Context()
    empty.run(decimal.getcontext)
    (found,) = empty
    return found


CURRENT = _current()
_PLAIN = decimal.Context(capitals=1)


_TRAPPED = (decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow)


def default_context() -> Context:
    """What CPython begins with, whatever the host's own process has made of it."""
    return Context(28, decimal.ROUND_HALF_EVEN, -999999, 999999, 1, 0, [], list(_TRAPPED))


UNUSED = default_context()


def used() -> decimal.Context:
    """The context of what runs now; from here on it is one of its own, which is state."""
    context = CURRENT.get(UNUSED)
    if context is UNUSED:
        context = default_context()
        CURRENT.set(context)
    return context


def as_own(context: decimal.Context) -> Context:
    """A context that C has made, as one of a run."""
    made = default_context()
    for name in _NAMES:
        setattr(made, name, getattr(context, name))
    for signal in SIGNALS:
        made.flags[signal], made.traps[signal] = context.flags[signal], context.traps[signal]
    return made


_NAMES = ("prec", "rounding", "Emin", "Emax", "capitals", "clamp")


def _mask(signals: Any) -> int:
    return sum(1 << place for place, signal in enumerate(SIGNALS) if signals[signal])


def _set(signals: Any, mask: int) -> None:
    for place, signal in enumerate(SIGNALS):
        signals[signal] = bool(mask >> place & 1)


def _context_parts(value: Context) -> list[Any]:
    return [*(getattr(value, name) for name in _NAMES), _mask(value.flags), _mask(value.traps)]


def _context_of(parts: list[Any]) -> Context:
    *fields, flags, traps = checked(parts, int, str, int, int, int, int, int, int)
    made = default_context()
    for name, field in zip(_NAMES, fields, strict=True):
        setattr(made, name, field)
    _set(made.flags, flags)
    _set(made.traps, traps)
    return made


def owner_of(signals: Any) -> Context | None:
    """The context whose flags or traps these are."""
    return _owners.get(id(signals))


def _signals_parts(value: Any) -> list[Any]:
    owner = owner_of(value)
    if owner is None:
        raise ValueError("flags without a context")
    return [owner, "flags" if owner.flags is value else "traps"]


def _signals_of(parts: list[Any]) -> Any:
    owner, name = checked(parts, Context, str)
    if name not in ("flags", "traps"):
        raise ValueError("a context has no such signals")
    return getattr(owner, name)


def _decimal_of(parts: list[Any]) -> Decimal:
    text = joined(parts)
    try:
        return _PLAIN_EXACT.create_decimal(text)
    except decimal.DecimalException:
        raise ValueError("a decimal number is none") from None


_PLAIN_EXACT = decimal.Context(
    decimal.MAX_PREC, decimal.ROUND_HALF_EVEN, decimal.MIN_EMIN, decimal.MAX_EMAX, 1, 0, [], [decimal.InvalidOperation]
)


def _tuple_of(parts: list[Any]) -> Any:
    return DecimalTuple(*parts)


FORMS = (
    Form("decimal.Decimal", Decimal, lambda value: pieces(_PLAIN.to_sci_string(value)), _decimal_of),
    Form("decimal.DecimalTuple", DecimalTuple, list, _tuple_of),
    Form("decimal.Context", Context, _context_parts, _context_of, changes=True, travels=False),
    Form("decimal.SignalDict", SignalDict, _signals_parts, _signals_of, changes=True, travels=False),
)
