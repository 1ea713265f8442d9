"""What of numbers of `decimal` and `fractions` could take too long: asked before C, or the host's Python, does it.

C calculates a logarithm in the cube of the digits, and turns a number into an int in their square.
"""

from __future__ import annotations

import decimal
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ..values.decimals import CURRENT
from .amounts import check_bits
from .services import Excess, Refusal

DIGITS_MAX = 100_000  # of an int that is made of a number
BITS_MAX = 400_000  # of an int that a number is made of
PRECISION_MAX = 3_000  # of a logarithm and its like
_PLAIN = frozenset((int, float, bool, complex))


def check_power(left: Any, right: Any) -> None:
    """Before `left ** right`."""
    if type(left) in _PLAIN and type(right) in _PLAIN:
        return
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        check_precision_of(CURRENT.get(None))
    elif isinstance(left, Fraction) and isinstance(right, int | Fraction) and right.denominator == 1:
        bits = max(left.numerator.bit_length(), left.denominator.bit_length())
        if bits > 1:
            check_bits(bits * abs(right.numerator))


def check_precision_of(context: Any) -> None:
    """Before a logarithm in this context."""
    if isinstance(context, decimal.Context) and context.prec > PRECISION_MAX:
        raise Refusal(
            f"logarithms and powers of decimal are calculated with at most {PRECISION_MAX:,} digits, and the context "
            f"asks for {context.prec:,}"
        )


def check_whole(value: Any = None, *more: Any, **named: Any) -> None:
    """Before an int is made of a number: `int(x)`, `round(x)`, `math.floor(x)` ..."""
    if isinstance(value, Decimal) and value.is_finite() and value.adjusted() > DIGITS_MAX:
        raise Excess(MemoryError())


def check_ratio(value: Any = None, *more: Any, **named: Any) -> None:
    """Before a number is written as a fraction."""
    if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) > DIGITS_MAX:
        raise Excess(MemoryError())


def check_made_of(value: Any) -> None:
    """Before a number of `decimal` is made of this."""
    if isinstance(value, int) and int.bit_length(value) > BITS_MAX:
        raise Excess(MemoryError())
