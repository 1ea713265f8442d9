"""`enum` for programs: the classes that an enum extends, with members that a snapshot can hold.

What an enum knows stands in its namespace as plain values (`_member_map_`, `_value2member_map_`, ...), so that it is
stored and comes back like any class of a program; nothing is worked out anew. Members are made while the class is
(`enum_making.py`). Texts and behaviour are CPython 3.11's. Where a class of the program defines `_missing_`, `__new__`
or `_generate_next_value_`, they are called from here as natives call a program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ..natives.hashing import stable_hash
from ..natives.services import Refusal
from .views import MappingProxy


class EnumType(type):
    """The class of enums: what can be done with the class itself."""

    _member_names_: list[str]
    _member_map_: dict[str, Any]
    _value2member_map_: dict[Any, Any]
    _member_type_: type
    _value_repr_: Any
    _boundary_: Any
    _flag_mask_: int
    _singles_mask_: int
    _all_bits_: int

    def __call__(
        cls, value: Any, names: Any = None, *, module: Any = None, qualname: Any = None, type: Any = None,
        start: Any = 1, boundary: Any = None,
    ) -> Any:  # fmt: skip
        """The member of a value; with names, a new enum."""
        if names is None:
            return lookup(cls, value)
        from .enum_making import create  # it makes classes of these

        return create(cls, value, names, module, qualname, type, start, boundary)

    def __bool__(cls) -> bool:
        return True

    def __contains__(cls, member: Any) -> bool:
        if not isinstance(member, Enum):
            mine, theirs = type(member).__qualname__, type(cls).__qualname__
            raise TypeError(f"unsupported operand type(s) for 'in': '{mine}' and '{theirs}'")
        return isinstance(member, cls) and member._name_ in cls._member_map_

    def __getitem__(cls, name: Any) -> Any:
        return cls._member_map_[name]

    def __iter__(cls) -> Iterator[Any]:
        return iter([cls._member_map_[name] for name in cls._member_names_])

    def __reversed__(cls) -> Iterator[Any]:
        return iter([cls._member_map_[name] for name in reversed(cls._member_names_)])

    def __len__(cls) -> int:
        return len(cls._member_names_)

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        try:
            return type.__getattribute__(cls, "_member_map_")[name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(cls, name: str, value: Any) -> None:
        if name in vars(cls).get("_member_map_", {}):
            raise AttributeError(f"cannot reassign member {name!r}")
        super().__setattr__(name, value)

    def __delattr__(cls, name: str) -> None:
        if name in cls._member_map_:
            raise AttributeError(f"{cls.__name__!r} cannot delete member {name!r}.")
        super().__delattr__(name)

    def __repr__(cls) -> str:
        return f"<{'flag' if is_flag(cls) else 'enum'} {cls.__name__!r}>"

    @property
    def __members__(cls) -> MappingProxy:
        return MappingProxy(cls._member_map_)


def is_flag(kind: EnumType) -> bool:
    return hasattr(kind, "_flag_mask_")


def lookup(kind: EnumType, value: Any) -> Any:
    """The member of a value."""
    if type(value) is kind:
        return value
    try:
        return kind._value2member_map_[value]
    except KeyError:
        pass
    except TypeError:
        for member in kind._member_map_.values():
            if member._value_ == value:
                return member
    if not kind._member_map_:
        raise TypeError(f"{kind!r} has no members defined")
    return _missing(kind, value)


def _missing(kind: Any, value: Any) -> Any:
    raised: Exception | None = None
    result = None
    try:
        result = kind._missing_(value)
    except Exception as error:
        raised = error
    if raised is None and isinstance(result, kind):
        return result
    if raised is None and is_flag(kind) and kind._boundary_ == "eject" and isinstance(result, int):
        return result
    refusal = ValueError(f"{value!r} is not a valid {kind.__qualname__}")
    if raised is None and result is None:
        raise refusal
    if raised is None:
        raised = TypeError(f"error in {kind.__name__}._missing_: returned {result!r} instead of None or a valid member")
    if not isinstance(raised, ValueError):
        raised.__context__ = refusal
    raise raised


class _Told:
    """`name` and `value` of a member; of the class, the member that is called so."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is not None:
            return getattr(instance, f"_{self._name}_")
        try:
            return owner._member_map_[self._name]
        except KeyError:
            raise AttributeError(f"{owner!r} has no attribute {self._name!r}") from None

    def __set__(self, instance: Any, value: Any) -> None:
        raise AttributeError(f"<enum 'Enum'> cannot set attribute {self._name!r}")

    def __delete__(self, instance: Any) -> None:
        raise AttributeError(f"<enum 'Enum'> cannot delete attribute {self._name!r}")


def enum_class(kind: type, *bases: Any, **tables: Any) -> Callable[[type], Any]:
    """Give the class below the tables of an enum without members."""

    def make(body: type) -> Any:
        members = {name: value for name, value in vars(body).items() if name not in ("__dict__", "__weakref__")}
        empty = {"_member_names_": [], "_member_map_": {}, "_value2member_map_": {}, "_member_type_": kind}
        made = type.__new__(EnumType, body.__name__, bases, {**members, **empty, "_value_repr_": None, **tables})
        made.__module__ = "enum"
        return made

    return make


@enum_class(object)
class Enum:
    _name_: Any
    _value_: Any

    def __init__(self, *args: Any, **named: Any) -> None:
        pass

    @staticmethod
    def _generate_next_value_(name: str, start: Any, count: int, last_values: list[Any]) -> Any:
        if not last_values:
            return start
        try:
            last = last_values[-1]
            last_values.sort()
            if last == last_values[-1]:
                return last + 1
        except TypeError:
            pass
        for value in reversed(last_values):
            try:
                return value + 1
            except TypeError:
                continue
        return start

    @classmethod
    def _missing_(cls, value: Any) -> Any:
        return None

    def __repr__(self) -> str:
        kind: Any = type(self)
        return f"<{kind.__name__}.{self._name_}: {(kind._value_repr_ or repr)(self._value_)}>"

    def __str__(self) -> str:
        return f"{type(self).__name__}.{self._name_}"

    def __format__(self, spec: str) -> str:
        return str.__format__(str(self), spec)

    def __hash__(self) -> int:
        return stable_hash(self._name_)

    name = _Told("name")
    value = _Told("value")


EnumType.__module__ = "enum"


def unique(enumeration: Any) -> Any:
    """`@unique`."""
    found = [(name, member.name) for name, member in enumeration._member_map_.items() if name != member.name]
    if found:
        details = ", ".join(f"{alias} -> {name}" for alias, name in found)
        raise ValueError(f"duplicate values found in {enumeration!r}: {details}")
    return enumeration


def check_redirected(kind: EnumType, name: str) -> None:
    """A member under the name of a property of a base would be two things at once."""
    for base in kind.__mro__[1:]:
        found = vars(base).get(name)
        if isinstance(found, _Told) or all(hasattr(found, role) for role in ("fget", "fset", "fdel")):
            raise Refusal(
                f"a workflow cannot have a member called `{name}` in {kind.__name__}, which has a property so"
            )
