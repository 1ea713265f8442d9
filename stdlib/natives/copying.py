"""`copy.deepcopy` for what `dataclasses.asdict` finds in a field."""

from __future__ import annotations

from array import array
from typing import Any

from ..values.sets import OrderedFrozenSet, OrderedSet
from .services import Refusal, services

_SPECIAL = ("__deepcopy__", "__reduce_ex__", "__reduce__", "__getstate__", "__setstate__")


def deep_copy(value: Any, memo: dict[int, Any] | None = None) -> Any:
    """A copy of a value with all that it holds. What cannot change stays itself."""
    memo = {} if memo is None else memo
    if id(value) in memo:
        return memo[id(value)]
    kind = type(value)
    if kind is list:
        memo[id(value)] = made = []
        made += [deep_copy(each, memo) for each in value]
        return made
    if kind is dict:
        memo[id(value)] = held = {}
        for key, each in value.items():
            held[deep_copy(key, memo)] = deep_copy(each, memo)
        return held
    if kind is tuple:
        items = tuple([deep_copy(each, memo) for each in value])
        return value if all(mine is theirs for mine, theirs in zip(items, value, strict=True)) else items
    if kind is OrderedSet or kind is OrderedFrozenSet:
        return kind([deep_copy(each, memo) for each in value])
    if kind is bytearray or kind is array:
        return value[:]
    return value if is_lasting(value) else _instance(value, memo)


def is_lasting(value: Any) -> bool:
    """Whether `copy.deepcopy` gives the value itself."""
    return not services.get().is_instance(value) or hasattr(type(value), "_member_map_")


def _instance(value: Any, memo: dict[int, Any]) -> Any:
    kind = type(value)
    custom = next((name for name in _SPECIAL if getattr(kind, name, None) is not getattr(object, name, None)), None)
    new: Any = kind.__new__
    plain = new is object.__new__ and type(getattr(value, "__dict__", None)) is dict
    if (
        custom is not None
        or not plain
        or any("__slots__" in vars(base) and vars(base)["__slots__"] for base in kind.__mro__)
    ):
        raise Refusal(
            f"a workflow cannot copy a {kind.__name__}, which `asdict` and `astuple` copy: make it a dataclass"
        )
    made = memo[id(value)] = object.__new__(kind)
    vars(made).update({name: deep_copy(each, memo) for name, each in vars(value).items()})
    return made
