"""Classes of the program and the descriptors in them: their parts, and how they are filled again.

A class is name, bases and what its body and the program have put into it. A descriptor is what it was made of.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from types import GetSetDescriptorType, MemberDescriptorType
from typing import Any

from waymark.stdlib.values.descriptors import ClassMethod, Property, StaticMethod, Super, SuperMethod
from waymark.stdlib.values.enum_bodies import EnumNamespace, auto
from waymark.stdlib.values.fields import Field
from waymark.stdlib.values.markers import Alias, TypeVar

from ..crossing import DATACLASS, Crossing
from ..values.classes import class_info
from . import format as tag
from .checks import Values, expect
from .format import Refused

_NONE = type(None)
_MADE_BY_TYPE = frozenset(("__module__", "__qualname__", "__abstractmethods__"))
# What setting these on a class would change is the class and not its namespace, where its body has put them.
_OF_THE_TYPE = frozenset(
    name for name, value in vars(type).items() if isinstance(value, GetSetDescriptorType | MemberDescriptorType)
) - {"__doc__", "__annotations__", "__abstractmethods__"}


def class_contents(kind: type) -> dict[str, Any]:
    """What the program put into a class: as its body left it, then what was set later."""
    info = class_info(kind)
    assert info is not None
    present = vars(kind)
    names = [name for name in info.names if name in present]
    names += [name for name in present if name not in set(names)]
    names.sort(key=lambda name: name != "__doc__")  # a class that is made again has a place for it from the first
    return {name: present[name] for name in names if name not in _MADE_BY_TYPE and not _is_made(name, present[name])}


def _is_made(name: str, value: Any) -> bool:
    if name == "__doc__" and value is None:
        return True
    return isinstance(value, GetSetDescriptorType | MemberDescriptorType)


def class_parts(value: type) -> Values:
    info = class_info(value)
    assert info is not None
    module = value.__dict__.get("__module__")
    contents = [part for pair in class_contents(value).items() for part in pair]
    if "__dict__" in contents[::2]:
        raise Refused(value, f"a snapshot has no form for class {value.__qualname__}: its body sets `__dict__`")
    slots = None if info.slots is None else " ".join(info.slots)
    abstract = " ".join(sorted(value.__dict__.get("__abstractmethods__", ()))) or None
    names = (info.name, value.__qualname__, module, slots, abstract)
    return [tag.CLASS, *names, len(info.bases), *info.bases, *contents]


def _static_method(value: StaticMethod) -> Values:
    return [tag.STATIC_METHOD, value.function]


def _class_method(value: ClassMethod) -> Values:
    return [tag.CLASS_METHOD, value.function]


def _property(value: Property) -> Values:
    return [tag.PROPERTY, value.fget, value.fset, value.fdel, value.doc, value.name]


def _super(value: Super) -> Values:
    return [tag.SUPER, value.kind, value.instance, value.owner]


def _super_method(value: SuperMethod) -> Values:
    return [tag.SUPER_METHOD, value.owner, value.name, value.instance]


def _field(value: Field) -> Values:
    return [tag.FIELD, *(getattr(value, slot) for slot in Field.__slots__)]


def _type_variable(value: TypeVar) -> Values:
    return [tag.TYPE_VARIABLE, value.name, value.variance]


def _enum_namespace(value: EnumNamespace) -> Values:
    return [
        *(tag.ENUM_NAMESPACE, value.name, value.boundary, value.auto_called),
        *(len(value.bases), *value.bases, len(value.members), *value.members, len(value.ignored), *value.ignored),
        *(len(value.last_values), *value.last_values),
        *[part for pair in value.items() for part in pair],
    ]


def _auto(value: auto) -> Values:
    return [tag.AUTO, value.given]


def _crossing(value: Crossing) -> Values:
    return [tag.CROSSING, value.form, value.name, value.part]


TAKES: dict[type, Callable[[Any], Values]] = {
    Crossing: _crossing,
    EnumNamespace: _enum_namespace,
    auto: _auto,
    Field: _field,
    TypeVar: _type_variable,
    Alias: lambda value: [tag.ALIAS, value.origin, value.args],
    StaticMethod: _static_method,
    ClassMethod: _class_method,
    Property: _property,
    Super: _super,
    SuperMethod: _super_method,
}


def put_into_class(made: type, contents: dict[str, Any]) -> None:
    """Give a class its contents back, in their order; the host's type looks at none of them."""
    if "__slots__" in contents and "__slots__" in vars(made):  # what it was made with has the first place
        type.__delattr__(made, "__slots__")
    namespace: Any = None
    for name, value in contents.items():
        if name in _OF_THE_TYPE:
            if namespace is None:
                (namespace,) = gc.get_referents(vars(made))
            namespace[name] = value
        else:
            type.__setattr__(made, name, value)


def make_abstract(made: type, names: Any) -> None:
    """Say again which methods an instance lacks."""
    if expect(names, str, _NONE):
        type.__setattr__(made, "__abstractmethods__", frozenset(names.split()))


# --- filling ---------------------------------------------------------------------------------------------------------


def _fill_method(made: StaticMethod | ClassMethod, values: Values) -> None:
    (made.function,) = values


def _fill_property(made: Property, values: Values) -> None:
    made.fget, made.fset, made.fdel, made.doc, name = values
    made.name = expect(name, str, _NONE)


def _fill_super(made: Super, values: Values) -> None:
    kind, made.instance, owner = values
    made.kind = expect(kind, type)
    made.owner = expect(owner, type, _NONE)


def _fill_super_method(made: SuperMethod, values: Values) -> None:
    owner, name, made.instance = values
    made.owner = expect(owner, type)
    made.name = expect(name, str)


def _fill_alias(made: Alias, values: Values) -> None:
    origin, args = values
    made.origin, made.args = expect(origin, type), expect(args, tuple)


def _fill_type_variable(made: TypeVar, values: Values) -> None:
    name, variance = values
    made.name, made.variance = expect(name, str), expect(variance, str)


def _fill_enum_namespace(made: EnumNamespace, values: Values) -> None:
    name, boundary, auto_called = values[:3]
    at, lists = 3, []
    for _ in range(4):
        count = expect(values[at], int)
        lists.append(values[at + 1 : at + 1 + count])
        at += 1 + count
    bases, members, ignored, last = lists
    made.__init__(expect(name, str), tuple(expect(base, type) for base in bases))  # type: ignore[misc]
    made.boundary, made.auto_called, made.last_values = boundary, expect(auto_called, bool), last
    made.members = dict.fromkeys(expect(each, str) for each in members)
    made.ignored = [expect(each, str) for each in ignored]
    if any(type(each) is not str for each in values[at::2]):
        raise ValueError("a namespace has a name that is no str")
    dict.update(made, zip(values[at::2], values[at + 1 :: 2], strict=True))


def _fill_auto(made: auto, values: Values) -> None:
    (made.given,) = values
    expect(made.given, tuple, _NONE)


def _fill_crossing(made: Crossing, values: Values) -> None:
    form, name, made.part = values
    made.form, made.name = expect(form, str), expect(name, str)
    if made.form == DATACLASS:
        expect(made.part, dict)


def _fill_field(made: Field, values: Values) -> None:
    for slot, value in zip(Field.__slots__, values, strict=True):
        setattr(made, slot, value)
    expect(made.name, str, _NONE)
    expect(made.kind, str)


BARE: dict[int, type] = {
    tag.CROSSING: Crossing,
    tag.ENUM_NAMESPACE: EnumNamespace,
    tag.AUTO: auto,
    tag.FIELD: Field,
    tag.TYPE_VARIABLE: TypeVar,
    tag.ALIAS: Alias,
    tag.STATIC_METHOD: StaticMethod,
    tag.CLASS_METHOD: ClassMethod,
    tag.PROPERTY: Property,
    tag.SUPER: Super,
    tag.SUPER_METHOD: SuperMethod,
}
FILLS: dict[int, Callable[[Any, Values], None]] = {
    tag.CROSSING: _fill_crossing,
    tag.ENUM_NAMESPACE: _fill_enum_namespace,
    tag.AUTO: _fill_auto,
    tag.FIELD: _fill_field,
    tag.TYPE_VARIABLE: _fill_type_variable,
    tag.ALIAS: _fill_alias,
    tag.STATIC_METHOD: _fill_method,
    tag.CLASS_METHOD: _fill_method,
    tag.PROPERTY: _fill_property,
    tag.SUPER: _fill_super,
    tag.SUPER_METHOD: _fill_super_method,
}
