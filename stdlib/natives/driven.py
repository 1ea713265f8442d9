"""Natives and methods that prelude code takes over when an argument leads to code of the program.

The names are exports of the protocol unit (`stdlib/prelude/core/`), whose parameters are those of the native; a call
that does not fit them is left to C, which refuses it in its own words.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ..values.sets import OrderedFrozenSet, OrderedSet

_NAMES = (
    "abs aiter all anext any ascii bin bool bytearray bytes chr complex delattr dict divmod enumerate filter float "
    "format frozenset getattr hasattr hash hex int iter len list map max min next oct pow print range repr reversed "
    "round set setattr sorted str sum tuple zip async_item delegate list_extend dict_merge_call dict_update unpack_star"
).split()

# Native -> export, under the same name.
NATIVES: Mapping[str, str] = MappingProxyType({f"{name}/1": name for name in _NAMES})

_OF_SETS = "difference intersection isdisjoint issubset issuperset symmetric_difference union"
_CHANGING_SETS = "difference_update intersection_update symmetric_difference_update update"
_METHODS: dict[type, tuple[str, str]] = {
    list: ("list", "count extend index remove sort"),
    tuple: ("tuple", "count index"),
    str: ("str", "join"),
    bytes: ("str", "join"),
    dict: ("dict", "update"),
    OrderedSet: ("set", f"{_OF_SETS} {_CHANGING_SETS}"),
    OrderedFrozenSet: ("set", _OF_SETS),
}

# Of every exception group: method -> export. They are taken over whatever the arguments lead to.
GROUP_METHODS: Mapping[str, str] = MappingProxyType({name: f"group.{name}" for name in ("split", "subgroup")})

# (type, method) -> export. It gets the object, then the arguments.
METHODS: Mapping[tuple[type, str], str] = MappingProxyType(
    {(kind, name): f"{home}.{name}" for kind, (home, names) in _METHODS.items() for name in names.split()}
)
