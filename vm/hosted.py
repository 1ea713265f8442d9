"""Host classes: pydantic models, msgspec Structs and attrs classes. What an object of one is made of, on both sides.

Their classes are defined by libraries with metaclasses and C code, so the machine does not make them: a class of the
program stands for each, with the methods that the user has written, and `MARK` says which fields the text gives it.
Whatever needs the library itself is done by a host that can import the module (`hosting.py`, `hosted_calls.py`). Here
is what both need: which form a class has, what its objects hold, and how one is made of that without running any code.

    form       what an object holds
    pydantic   its fields by name, the names of those that were set, extra fields or None, private attributes or None
    struct     its fields by name
    attrs      its fields by name
"""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

import msgspec

from .values.classes import class_info

PYDANTIC, STRUCT, ATTRS = "pydantic", "struct", "attrs"
FORMS = frozenset((PYDANTIC, STRUCT, ATTRS))
# In the namespace of a class of the program that stands for one: the form, then name, text and default of each field.
MARK = "__waymark_host__"

STATE = ("__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")


def hosted_form(kind: type) -> str | None:
    """The form of a host class, or of the class of the program that stands for one; None for any other."""
    if class_info(kind) is not None:
        mark = getattr(kind, MARK, None)
        return mark[0] if type(mark) is tuple else None
    if isinstance(kind, msgspec.StructMeta):
        return STRUCT
    if hasattr(kind, "__attrs_attrs__"):
        return ATTRS
    pydantic = sys.modules.get("pydantic")
    return PYDANTIC if pydantic is not None and issubclass(kind, pydantic.BaseModel) else None


def field_names(kind: Any) -> tuple[str, ...]:
    """The names of the fields, in their order."""
    if class_info(kind) is not None:
        return tuple(name for name, _, _ in getattr(kind, MARK)[1])
    form = hosted_form(kind)
    if form == STRUCT:
        return tuple(kind.__struct_fields__)
    return tuple(each.name for each in kind.__attrs_attrs__) if form == ATTRS else tuple(kind.__pydantic_fields__)


def required_names(kind: Any) -> tuple[str, ...]:
    """The names of the fields that have no default."""
    if class_info(kind) is not None:
        return tuple(name for name, _, default in getattr(kind, MARK)[1] if not default)
    form = hosted_form(kind)
    if form == STRUCT:
        return tuple(each.name for each in msgspec.structs.fields(kind) if each.required)
    if form == ATTRS:
        nothing = sys.modules["attr"].NOTHING
        return tuple(each.name for each in kind.__attrs_attrs__ if each.default is nothing and each.init)
    return tuple(name for name, each in kind.__pydantic_fields__.items() if each.is_required())


# --- parts -----------------------------------------------------------------------------------------------------------


def parts_of(value: Any, form: str) -> tuple[Any, ...]:
    """What an object holds. Raises `ValueError` for one that holds more than its class says."""
    kind = type(value)
    if form == PYDANTIC:
        return _parts_of_model(value)
    if class_info(kind) is not None:
        return (_held_by_ours(value),)
    held = {}
    for name in field_names(kind):
        try:
            held[name] = object.__getattribute__(value, name)
        except AttributeError:  # a field that was never set, or was deleted
            continue
    return (held,)


def _parts_of_model(value: Any) -> tuple[Any, ...]:
    if class_info(type(value)) is not None:
        held = _held_by_ours(value)
    else:
        names = frozenset(field_names(type(value)))
        held = {name: each for name, each in object.__getattribute__(value, "__dict__").items() if name in names}
    given, extra, private = (_read(value, name) for name in STATE)
    if private is not None:
        undefined = getattr(sys.modules.get("pydantic_core"), "PydanticUndefined", None)
        private = {name: each for name, each in private.items() if each is not undefined or each is None}
    return held, sorted(given or ()), None if extra is None else dict(extra), private


def _held_by_ours(value: Any) -> dict[str, Any]:
    """The fields of an object of the program. The class may have more of them where it is made than the program knows.

    What a cached property has left there is worked out again.
    """
    kind = type(value)
    names = frozenset(field_names(kind))
    everything = object.__getattribute__(value, "__dict__")
    return {name: each for name, each in everything.items() if name in names or not hasattr(kind, name)}


def _read(value: Any, name: str) -> Any:
    try:
        return object.__getattribute__(value, name)
    except AttributeError:  # of an object whose validation has not come so far
        return None


def _default_itself(kind: Any, name: str, value: Any) -> Any:
    """The value, or the default that it equals: `omit_defaults` asks which object it is."""
    defaults = kind.__struct_defaults__
    place = kind.__struct_fields__.index(name) - (len(kind.__struct_fields__) - len(defaults))
    if place < 0 or type(value) not in _SCALARS:
        return value
    default = defaults[place]
    return default if type(default) is type(value) and default == value else value


_SCALARS = frozenset((int, float, str, bytes))


def check_parts(form: str, parts: tuple[Any, ...]) -> None:
    """Raise `ValueError` for parts, from outside, that no object of the form has."""
    held, *more = parts
    if not _is_named(held):
        raise ValueError("an object of a host class is not made of fields")
    if form == PYDANTIC:
        given, extra, private = more
        texts = type(given) is list and all(type(name) is str for name in given)
        if not texts or not all(part is None or _is_named(part) for part in (extra, private)):
            raise ValueError("a model is not made of what its form says")
    elif more:
        raise ValueError("an object of a host class has more than its fields")


def _is_named(part: Any) -> bool:
    return type(part) is dict and all(type(name) is str for name in part)


def bare(kind: Any) -> Any:
    """An object without anything in it; no code of its class runs."""
    if not isinstance(kind, msgspec.StructMeta):
        return BaseException.__new__(kind) if issubclass(kind, BaseException) else object.__new__(kind)
    nothing = dict.fromkeys(kind.__struct_fields__)
    if not hasattr(kind, "__post_init__"):
        return kind(**nothing)  # a Struct checks nothing of what it is given
    if kind.__struct_config__.cache_hash:
        raise ValueError(f"{kind.__qualname__} has a `__post_init__` and `cache_hash`: remove one of them")
    made: Any = _twin(kind)(**nothing)
    made.__class__ = kind
    return made


@cache
def _twin(kind: Any) -> Any:
    """A Struct of the same layout, whose making runs nothing: `object.__new__` is not for Structs."""
    config = kind.__struct_config__
    return msgspec.defstruct(
        kind.__name__,
        list(kind.__struct_fields__),
        gc=config.gc,
        weakref=config.weakref,
        dict=config.dict,
    )


def fill(made: Any, form: str, parts: tuple[Any, ...], sets: type = set) -> None:
    """Put into an object what it holds, past whatever its class would do about that."""
    held = parts[0]
    if form == PYDANTIC:
        _, given, extra, private = parts
        object.__setattr__(made, "__dict__", dict(held))
        for name, value in zip(STATE, (sets(given), extra, private), strict=True):
            object.__setattr__(made, name, value)
        return
    kind = type(made)
    if isinstance(kind, msgspec.StructMeta):
        for name, value in held.items():
            msgspec.structs.force_setattr(made, name, _default_itself(kind, name, value))
        return
    for name, value in held.items():
        object.__setattr__(made, name, value)


def with_defaults(kind: Any, held: dict[str, Any]) -> dict[str, Any]:
    """The fields with the defaults of those that the object was made without: the class has got them since."""
    missing = [name for name in field_names(kind) if name not in held]
    if class_info(kind) is not None or not missing:
        return held
    try:
        return {**held, **{name: value for name in missing if (value := _default(kind, name, held)) is not _NOTHING}}
    except Exception as error:  # a default is made by code of the user's
        problem = f"a default of {kind.__qualname__} cannot be made: {type(error).__name__}: {error}"
    raise ValueError(problem)


_NOTHING: Any = object()


def _default(kind: Any, name: str, held: dict[str, Any]) -> Any:
    form = hosted_form(kind)
    if form == PYDANTIC:
        field = kind.__pydantic_fields__[name]
        return _NOTHING if field.is_required() else field.get_default(call_default_factory=True, validated_data=held)
    if form == STRUCT:
        known = next(each for each in msgspec.structs.fields(kind) if each.name == name)
        if known.default is not msgspec.NODEFAULT:
            return known.default
        return _NOTHING if known.default_factory is msgspec.NODEFAULT else known.default_factory()
    default = next(each.default for each in kind.__attrs_attrs__ if each.name == name)
    attr: Any = sys.modules["attr"]
    if isinstance(default, attr.Factory):
        return _NOTHING if default.takes_self else default.factory()
    return _NOTHING if default is attr.NOTHING else default


def differing(kind: Any, held: dict[str, Any]) -> str:
    """What keeps an object with these fields from being one of this class; "" if nothing does."""
    names = field_names(kind)
    more = [] if class_info(kind) is not None else [name for name in held if name not in names]
    missing = [name for name in required_names(kind) if name not in held]
    if not more and not missing:
        return ""
    return f"{kind.__qualname__} has the fields {', '.join(names) or 'none'}; what came has {', '.join(held) or 'none'}"
