"""What `enum.verify` can look for: members of the host, as those of `FlagBoundary` are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .enums import enum_class
from .enums_mixed import StrEnum, new_text

_CHECKS = {
    "CONTINUOUS": "no skipped integer values",
    "NAMED_FLAGS": "multi-flag aliases may not contain unnamed flags",
    "UNIQUE": "one name per value",
}


@enum_class(str, StrEnum, _value_repr_=str.__repr__)
class EnumCheck:
    pass


def _members() -> Iterator[Any]:
    kind: Any = EnumCheck
    for order, (name, value) in enumerate(_CHECKS.items()):
        member = new_text(kind, value)
        member._name_, member._sort_order_, member.__objclass__ = name, order, kind
        kind._member_names_.append(name)
        type.__setattr__(kind, name, member)
        kind._member_map_[name] = kind._value2member_map_[member._value_] = member
        yield member


# Persisted names.
CHECKS: dict[str, Any] = {f"enum.{member._name_}": member for member in _members()}
