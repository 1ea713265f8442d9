"""Enums whose members are values of another type besides: `ReprEnum`, `IntEnum`, `StrEnum`."""

from __future__ import annotations

from typing import Any

from .enums import Enum, enum_class


@enum_class(object, Enum)
class ReprEnum:
    pass


@enum_class(int, int, ReprEnum, _value_repr_=int.__repr__)
class IntEnum:
    __repr__ = vars(Enum)["__repr__"]
    __str__ = int.__repr__
    __format__ = int.__format__


def new_text(kind: type, *values: Any) -> Any:
    """`StrEnum.__new__`."""
    if len(values) > 3:
        raise TypeError(f"too many arguments for str(): {values!r}")
    if len(values) == 1 and not isinstance(values[0], str):
        raise TypeError(f"{values[0]!r} is not a string")
    if len(values) >= 2 and not isinstance(values[1], str):
        raise TypeError(f"encoding must be a string, not {values[1]!r}")
    if len(values) == 3 and not isinstance(values[2], str):
        raise TypeError(f"errors must be a string, not {values[2]}")
    text = str(*values)
    made: Any = str.__new__(kind, text)
    made._value_ = text
    return made


@enum_class(str, str, ReprEnum, _value_repr_=str.__repr__)
class StrEnum:
    __new_member__ = staticmethod(new_text)
    __repr__ = vars(Enum)["__repr__"]
    __str__ = str.__str__
    __format__ = str.__format__

    @staticmethod
    def _generate_next_value_(name: str, start: Any, count: int, last_values: list[Any]) -> Any:
        return name.lower()
