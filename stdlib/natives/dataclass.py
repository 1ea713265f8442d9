"""`@dataclass`, but for what runs code of the program: that is `stdlib/prelude/dataclasses.wrl`.

Here is what instances do, and what programs call; how the class is made is in `dataclass_making.py`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from ..values import fields as records
from ..values.fields import KW_ONLY, MISSING, Field
from .copying import deep_copy
from .dataclass_making import checked_names, finish, install, prepare, without_slots
from .model import Native
from .services import services

# --- instances -------------------------------------------------------------------------------------------------------


def begin(kind: type, args: tuple[Any, ...], named: dict[str, Any]) -> list[Any] | None:
    """Bind the arguments of `__init__`, and set the fields if no code of the program takes part in it.

    If some does: the instance, whether it is frozen, then for each field its name, whether what follows is a factory,
    and the value or the factory; a name of "" is for `__post_init__`.
    """
    made = records.made_of(kind)
    values = made.bind(*args, **named)
    instance = args[0] if args else named["self"]
    services.get().touch(instance)
    steps = list(records.steps_of(made, values))
    set_plainly = made.frozen or type(instance).__setattr__ in _PLAIN_SETTERS
    if set_plainly and not made.has_post_init and all(type(value) is type for _, late, value in steps if late):
        for name, late, value in steps:
            hold(instance, name, value() if late else value)
        return None
    if made.has_post_init:
        steps.append(("", False, tuple(_passed(made, values))))
    return [instance, made.frozen, *steps]


def _passed(made: records.Made, values: tuple[Any, ...]) -> Iterator[Any]:
    for name in made.passed:
        if name not in made.places:
            raise NameError(f"name {name!r} is not defined")
        yield values[made.places[name]]


_PLAIN_SETTERS: frozenset[Any] = frozenset({object.__setattr__, BaseException.__setattr__})


def hold(instance: Any, name: str, value: Any) -> None:
    """Set a field past the `__setattr__` of the class, as a frozen dataclass does."""
    (BaseException if isinstance(instance, BaseException) else object).__setattr__(instance, name, value)


def values_of(instance: Any, names: tuple[str, ...]) -> tuple[Any, ...] | None:
    """The fields that the instance simply holds; None if one of them has to be asked for."""
    reads: Any = type(instance).__getattribute__
    if reads is not object.__getattribute__:
        return None
    held = getattr(instance, "__dict__", None)
    if type(held) is not dict or any(name not in held for name in names):
        return None
    return tuple([held[name] for name in names])


# --- what programs call ----------------------------------------------------------------------------------------------


def fields(class_or_instance: Any) -> tuple[Field, ...]:
    kind = class_or_instance if isinstance(class_or_instance, type) else type(class_or_instance)
    found = records.fields_of(kind)
    if found is None:
        raise TypeError("must be called with a dataclass type or instance") from None
    return tuple(each for each in found.values() if each.kind == "")


def is_dataclass(obj: Any) -> bool:
    return records.fields_of(obj if isinstance(obj, type) else type(obj)) is not None


def _is_instance(value: Any) -> bool:
    return not isinstance(value, type) and records.fields_of(type(value)) is not None


def replacements(instance: Any, changes: dict[str, Any]) -> dict[str, Any]:
    """The arguments for the class of a copy with these changes."""
    if not _is_instance(instance):
        raise TypeError("replace() should be called on dataclass instances")
    found = records.fields_of(type(instance)) or {}
    for each in found.values():
        if each.kind == "ClassVar":
            continue
        if not each.init:
            if each.name in changes:
                text = f"field {each.name} is declared with init=False, it cannot be specified with replace()"
                raise ValueError(text)
        elif each.name not in changes:
            if each.kind == "InitVar" and each.default is MISSING:
                raise ValueError(f"InitVar {each.name!r} must be specified with replace()")
            changes[each.name] = getattr(instance, each.name)
    return changes


def asdict(obj: Any, *, dict_factory: Any = dict) -> Any:
    if not _is_instance(obj):
        raise TypeError("asdict() should be called on dataclass instances")
    return _unfolded(obj, dict_factory)


def astuple(obj: Any, *, tuple_factory: Any = tuple) -> Any:
    if not _is_instance(obj):
        raise TypeError("astuple() should be called on dataclass instances")
    return _unfolded(obj, tuple_factory, names=False)


def _unfolded(value: Any, factory: Any, names: bool = True) -> Any:
    if _is_instance(value):
        found = [(each.name, _unfolded(getattr(value, each.name), factory, names)) for each in fields(value)]
        return factory(found if names else [item for _, item in found])
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*[_unfolded(each, factory, names) for each in value])
    if isinstance(value, list | tuple):
        made: Any = type(value)
        return made(_unfolded(each, factory, names) for each in value)
    if isinstance(value, dict):
        kind: Any = type(value)
        pairs = value.items()
        return kind((_unfolded(key, factory, names), _unfolded(each, factory, names)) for key, each in pairs)
    return deep_copy(value)


def helpers() -> list[Native]:
    """What the prelude needs."""
    return [
        Native("dataclass_prepare/1", prepare, mutates=(0,)),
        Native("dataclass_install/1", install, mutates=(0, 2)),
        Native("dataclass_finish/1", finish, mutates=(0,)),
        Native("dataclass_begin/1", begin),
        Native("dataclass_hold/1", hold, mutates=(0,)),
        Native("dataclass_values/1", values_of),
        Native("dataclass_replacements/1", replacements),
        Native("dataclass_names/1", checked_names),
        Native("dataclass_slots/1", without_slots),
    ]


def natives() -> list[Native]:
    """What programs name, and the helpers."""
    return [
        Native("dataclasses.field/1", records.field),
        Native("dataclasses.fields/1", fields),
        Native("dataclasses.is_dataclass/1", is_dataclass),
        Native("dataclasses.asdict/1", asdict),
        Native("dataclasses.astuple/1", astuple),
        Native("dataclasses.MISSING/1", MISSING),
        Native("dataclasses.KW_ONLY/1", KW_ONLY),
        Native("dataclasses.FrozenInstanceError/1", dataclasses.FrozenInstanceError),
        Native("dataclasses.Field/1", Field),
        *helpers(),
    ]
