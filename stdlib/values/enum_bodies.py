"""What the body of an enum binds: members, told from the rest, with the values of `auto()` given at once.

class Color(Enum):         the body binds names in an `EnumNamespace`; what is made of it, `enum_making.py` says
    RED = auto()
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from types import MemberDescriptorType
from typing import Any

from ..natives.services import Refusal, services
from .enums import EnumType

_SUNDERS = frozenset(
    "_order_ _generate_next_value_ _numeric_repr_ _missing_ _ignore_ _iter_member_ _iter_member_by_value_ "
    "_iter_member_by_def_".split()
)
_NO_VALUE = object()


class auto:
    """`auto()`: the next value. It is given when it is bound to a name, or set by the program."""

    __slots__ = ("given",)

    def __init__(self, value: Any = _NO_VALUE) -> None:
        self.given = None if value is _NO_VALUE else (value,)

    @property
    def value(self) -> Any:
        if self.given is None:
            raise Refusal("a workflow cannot read the `value` of an `auto()` that is not bound yet")
        return self.given[0]

    @value.setter
    def value(self, value: Any) -> None:
        self.given = (value,)

    def __repr__(self) -> str:
        return f"auto({self.given[0]!r})" if self.given else "auto(_auto_null)"


class member:
    """`@member`: what it holds becomes a member, whatever it is."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


class nonmember(member):
    """`@nonmember`: what it holds becomes none."""

    __slots__ = ()


for _kind in (auto, member, nonmember):
    _kind.__module__ = "enum"


class EnumNamespace(dict[str, Any]):
    """What a class body binds, in an enum."""

    __slots__ = ("auto_called", "bases", "boundary", "ignored", "last_values", "members", "name")

    def __init__(self, name: str, bases: tuple[type, ...]) -> None:
        self.name = name
        self.bases = bases
        self.members: dict[str, None] = {}
        self.last_values: list[Any] = []
        self.ignored: list[str] = []
        self.auto_called = False
        self.boundary: Any = None

    def __setitem__(self, key: str, value: Any) -> None:
        if re.fullmatch(rf"_{re.escape(self.name)}__.*[^_]_?", key):
            pass
        elif _is_framed(key, "__"):
            key = "_order_" if key == "__order__" else key
        elif _is_framed(key, "_"):
            value = self._sunder(key, value)
        elif key in self.members:
            raise TypeError(f"{key!r} already defined as {self[key]!r}")
        elif key in self.ignored:
            pass
        elif type(value) is nonmember:
            value = value.value
        elif not _is_descriptor(value):
            value = self._member(key, value)
        super().__setitem__(key, value)

    def _sunder(self, key: str, value: Any) -> Any:
        if key not in _SUNDERS:
            raise ValueError(f"_sunder_ names, such as {key!r}, are reserved for future Enum use")
        if key == "_generate_next_value_" and self.auto_called:
            raise TypeError("_generate_next_value_ must be defined before members")
        if key == "_ignore_":
            value = value.replace(",", " ").split() if isinstance(value, str) else list(value)
            self.ignored = value
            already = [name for name in value if name in self.members]
            if already:
                shown = "{" + ", ".join(map(repr, already)) + "}"
                raise ValueError(f"_ignore_ cannot specify already set names: {shown}")
        return value

    def _member(self, key: str, value: Any) -> Any:
        if key in self:
            raise TypeError(f"{key!r} already defined as {self[key]!r}")
        if type(value) is member:
            value = value.value
        made = value
        if type(value) is auto:
            made = self._next(key, value)
        elif type(value) is tuple and any(type(each) is auto for each in value):
            made = tuple([self._next(key, each) if type(each) is auto else each for each in value])
        else:
            self.last_values.append(value)
        self.members[key] = None
        return made

    def _next(self, key: str, given: auto) -> Any:
        if given.given is None:
            self.auto_called = True
            services.get().touch(given)
            given.value = self.generate(key, 1, len(self.members), self.last_values[:])
        self.last_values.append(given.value)
        return given.value

    @property
    def generate(self) -> Any:
        """What gives `auto()` its values."""
        own = self.get("_generate_next_value_")
        return getattr(first_enum(self.bases), "_generate_next_value_") if own is None else own  # noqa: B009


def namespace_of(name: str, bases: tuple[Any, ...]) -> dict[str, Any]:
    """The namespace that a class body with these bases fills."""
    if not any(isinstance(base, EnumType) for base in bases):
        return {}
    _check_final(name, bases)
    if not isinstance(bases[-1], EnumType):
        raise TypeError("new enumerations should be created as `EnumName([mixin_type, ...] [data_type,] enum_type)`")
    return EnumNamespace(name, bases)


def _check_final(name: str, bases: Iterable[type]) -> None:
    for base in bases:
        for each in getattr(base, "__mro__", ()):
            if isinstance(each, EnumType) and each._member_names_:
                raise TypeError(f"<enum {name!r}> cannot extend {each!r}")


def first_enum(bases: tuple[type, ...]) -> type:
    """The enum that one with these bases extends."""
    return bases[-1]


def _is_framed(name: str, frame: str) -> bool:
    """`_name_` or `__name__`, for these underscores."""
    width = len(frame)
    inner = name[width:-width]
    return (
        len(name) > 2 * width and name.startswith(frame) and name.endswith(frame)
        and not inner.startswith("_") and not inner.endswith("_")
    )  # fmt: skip


def _is_descriptor(value: Any) -> bool:
    if isinstance(value, MemberDescriptorType):
        return True
    return any(hasattr(value, name) for name in ("__get__", "__set__", "__delete__"))
