"""Instances whose class is more than a namespace: with slots, with the contents of a builtin type, or with a `__dict__`
that is an object of its own, because something else refers to it or because it has keys that are no names.

    class, builtin type, its contents, what is in the slots, and the attributes: how many, or the dict itself

The contents of a number or text are its value, those of a dict key, value, key, value ...; dicts and sets get theirs
last, as any dict does. No code of the program runs: `__init__` and its like are not called.
"""

from __future__ import annotations

from typing import Any

from waymark.stdlib.values.sets import SetLike, empty

from ..values.classes import NOTHING_HELD, class_info, held_by
from ..values.contents import BASES, KEYED, SCALAR, items_of, scalar_of, scalar_parts
from ..values.functions import UNSET
from ..values.library_bases import LIBRARY_BASES
from . import format as tag
from .format import Node, Refused
from .hashes import PLAIN_KEYS
from .shadows import SHADOWING

Parts = list[Any]

_NAMES: dict[type, str] = {base: base.__name__ for base in BASES}  # persisted
_BASES: dict[str, type] = {name: base for base, name in _NAMES.items()}
_OF_PARTS = frozenset(("tuple", "datetime", "time"))  # which cannot be made without what they hold
CONTENTS = 3  # where the count of the contents stands in a node
SHADOWED = -1  # in the place of the count: a dict or list has them, see `shadows.py`
SHADOWING_NAMES = frozenset(_NAMES[base] for base in SHADOWING)
_NAME = frozenset((str,))


def are_named(held: dict[Any, Any]) -> bool:
    """Whether all that a `__dict__` has is attributes."""
    return _NAME.issuperset(map(type, held))


def extended_parts(
    value: Any, contents: Parts | None, held: dict[str, Any], whole: bool, shadowed: bool = False
) -> Parts:
    """`contents` are those of a dict or set, as it is written; None for any other. `held` is the `__dict__`, which is
    written as the object that it is if it is to be `whole`."""
    kind = type(value)
    info = class_info(kind)
    assert info is not None
    base = info.base
    if contents is None:
        contents = [] if base is None else scalar_parts(base, value) if base in SCALAR else items_of(base, value)
    members = [_read(member, value) for member in info.members]
    if held is NOTHING_HELD:
        attributes: Parts = [None]
    elif whole:
        attributes = [held]
    else:
        attributes = [part for pair in held.items() for part in pair]
        attributes.insert(0, len(attributes))
    name = None if base is None else _NAMES[base]
    count = SHADOWED if shadowed else len(contents)
    return [tag.EXTENDED, kind, name, count, *contents, len(members), *members, *attributes]


def entries_of(value: Any) -> dict[Any, Any]:
    """The entries of an instance of a class that extends dict or a set, with the hashes that they have there."""
    if isinstance(value, SetLike):
        return value.waymark_items
    if type(value).__iter__ is dict.__iter__ or PLAIN_KEYS.issuperset(map(type, dict.__iter__(value))):
        return dict(dict.items(value)) if type(value).__iter__ is not dict.__iter__ else dict.copy(value)
    raise Refused(value, "a dict whose class has an `__iter__` of its own holds keys of the program")


def slots_of(value: Any) -> list[tuple[Any, Any]]:
    """The slots of an instance that are set, and what is in them."""
    info = class_info(type(value))
    assert info is not None
    held = [(member, _read(member, value)) for member in info.members]
    return [(member, each) for member, each in held if each is not UNSET]


def _read(member: Any, value: Any) -> Any:
    try:
        return member.__get__(value, type(value))
    except AttributeError:
        return UNSET


# --- making and filling ----------------------------------------------------------------------------------------------


def needed(node: Node) -> Parts:
    """The items of a node that its object cannot be made without."""
    if len(node) <= CONTENTS or node[2] not in _OF_PARTS or type(node[CONTENTS]) is not int:
        return node[1:2]
    return [node[1], *node[CONTENTS + 1 : CONTENTS + 1 + max(0, node[CONTENTS])]]


def make(kind: Any, name: Any, contents: Parts) -> Any:
    """Raises `ValueError` or `TypeError` for what no class has."""
    info = class_info(kind) if isinstance(kind, type) else None
    base = _BASES.get(name) if type(name) is str else None
    if info is None or info.base is not base:
        raise ValueError("an instance has no class of the program, or one of another kind")
    if base is None:
        return object.__new__(kind)
    new: Any = base.__new__
    if base in LIBRARY_BASES:
        return LIBRARY_BASES[base][1](kind, contents)
    if base in SCALAR:
        return new(kind, scalar_of(base, contents))
    if base is tuple:
        return new(kind, contents)
    return empty(kind) if issubclass(base, SetLike) else new(kind)


def fill(made: Any, contents: Parts, rest: Parts) -> Parts | None:
    """Fill in what an instance holds. Returns the keys that it is to get later, if there are any to come."""
    info = class_info(type(made))
    assert info is not None
    count = rest[0]
    if type(count) is not int or count != len(info.members):
        raise ValueError("an instance has other slots than its class")
    for member, value in zip(info.members, rest[1 : 1 + count], strict=True):
        if value is not UNSET:
            member.__set__(made, value)
    _fill_attributes(made, rest[1 + count :])
    if info.base is list:
        list.extend(made, contents)
    elif info.base is bytearray:
        bytearray.extend(made, b"".join(contents))
    return contents if info.base in KEYED else None


def _fill_attributes(made: Any, attributes: Parts) -> None:
    first, *pairs = attributes
    if type(first) is dict and not pairs:
        object.__setattr__(made, "__dict__", first)
    elif type(first) is int and first == len(pairs) and not first % 2:
        names = pairs[::2]
        if any(type(name) is not str for name in names):
            raise ValueError("names and values do not alternate")
        if pairs:
            held_by(made).update(zip(names, pairs[1::2], strict=True))
    elif first is not None or pairs:
        raise ValueError("the attributes of an instance are none")
