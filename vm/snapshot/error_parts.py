"""Exceptions: their parts, and how they are filled again. What a group is made with, `make.py` has seen to.

class, args, cause, context, suppress, how many fields of its C layout, those; name, value, name, value ...
or, if its `__dict__` is an object of its own, instead of names and values that object and the traceback
"""

from __future__ import annotations

from waymark.stdlib.values.tracebacks import TRACE, is_apart, keep_apart, set_traceback, traceback_of

from ..values.classes import held_by
from ..values.errors import GROUP_FIELDS, args_of, fields_of, is_group, set_args, set_field
from . import format as tag
from .checks import Values, expect, named_pairs

_NONE = type(None)
_FIELDS = 6  # where they begin, behind their count


def error_parts(value: BaseException, whole: bool = False) -> Values:
    """`whole`: its `__dict__` is written as the object that it is."""
    fields = [part for pair in fields_of(value) for part in pair]
    held = held_by(value)
    attributes: Values = [held] if whole else [part for pair in held.items() for part in pair]
    if whole or is_apart(value):
        traceback = traceback_of(value)
        attributes += [traceback] if whole else [TRACE, traceback] if traceback is not None else []
    return [
        *(tag.ERROR, type(value), args_of(value)),
        *(value.__cause__, value.__context__, value.__suppress_context__),
        *(len(fields) // 2, *fields, *attributes),
    ]


def fill_error(made: BaseException, values: Values) -> None:
    _, args, cause, context, suppress = values[: _FIELDS - 1]
    set_args(made, expect(args, tuple))
    made.__cause__ = expect(cause, BaseException, _NONE)
    made.__context__ = expect(context, BaseException, _NONE)
    made.__suppress_context__ = expect(suppress, bool)
    count = values[_FIELDS - 1]
    if type(count) is not int or not 0 <= count <= (len(values) - _FIELDS) // 2:
        raise ValueError("a count is wrong")
    end = _FIELDS + 2 * count
    for name, value in named_pairs(values[_FIELDS:end]).items():
        if not (is_group(type(made)) and name in GROUP_FIELDS):
            set_field(made, name, value)
    attributes = values[end:]
    if attributes and type(attributes[0]) is dict:
        held, traceback = attributes
        object.__setattr__(made, "__dict__", held)
        keep_apart(made)
        set_traceback(made, traceback)
    else:
        held_by(made).update(named_pairs(attributes))
