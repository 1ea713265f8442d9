"""Classes of the program and the descriptors in them: their parts, and how they are filled again.

A class is name, bases and what its body and the program have put into it. A descriptor is what it was made of.
"""

from __future__ import annotations

from collections.abc import Callable
from types import GetSetDescriptorType, MemberDescriptorType
from typing import Any

from waymark.stdlib.values.descriptors import ClassMethod, Property, StaticMethod, Super, SuperMethod

from ..values.classes import class_info
from . import format as tag

Values = list[Any]

_NONE = type(None)
_MADE_BY_TYPE = frozenset(("__module__", "__qualname__", "__dict__", "__weakref__"))


def class_contents(kind: type) -> dict[str, Any]:
    """What the program put into a class: as its body left it, then what was set later."""
    info = class_info(kind)
    assert info is not None
    present = vars(kind)
    names = [name for name in info.names if name in present]
    names += [name for name in present if name not in set(names)]
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
    return [tag.CLASS, info.name, value.__qualname__, module, len(info.bases), *info.bases, *contents]


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


TAKES: dict[type, Callable[[Any], Values]] = {
    StaticMethod: _static_method,
    ClassMethod: _class_method,
    Property: _property,
    Super: _super,
    SuperMethod: _super_method,
}

# --- filling ---------------------------------------------------------------------------------------------------------


def _fill_method(made: StaticMethod | ClassMethod, values: Values) -> None:
    (made.function,) = values


def _fill_property(made: Property, values: Values) -> None:
    made.fget, made.fset, made.fdel, made.doc, name = values
    made.name = _expect(name, str, _NONE)


def _fill_super(made: Super, values: Values) -> None:
    kind, made.instance, owner = values
    made.kind = _expect(kind, type)
    made.owner = _expect(owner, type, _NONE)


def _fill_super_method(made: SuperMethod, values: Values) -> None:
    owner, name, made.instance = values
    made.owner = _expect(owner, type)
    made.name = _expect(name, str)


def _expect(value: Any, *kinds: type) -> Any:
    if not isinstance(value, kinds):
        raise ValueError(f"a {type(value).__name__} stands where a {kinds[0].__name__} should")
    return value


BARE: dict[int, type] = {
    tag.STATIC_METHOD: StaticMethod,
    tag.CLASS_METHOD: ClassMethod,
    tag.PROPERTY: Property,
    tag.SUPER: Super,
    tag.SUPER_METHOD: SuperMethod,
}
FILLS: dict[int, Callable[[Any, Values], None]] = {
    tag.STATIC_METHOD: _fill_method,
    tag.CLASS_METHOD: _fill_method,
    tag.PROPERTY: _fill_property,
    tag.SUPER: _fill_super,
    tag.SUPER_METHOD: _fill_super_method,
}
