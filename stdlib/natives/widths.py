"""Formatting to a width: `"%99999999999d" % n`, `f"{n:{width}}"`, `"{:>{}}".format(...)`.

A width that no machine has room for is refused before C begins to fill it, as in `guards.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from . import exact, specs
from .addresses import MARK, without_addresses
from .amounts import check_index
from .spread import check_spread

# Numbers with fewer digits are no danger: most texts are passed by one search.
DIGITS = 5
DIGITS_MAX = 19
_LONG = re.compile(rf"\d{{{DIGITS}}}|\*")
_SPEC = re.compile(r"(?:.?[<>=^])?[-+ ]?z?#?0?(\d*)[,_]?(?:\.(\d+))?", re.DOTALL)
_CUT = frozenset("srabc%")  # what a precision makes shorter, and not longer
_WHOLE = re.compile(r"%[^%a-zA-Z]*[diuxXoc]")  # conversions that make an int first
_TEXTS = frozenset((str, bytes, bytearray))
_CONVERSION = re.compile(r"%(?:\([^)]*\))?[#0\- +]*(\*|\d+)?(?:\.(\*|\d+)?)?[hlL]?(.)", re.DOTALL)


def check_spec(value: Any = None, spec: Any = "", /, *more: Any, **named: Any) -> None:
    """Before `format(value, spec)`, and what a field of a format string comes to."""
    check_spread(value)
    specs.check(value, spec)
    if isinstance(spec, str) and len(spec) >= DIGITS:
        found = _SPEC.match(spec)
        if found is not None:
            given = found.groups()[:1] if isinstance(value, str) else found.groups()
            for number in filter(None, given):
                _check_number(number)


def _check_number(digits: str) -> None:
    """A width or a precision; of one with too many digits for an index, C says so."""
    if len(digits) < DIGITS_MAX:
        check_index(int(digits))


def modulo(left: Any, right: Any) -> Any:
    """`left % right`."""
    if type(left) in _TEXTS:
        return _formatted(left, right)
    return left % right


def modulo_in_place(left: Any, right: Any) -> Any:
    """`left %= right`."""
    if type(left) in _TEXTS:
        return _formatted(left, right)
    left %= right
    return left


def _formatted(text: Any, values: Any) -> Any:
    read: str = text if type(text) is str else text.decode("latin-1")
    check_spread(values)
    for value in values if type(values) is tuple else (values,):
        if type(value) is Decimal and _WHOLE.search(read):
            exact.check_whole(value)
    if _LONG.search(read):
        _check_conversions(read, values)
    made: Any = text % values
    return without_addresses(made, modulo, (values,)) if made.__class__ is str and MARK in made else made


def _check_conversions(text: str, values: Any) -> None:
    """Look at the width of each conversion. A text that does not fit its values is C's to refuse."""
    given: Iterator[Any] = iter(values if type(values) is tuple else (values,))
    for width, precision, kind in _CONVERSION.findall(text):
        if width == "*":
            check_index(next(given, None))
        elif width:
            _check_number(width)
        if precision == "*":
            most = next(given, None)
            check_index(0 if kind in _CUT else most)
        elif precision and kind not in _CUT:
            _check_number(precision)
        if kind != "%":
            next(given, None)
