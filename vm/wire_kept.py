"""What of a value can leave its process, told from types alone; and what an error leaves behind on its way."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from waymark.stdlib.values.library import TRAVELLING
from waymark.stdlib.values.sets import OrderedFrozenSet, OrderedSet
from waymark.stdlib.values.tracebacks import Traceback, entries
from waymark.stdlib.values.uuids import UUID
from waymark.stdlib.values.workflow import default_repr

from . import wire_format as tag
from .arriving_errors import INVALID
from .collected import COLLECTION, collected
from .crossing import DATACLASS, form_of
from .hosted import FORMS, parts_of
from .values.classes import class_info, held_by
from .values.errors import args_of
from .wire_format import DICT, LIST, TUPLE

PLAIN = frozenset((type(None), bool, str, bytes))
NUMBERS = frozenset((int, float, complex, range, type(Ellipsis)))
CONTAINERS: dict[type, int] = {
    list: LIST,
    tuple: TUPLE,
    dict: DICT,
    **dict.fromkeys((set, OrderedSet), tag.SET),
    **dict.fromkeys((frozenset, OrderedFrozenSet), tag.FROZENSET),
}
LEAVES = frozenset((bytearray, date, timedelta, timezone, UUID))
TIMES = frozenset((datetime, time))
_WITHOUT_PARTS = PLAIN | NUMBERS | LEAVES | TIMES | TRAVELLING
_LINES_KEPT = 100  # at each end of a traceback


def is_value(value: Any, *, lenient: bool = False) -> bool:
    """Whether the value can travel, so far as types say. `lenient`: with errors, whatever they hold."""
    seen: set[int] = set()
    pending: list[Any] = [value]
    while pending:
        each = pending.pop()
        kind = type(each)
        if (
            kind in PLAIN
            or kind in NUMBERS
            or kind in LEAVES
            or kind in TIMES
            or kind in TRAVELLING
            or id(each) in seen
        ):
            continue
        seen.add(id(each))
        if kind is dict:
            pending += (*each, *each.values())
        elif kind in CONTAINERS:
            pending += each
        elif isinstance(each, BaseException):
            if not lenient:
                pending += (args_of(each), each.__cause__, each.__context__)
        elif (form := form_of(kind)) is not None and "<locals>" not in kind.__qualname__:
            pending += _parts(each, form)
        else:
            return False
    return True


def _parts(value: Any, form: str) -> tuple[Any, ...]:
    if form in FORMS:
        return parts_of(value, form)
    if form == COLLECTION:
        return collected(value)
    return (held_by(value),) if form == DATACLASS else ()


def kept_args(error: BaseException) -> tuple[Any, ...]:
    """Its args. An object that cannot travel leaves its default text there: the error is still of its class."""
    args = args_of(error)
    return tuple(arg if is_value(arg, lenient=True) else default_repr(arg) for arg in args)


def lines_of(traceback: Traceback | None) -> list[tuple[str, int, str]]:
    """Source, line and function of what the error has passed, the innermost first. Of very many, the two ends."""
    lines = [*entries(traceback)][::-1]
    return lines if len(lines) <= 2 * _LINES_KEPT else lines[:_LINES_KEPT] + lines[-_LINES_KEPT:]


def text_of(error: BaseException) -> str | None:
    """What a user's class says of itself, kept for a process that does not have the class."""
    known = vars(error).get(INVALID)
    if type(known) is dict and type(known.get("text")) is str:
        return str(known["text"])
    if class_info(type(error)) is not None and not _host_text(type(error)):
        return None  # a method of the program: the class itself goes with the program
    try:
        return str(error)
    except Exception:  # a broken `__str__` of the user's: the error itself is still good
        return None


def _host_text(kind: type) -> bool:
    return all("__str__" not in vars(base) for base in kind.__mro__ if class_info(base) is not None)
