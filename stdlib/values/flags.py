"""Flags: members that are combined, and the members that come of it, made when they are first asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..natives.services import services
from .enums import Enum, enum_class
from .enums_mixed import ReprEnum, StrEnum, new_text

MASKS = ("_flag_mask_", "_singles_mask_", "_all_bits_")  # of a flag: all bits, those of single members, all below

# Set below, when they are members.
STRICT: Any
CONFORM: Any
EJECT: Any
KEEP: Any


@enum_class(object, Enum, _boundary_=None, _flag_mask_=0, _singles_mask_=0, _all_bits_=0)
class Flag:
    _name_: Any
    _value_: Any
    _numeric_repr_ = repr
    _inverted_: Any = None

    @staticmethod
    def _generate_next_value_(name: str, start: Any, count: int, last_values: list[Any]) -> Any:
        if not count:
            return start if start is not None else 1
        last = max(last_values)
        try:
            high = last.bit_length() - 1
        except Exception:
            raise TypeError(f"invalid flag value {last!r}") from None
        return 2 ** (high + 1)

    @classmethod
    def _missing_(cls, value: Any) -> Any:
        return composite(cls, value)

    def __contains__(self, other: Any) -> bool:
        kind = type(self)
        if not isinstance(other, kind):
            mine, theirs = type(other).__qualname__, kind.__qualname__
            raise TypeError(f"unsupported operand type(s) for 'in': {mine!r} and {theirs!r}")
        return bool(other._value_ & self._value_ == other._value_)

    def __iter__(self) -> Iterator[Any]:
        return iter(members_in(type(self), self._value_))

    def __len__(self) -> int:
        return int(self._value_.bit_count())

    def __bool__(self) -> bool:
        return bool(self._value_)

    def __repr__(self) -> str:
        kind: Any = type(self)
        shown = (kind._value_repr_ or repr)(self._value_)
        return f"<{kind.__name__}: {shown}>" if self._name_ is None else f"<{kind.__name__}.{self._name_}: {shown}>"

    def __str__(self) -> str:
        name = type(self).__name__
        return f"{name}({self._value_!r})" if self._name_ is None else f"{name}.{self._name_}"

    def __or__(self, other: Any) -> Any:
        other = _operand(self, other)
        return other if other is NotImplemented else type(self)(self._value_ | other)  # type: ignore[call-arg]

    def __and__(self, other: Any) -> Any:
        other = _operand(self, other)
        return other if other is NotImplemented else type(self)(self._value_ & other)  # type: ignore[call-arg]

    def __xor__(self, other: Any) -> Any:
        other = _operand(self, other)
        return other if other is NotImplemented else type(self)(self._value_ ^ other)  # type: ignore[call-arg]

    def __invert__(self) -> Any:
        kind: Any = type(self)
        if self._inverted_ is None:
            keeps = kind._boundary_ in (EJECT, KEEP)
            services.get().touch(self)
            self._inverted_ = kind(~self._value_ if keeps else kind._singles_mask_ & ~self._value_)
        return self._inverted_

    __ror__ = __or__
    __rand__ = __and__
    __rxor__ = __xor__


def _operand(member: Any, other: Any) -> Any:
    kind: Any = type(member)
    if isinstance(other, kind):
        return other._value_
    mixed = kind._member_type_
    return other if mixed is not object and isinstance(other, mixed) else NotImplemented


def members_in(kind: Any, value: int) -> list[Any]:
    """The members of single bits that the value has, in the order of their values, or of the class if that differs."""
    bits = value & kind._flag_mask_
    single = [bit for bit in (1 << place for place in range(bits.bit_length())) if bit & bits]
    found = [kind._value2member_map_.get(bit) for bit in single]
    named = [kind._member_map_[name]._value_ for name in kind._member_names_]
    if named != sorted(named):
        found.sort(key=lambda member: member._sort_order_)
    return found


def _binary(number: int, bits_max: int = 0) -> str:
    """The digits of a number behind its sign, as enum's messages show them."""
    sign, digits = ("0b0", bin(number)[2:] if number else "") if number >= 0 else ("0b1", _ones(number))
    if len(digits) < bits_max:
        digits = (sign[-1] * bits_max + digits)[-bits_max:]
    return f"{sign} {digits}"


def _ones(number: int) -> str:
    """The digits of a negative number in two's complement, without the sign."""
    width = number.bit_length()
    return bin((1 << (width + 1)) + number)[3:]


def composite(kind: Any, value: Any) -> Any:
    """The member of a flag for several bits, or none: made when it is first asked for, and kept."""
    if not isinstance(value, int):
        raise ValueError(f"{value!r} is not a valid {kind.__qualname__}")
    mask, all_bits, boundary = kind._flag_mask_, kind._all_bits_, kind._boundary_
    negative = None
    if not ~all_bits <= value <= all_bits or value & (all_bits ^ mask):
        if boundary is STRICT:
            bits = max(value.bit_length(), mask.bit_length())
            raise ValueError(
                f"{kind!r} invalid value {value!r}\n    given {_binary(value, bits)}\n  allowed {_binary(mask, bits)}"
            )
        if boundary is CONFORM:
            value = value & mask
        elif boundary is EJECT:
            return value
        elif boundary is not KEEP:
            raise ValueError(f"{kind!r} unknown flag boundary {boundary!r}")
        elif value < 0:
            value = max(all_bits + 1, 2 ** value.bit_length()) + value
    if value < 0:
        negative, value = value, all_bits + 1 + value
    unknown = value & ~mask
    if unknown and boundary is not KEEP:
        raise ValueError(f"{kind.__name__}({value!r}) -->  unknown values {unknown!r} [{_binary(unknown)}]")
    made = _composed(kind, value)
    services.get().touch(kind._value2member_map_)
    made = kind._value2member_map_.setdefault(value, made)
    if negative is not None:
        kind._value2member_map_[negative] = made
    return made


def _composed(kind: Any, value: int) -> Any:
    mixed = kind._member_type_
    made = object.__new__(kind) if mixed is object else mixed.__new__(kind, value)
    if not hasattr(made, "_value_"):
        made._value_ = value
    singles = value & kind._singles_mask_
    aliases = value & ~kind._singles_mask_
    members = members_in(kind, singles) if singles or aliases else []
    combined = 0
    for member in members:
        combined |= member._value_
    if aliases:
        for member in kind._member_map_.values():
            if member not in members and member._value_ and member._value_ & value == member._value_:
                members.append(member)
                combined |= member._value_
    unknown = value ^ combined
    if not combined:
        made._name_ = None
        return made
    made._name_ = "|".join([member._name_ for member in members])
    if unknown:
        if kind._boundary_ is STRICT:
            raise ValueError(f"{kind!r}: no members with value {unknown!r}")
        made._name_ = f"{made._name_}|{kind._numeric_repr_(unknown)}"
    return made


@enum_class(int, int, ReprEnum, Flag, _boundary_=None, _flag_mask_=0, _singles_mask_=0, _all_bits_=0,
       _value_repr_=int.__repr__)  # fmt: skip
class IntFlag:
    __repr__ = vars(Flag)["__repr__"]
    __str__ = int.__repr__
    __format__ = int.__format__
    __or__ = __ror__ = vars(Flag)["__or__"]
    __and__ = __rand__ = vars(Flag)["__and__"]
    __xor__ = __rxor__ = vars(Flag)["__xor__"]
    __invert__ = vars(Flag)["__invert__"]


@enum_class(str, StrEnum, _value_repr_=str.__repr__)
class FlagBoundary:
    pass


def _boundaries() -> Iterator[Any]:
    kind: Any = FlagBoundary
    for order, name in enumerate(("STRICT", "CONFORM", "EJECT", "KEEP")):
        member = new_text(kind, name.lower())
        member._name_, member._sort_order_, member.__objclass__ = name, order, kind
        kind._member_names_.append(name)
        type.__setattr__(kind, name, member)
        kind._member_map_[name] = kind._value2member_map_[member._value_] = member
        yield member


STRICT, CONFORM, EJECT, KEEP = _boundaries()
type.__setattr__(Flag, "_boundary_", STRICT)
type.__setattr__(IntFlag, "_boundary_", KEEP)

# Functions of these classes that an enum of the program may have in its own namespace, by names that are persisted.
FUNCTIONS: dict[str, Any] = {
    f"enum.{kind.__name__}.{name}": vars(kind)[name]
    for kind, names in (
        (Enum, "__repr__ __str__ __format__"),
        (Flag, "__repr__ __str__ __or__ __and__ __xor__ __invert__"),
    )
    for name in names.split()
}
# The members of `FlagBoundary` are the host's, and have names, too.
BOUNDARIES: dict[str, Any] = {f"enum.{member._name_}": member for member in (STRICT, CONFORM, EJECT, KEEP)}
