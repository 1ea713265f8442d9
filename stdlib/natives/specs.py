"""Format specs that mean something to values of the library: `f"{price:.2f}"`, `f"{moment:%d.%m.%Y}"`."""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal
from typing import Any

from .services import Excess, Refusal

SPECIFIED = (Decimal, date, time)
WRITTEN_MAX = 1 << 24  # zeros that are written out
# `%s` is the seconds since the epoch, of a moment in the zone of the machine.
_SECONDS = re.compile(r"%[-_0^#]*\d*[EO]?s")


def check(value: Any = None, spec: Any = "", *more: Any, **named: Any) -> None:
    """Before `format(value, spec)`."""
    if not isinstance(spec, str) or not spec:
        return
    if isinstance(value, Decimal):
        if value.is_finite() and abs(value.adjusted()) > WRITTEN_MAX and spec[-1] in "fF%":
            raise Excess(MemoryError())
    elif isinstance(value, date | time):
        check_directives(spec)


def check_directives(text: str) -> None:
    """Before `moment.strftime(text)`."""
    if "s" in text and _SECONDS.search(text.replace("%%", "")):
        raise Refusal(
            "`%s` of strftime takes the moment to be in the machine's own zone, which is another one elsewhere: format "
            "`int(moment.timestamp())` of a moment that has a zone"
        )
