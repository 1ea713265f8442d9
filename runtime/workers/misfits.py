"""Whether a value is what an annotation says, and where it is not. No value is changed, and no code of a class runs."""

from __future__ import annotations

import collections.abc
import dataclasses
import types
import typing
from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec


class Misfit(TypeError):
    """A value is not what its annotation says. The text is the path, what was expected, and what came."""


# What was looked at already, or is being: by the identities of value and annotation, both of which it holds.
Seen = dict[tuple[int, int], tuple[Any, Any]]


def misfit(value: Any, annotation: Any, path: str, seen: Seen | None = None) -> str | None:
    """What is wrong, and where; None if the value fits."""
    seen = {} if seen is None else seen
    if annotation is Any or isinstance(annotation, str | typing.TypeVar | typing.ForwardRef):
        return None
    if annotation is None or annotation is type(None):
        return None if value is None else _wrong(value, "None", path)
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return _misfit_of_annotated(value, annotation, path, seen)
    if origin is typing.Union or origin is types.UnionType:
        found = [misfit(value, each, path, seen) for each in typing.get_args(annotation)]
        return None if None in found else _of_union(value, annotation, path, [each for each in found if each])
    if origin is typing.Literal:
        known = any(type(value) is type(each) and value == each for each in typing.get_args(annotation))
        return None if known else _wrong(value, f"one of {typing.get_args(annotation)!r}", path, shown=repr(value)[:40])
    if hasattr(annotation, "__supertype__"):
        return misfit(value, annotation.__supertype__, path, seen)
    if origin is not None:
        return _misfit_of_generic(value, origin, typing.get_args(annotation), path, seen)
    return _misfit_of_class(value, annotation, path, seen)


def name_of(annotation: Any) -> str:
    if isinstance(annotation, type) and typing.get_origin(annotation) is None:
        return annotation.__name__
    return str(annotation).replace("typing.", "")


def _wrong(value: Any, expected: str, path: str, shown: str = "") -> str:
    return f"{path}: expected {expected}, got {shown or type(value).__name__}"


def _of_union(value: Any, annotation: Any, path: str, found: list[str]) -> str:
    """Where one member fits but for something inside, that is told; else all members are."""
    inside = [each for each in found if not each.startswith(f"{path}: ")]
    return inside[0] if len(inside) == 1 else _wrong(value, name_of(annotation), path)


def _misfit_of_annotated(value: Any, annotation: Any, path: str, seen: Seen) -> str | None:
    """A constraint is for the library that it is of: to it, nothing fits before it has looked."""
    base, *metadata = typing.get_args(annotation)
    found = misfit(value, base, path, seen)
    homes = {type(each).__module__.partition(".")[0] for each in metadata}
    return found or (_wrong(value, name_of(base), path) if homes & _CONSTRAINING else None)


_CONSTRAINING = frozenset({"pydantic", "annotated_types", "msgspec"})
_NUMBERS: dict[type, tuple[type, ...]] = {float: (float, int), complex: (complex, float, int)}


def _is_of(value: Any, kind: Any) -> bool:
    try:
        kinds: Any = _NUMBERS.get(kind, kind)
        return isinstance(value, kinds)
    except TypeError:  # a protocol that is not for the run, or no class at all: it says nothing
        return True


def _is_seen(value: Any, annotation: Any, seen: Seen) -> bool:
    key = (id(value), hash(annotation) if _has_hash(annotation) else id(annotation))
    if key in seen:
        return True
    seen[key] = (value, annotation)
    return False


def _has_hash(annotation: Any) -> bool:
    try:
        hash(annotation)
    except TypeError:
        return False
    return True


def _misfit_of_class(value: Any, kind: Any, path: str, seen: Seen) -> str | None:
    if typing.is_typeddict(kind):
        return _misfit_of_typed_dict(value, kind, path, seen)
    if not isinstance(kind, type):
        return None
    if not _is_of(value, kind):
        return _wrong(value, kind.__name__, path)
    if isinstance(value, type) or type(value).__module__ == "builtins" or _is_seen(value, kind, seen):
        return None
    fields: Any = _fields_of(type(value))  # type: ignore[arg-type]
    for name, annotation, default in fields:
        held = getattr(value, name, default)
        if held is None and default is None:
            continue
        found = misfit(held, annotation, f"{path}.{name}", seen)
        if found is not None:
            return found
    return None


def _misfit_of_typed_dict(value: Any, kind: Any, path: str, seen: Seen) -> str | None:
    if not isinstance(value, dict):
        return _wrong(value, kind.__name__, path)
    missing = sorted(kind.__required_keys__ - value.keys())
    if missing:
        return f"{path}: {kind.__name__} has no {missing[0]!r}"
    hints = _hints(kind)
    for key, held in value.items():
        found = misfit(held, hints.get(key, Any), f"{path}[{key!r}]", seen)
        if found is not None:
            return found
    return None


@cache
def _fields_of(kind: Any) -> tuple[tuple[str, Any, Any], ...]:
    """Name, annotation and default of the fields of a data class whose making looks at no types."""
    hints = _hints(kind)
    structs: Any = msgspec.structs
    if dataclasses.is_dataclass(kind):
        pairs: Any = [(each.name, each.default) for each in dataclasses.fields(kind)]
    elif isinstance(kind, msgspec.StructMeta):
        pairs = [(each.name, each.default) for each in structs.fields(kind)]
    elif hasattr(kind, "__attrs_attrs__"):
        pairs = [(each.name, each.default) for each in kind.__attrs_attrs__]
    elif issubclass(kind, tuple) and hasattr(kind, "_fields"):
        named: Any = kind
        pairs = [(name, named._field_defaults.get(name, ...)) for name in named._fields]
    else:
        pairs = []
    return tuple((name, hints[name], default) for name, default in pairs if name in hints)


def _hints(kind: Any) -> dict[str, Any]:
    try:
        return typing.get_type_hints(kind, include_extras=True)
    except Exception:  # a name that is there for type checkers alone
        return {}


# --- containers ------------------------------------------------------------------------------------------------------


def _misfit_of_generic(value: Any, origin: Any, args: tuple[Any, ...], path: str, seen: Seen) -> str | None:
    if not isinstance(origin, type) or origin in (type, collections.abc.Callable):
        return None
    if not _is_of(value, origin):
        return _wrong(value, origin.__name__, path)
    if _is_seen(value, args, seen):
        return None
    look = next((each for kind, each in _CONTAINERS if isinstance(value, kind)), None)
    return None if look is None else look(value, args, path, seen)


def _in_mapping(value: Any, args: tuple[Any, ...], path: str, seen: Seen) -> str | None:
    if len(args) != 2:
        return None
    for key, held in value.items():
        found = misfit(key, args[0], f"a key of {path}", seen) or misfit(held, args[1], f"{path}[{key!r:.40}]", seen)
        if found is not None:
            return found
    return None


def _in_tuple(value: Any, args: tuple[Any, ...], path: str, seen: Seen) -> str | None:
    if (len(args) == 2 and args[1] is Ellipsis) or (len(args) == 1 and type(value) is not tuple):
        return _in_items(value, args[:1], path, seen)
    if args == ((),):
        args = ()
    if len(args) != len(value):
        return f"{path}: expected {len(args)} items, got {len(value)}"
    found = (misfit(held, each, f"{path}[{at}]", seen) for at, (held, each) in enumerate(zip(value, args, strict=True)))
    return next((each for each in found if each is not None), None)


def _in_items(value: Any, args: tuple[Any, ...], path: str, seen: Seen) -> str | None:
    if len(args) != 1:
        return None
    found = (misfit(held, args[0], f"{path}[{at}]", seen) for at, held in enumerate(value))
    return next((each for each in found if each is not None), None)


_Look = Callable[[Any, tuple[Any, ...], str, Seen], str | None]
# Containers that can be looked at without taking anything out of them.
_CONTAINERS: tuple[tuple[Any, _Look], ...] = (
    (dict, _in_mapping),
    (tuple, _in_tuple),
    ((list, set, frozenset), _in_items),
)
