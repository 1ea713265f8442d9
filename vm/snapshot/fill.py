"""The second half of building objects: each gets what it is made of, by its tag.

Every function here takes the object and the values of its node, and raises `ValueError` or `TypeError` for values that
the object must not have: the machine relies on the types of its own objects. Dicts and large lists come later, when
everything that a hash may look at is complete (`restore.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..values.errors import GROUP_FIELDS, is_group, set_args, set_field
from ..values.functions import NAMES, TYPES_OF_NAMES, BoundMethod, Cell, HostMethod, VMFunction
from . import class_parts, running_parts, value_parts
from . import format as tag
from .checks import Values, code, counted, expect, named_pairs, one_of
from .format import Chunk
from .hashes import Key
from .parts import dict_of

_NONE = type(None)


def _list(made: list[Any], values: Values) -> None:
    made += values


def _cell(made: Cell, values: Values) -> None:
    (made.value,) = values


def _chunk(made: Chunk, values: Values) -> None:
    made.items = values


def _key(made: Key, values: Values) -> None:
    made.key, *answers = values
    if type(made.key) is Key or any(type(answer) is not int for answer in answers):
        raise ValueError("a key is a value and hashes")
    made.answers = tuple(answers)


def _closure(made: VMFunction, values: Values) -> None:
    loaded = code(*values[:2])
    made.__init__(loaded)  # type: ignore[misc]
    _definition(made, values)


def _changed_function(made: VMFunction, values: Values) -> None:
    made.changed = True
    _definition(made, values)


def _definition(made: VMFunction, values: Values) -> None:
    cells, at = counted(values, 2)
    for cell in cells:
        expect(cell, Cell)
    if len(cells) != len(made.loaded.function.captures):
        raise ValueError(f"{made.loaded.qualname} has another number of cells")
    defaults, kwdefaults, attributes = values[at : at + 3]
    names = named_pairs(values[at + 3 :])
    for name in names:
        one_of(name, NAMES)
    for name, kind in TYPES_OF_NAMES.items():
        expect(names.get(name, kind()), kind)
    made.cells, made.defaults, made.names = tuple(cells), expect(defaults, tuple, _NONE) or (), names or None
    made.kwdefaults, made.attributes = expect(kwdefaults, dict, _NONE), expect(attributes, dict, _NONE)


def _bound_method(made: BoundMethod, values: Values) -> None:
    made.function, made.instance = values


def _host_method(made: HostMethod, values: Values) -> None:
    name, made.instance = values
    made.name = expect(name, str)


def _class(made: type, values: Values) -> None:
    _, at = counted(values, 5)
    class_parts.put_into_class(made, named_pairs(values[at:]))
    class_parts.make_abstract(made, values[4])


def _instance(made: Any, values: Values) -> None:
    dict_of(made).update(named_pairs(values[1:]))


def _error(made: BaseException, values: Values) -> None:
    _, args, cause, context, suppress = values[:5]
    set_args(made, expect(args, tuple))
    made.__cause__ = expect(cause, BaseException, _NONE)
    made.__context__ = expect(context, BaseException, _NONE)
    made.__suppress_context__ = expect(suppress, bool)
    count = values[5]
    if type(count) is not int or not 0 <= count <= (len(values) - 6) // 2:
        raise ValueError("a count is wrong")
    end = 6 + 2 * count
    for name, value in named_pairs(values[6:end]).items():
        if not (is_group(type(made)) and name in GROUP_FIELDS):
            set_field(made, name, value)
    dict_of(made).update(named_pairs(values[end:]))


FILL: dict[int, Callable[[Any, Values], None]] = {
    **class_parts.FILLS,
    **running_parts.FILLS,
    **value_parts.FILLS,
    tag.LIST: _list,
    tag.CELL: _cell,
    tag.CHUNK: _chunk,
    tag.KEY: _key,
    tag.CLOSURE: _closure,
    tag.CHANGED_FUNCTION: _changed_function,
    tag.BOUND_METHOD: _bound_method,
    tag.HOST_METHOD: _host_method,
    tag.CLASS: _class,
    tag.INSTANCE: _instance,
    tag.ERROR: _error,
}
