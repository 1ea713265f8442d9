"""The second half of building objects: each gets what it is made of, by its tag.

Every function here takes the object and the values of its node, and raises `ValueError` or `TypeError` for values that
the object must not have: the machine relies on the types of its own objects. Dicts and large lists come later, when
everything that a hash may look at is complete (`restore.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..values.fixed import is_shared
from ..values.functions import NAMES, TYPES_OF_NAMES, BoundMethod, Cell, HostMethod, VMFunction
from . import class_parts, running_parts, value_parts
from . import format as tag
from .checks import Values, code, counted, expect, named_pairs, one_of
from .error_parts import fill_error
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
    if is_shared(made):
        raise ValueError(f"{made.loaded.qualname} hangs on a static class, and no run changes it")
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
    tag.ERROR: fill_error,
}
