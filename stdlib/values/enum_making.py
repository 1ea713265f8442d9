"""How an enum comes to be: the class with its members, from what its body has bound (`enum_bodies.py`).

A `Plan` says what the class is made of, and makes the members when the class is there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..natives.services import services
from .enum_bodies import EnumNamespace, first_enum, namespace_of
from .enums import EnumType, check_redirected
from .enums_mixed import ReprEnum
from .flags import MASKS, Flag
from .workflow import Plain


class Plan:
    """An enum whose class is not there yet: `namespace` is for the class, and `finish` makes the members."""

    def __init__(self, name: str, bases: tuple[type, ...], given: EnumNamespace) -> None:
        for key in (*given.ignored, "_ignore_"):
            given.pop(key, None)
        self.members = {key: given[key] for key in given.members if key in given}
        invalid = [key for key in self.members if key in ("mro", "")]
        if invalid:
            raise ValueError(f"invalid enum member name(s) {','.join(map(repr, invalid))}")
        self.order = given.pop("_order_", None)
        self.mixed = _mixed_type(name, bases) or object
        self.first: Any = first_enum(bases)
        self.new, self.use_args = _new_of(given, self.mixed, self.first)
        held: dict[str, Any] = {key: value for key, value in given.items() if key not in self.members}
        held |= {"_member_names_": [], "_member_map_": {}, "_value2member_map_": {}}
        inherited = {"_member_type_": self.mixed, "_value_repr_": _repr_of_values(bases)}
        held |= {name: value for name, value in inherited.items() if getattr(self.first, name) is not value}
        if "__new__" in held:  # those of the enums that extend this one are made by it, too
            held["__new_member__"] = _as_static(held["__new__"])
        if "_generate_next_value_" in held:
            held["_generate_next_value_"] = _as_static(held["_generate_next_value_"])
        if issubclass(self.first, Flag):
            held |= dict.fromkeys(MASKS, 0)
            if given.boundary:
                held["_boundary_"] = given.boundary
        self.namespace = held

    def finish(self, kind: Any) -> None:
        """Make the members of the class."""
        for name, value in self.members.items():
            check_redirected(kind, name)
            _enter(kind, name, _made(self, kind, name, value))
        _take_texts(kind, self.first, self.mixed, self.namespace)
        if self.order is not None:
            _check_order(kind, self.order)


def _made(plan: Plan, kind: Any, name: str, value: Any) -> Any:
    args = value if isinstance(value, tuple) and plan.mixed is not tuple else (value,)
    made = plan.new(kind, *args) if plan.use_args else object.__new__(kind)
    if not hasattr(made, "_value_"):
        made._value_ = value if plan.mixed is object else _value_of(plan.mixed, args)
    made._name_ = name
    made.__objclass__ = kind
    made.__init__(*args)
    made._sort_order_ = len(kind._member_names_)
    return made


def _value_of(mixed: Any, args: tuple[Any, ...]) -> Any:
    try:
        return mixed(*args)
    except Exception as error:
        refusal = TypeError("_value_ not set in __new__, unable to create it")
        refusal.__cause__ = error
        raise refusal from error


def _enter(kind: EnumType, name: str, made: Any) -> None:
    """Enter a member, or another name of one, into the tables of its class."""
    value = made._value_
    flag = issubclass(kind, Flag)
    single = flag and value > 0 and value == value & -value
    if flag:
        tables = (kind._flag_mask_ | value, kind._singles_mask_ | (value if single else 0))
        for table, content in zip(MASKS, (*tables, 2 ** tables[0].bit_length() - 1), strict=True):
            type.__setattr__(kind, table, content)
    known = _known(kind, value)
    if known is not None:
        made = known[0]
    elif not flag or single:
        kind._member_names_.append(name)
    type.__setattr__(kind, name, made)
    kind._member_map_[name] = made
    try:
        kind._value2member_map_.setdefault(value, made)
    except TypeError:
        pass  # not hashable: it is looked for among the members


def _known(kind: EnumType, value: Any) -> tuple[Any] | None:
    """The member that has the value already."""
    try:
        found = kind._value2member_map_.get(value)
        return None if found is None else (found,)
    except TypeError:
        return next(((each,) for each in kind._member_map_.values() if each._value_ == value), None)


def _take_texts(kind: EnumType, first: Any, mixed: Any, namespace: dict[str, Any]) -> None:
    """Texts of a member are those of an enum, not of the type that it is mixed with."""
    if ReprEnum in kind.__bases__:
        if mixed is object:
            raise TypeError("ReprEnum subclasses must be mixed with a data type (i.e. int, str, float, etc.)")
        shown = mixed.__repr__ if mixed.__str__ is object.__str__ else mixed.__str__
        for name, method in (("__format__", mixed.__format__), ("__str__", shown)):
            if name not in namespace:
                type.__setattr__(kind, name, method)
    for name in ("__repr__", "__str__", "__format__"):
        found = getattr(kind, name)
        if name not in namespace and name not in vars(kind) and found in (getattr(mixed, name), getattr(object, name)):
            type.__setattr__(kind, name, getattr(first, name))
    if issubclass(kind, Flag) and mixed is not object and first is Flag:
        for operator in ("or", "and", "xor"):
            for name in (f"__{operator}__", f"__r{operator}__"):
                if name not in namespace:
                    type.__setattr__(kind, name, getattr(Flag, name))
        if "__invert__" not in namespace:
            type.__setattr__(kind, "__invert__", Flag.__invert__)


def _check_order(kind: Any, order: Any) -> None:
    names = order.replace(",", " ").split() if isinstance(order, str) else list(order)
    if issubclass(kind, Flag):
        names = [each for each in names if each not in kind._member_map_ or _is_single(kind[each]._value_)]
    known = kind._member_map_
    names = [each for each in names if each not in known or each in kind._member_names_]
    if names != kind._member_names_:
        raise TypeError(f"member order does not match _order_:\n  {kind._member_names_!r}\n  {names!r}")


def _is_single(value: int) -> bool:
    return value > 0 and value & (value - 1) == 0


# --- what the bases say ----------------------------------------------------------------------------------------------


def _mixed_type(name: str, bases: tuple[type, ...]) -> type | None:
    """The type that members are besides: one with a `__new__` of its own, or a dataclass."""
    found: set[type] = set()
    for chain in bases:
        candidate = None
        for base in chain.__mro__:
            if base is object or base is Plain:
                continue
            if isinstance(base, EnumType):
                if base._member_type_ is not object:
                    found.add(base._member_type_)
                    break
            elif "__new__" in vars(base) or "__dataclass_fields__" in vars(base):
                found.add(candidate or base)
                break
            else:
                candidate = candidate or base
    if len(found) > 1:
        raise TypeError(f"too many data types for {name!r}: {found!r}")
    return found.pop() if found else None


def _new_of(namespace: dict[str, Any], mixed: Any, first: Any) -> tuple[Any, bool]:
    """What makes a member, and whether it is given the value."""
    own = namespace.get("__new__")
    if own is not None:
        return own, True
    for name in ("__new_member__", "__new__"):
        for possible in (mixed, first):
            found = getattr(possible, name, None)
            if found is not None and found is not object.__new__:
                return found, True
    return object.__new__, False


def _repr_of_values(bases: tuple[type, ...]) -> Any:
    for chain in bases:
        for base in chain.__mro__:
            if isinstance(base, EnumType):
                return base._value_repr_
            if base is not object and base is not Plain and "__repr__" in vars(base):
                return vars(base)["__repr__"]
    return None


def _as_static(value: Any) -> Any:
    from .descriptors import StaticMethod

    return value if type(value) in (StaticMethod, staticmethod) else StaticMethod(value)


# --- the call --------------------------------------------------------------------------------------------------------


def create(
    kind: Any, name: str, names: Any, module: Any, qualname: Any, mixed: Any, start: Any, boundary: Any
) -> EnumType:
    """`Enum("Color", "RED GREEN")`."""
    bases = (kind,) if mixed is None else (mixed, kind)
    namespace = namespace_of(name, bases)
    assert isinstance(namespace, EnumNamespace), "the last of the bases is an enum"
    if isinstance(names, str):
        names = names.replace(",", " ").split()
    if isinstance(names, tuple | list) and names and isinstance(names[0], str):
        names = _numbered(first_enum(bases), names, start)
    given: Any = names
    for item in given:
        key, value = (item, given[item]) if isinstance(item, str) else item
        namespace[key] = value
    dict.__setitem__(namespace, "__module__", services.get().module() if module is None else module)
    dict.__setitem__(namespace, "__qualname__", name if qualname is None else qualname)
    namespace.boundary = boundary
    return services.get().make_class(name, bases, namespace)  # type: ignore[return-value]


def _numbered(first: Any, names: Iterable[str], start: Any) -> list[tuple[str, Any]]:
    values: list[Any] = []
    found = []
    for count, each in enumerate(names):
        values.append(first._generate_next_value_(each, start, count, values[:]))
        found.append((each, values[-1]))
    return found
