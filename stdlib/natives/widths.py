"""Formatting to a width: `"%99999999999d" % n`, `f"{n:{width}}"`, `"{:>{}}".format(...)`.

A width that no machine has room for is refused before C begins to fill it, as in `guards.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .addresses import MARK, without_addresses
from .guards import BYTES_MAX, INDEX_MAX
from .services import Excess

# Numbers with fewer digits are no danger: most texts are passed by one search.
_LONG = re.compile(r"\d{10}|\*")
_LONG_BYTES = re.compile(rb"\d{10}|\*")
_SPEC = re.compile(r"(?:.?[<>=^])?[-+ ]?z?#?0?(\d{10,})", re.DOTALL)
_TEXTS = frozenset((str, bytes, bytearray))
_CONVERSION = re.compile(r"%(?:\([^)]*\))?[#0\- +]*(\*|\d+)?(?:\.(\*|\d+)?)?[hlL]?(.)", re.DOTALL)


def check_width(width: Any) -> None:
    if isinstance(width, int) and BYTES_MAX < width <= INDEX_MAX:
        raise Excess(MemoryError())


def check_spec(value: Any = None, spec: Any = "", *more: Any, **named: Any) -> None:
    """Before `format(value, spec)`, and what a field of a format string comes to."""
    if isinstance(spec, str) and len(spec) >= 10:
        found = _SPEC.match(spec)
        if found is not None:
            check_width(int(found[1]))


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
    if type(text) is str:
        if _LONG.search(text):
            _check_conversions(text, values)
        made = text % values
        return without_addresses(made, modulo, (values,)) if MARK in made else made
    if _LONG_BYTES.search(text):
        _check_conversions(text.decode("latin-1"), values)
    return text % values


def _check_conversions(text: str, values: Any) -> None:
    """Look at the width of each conversion. A text that does not fit its values is C's to refuse."""
    given: Iterator[Any] = iter(values if type(values) is tuple else (values,))
    for width, precision, kind in _CONVERSION.findall(text):
        if width == "*":
            check_width(next(given, None))
        elif width:
            check_width(int(width))
        if precision == "*":
            next(given, None)
        if kind != "%":
            next(given, None)
