"""How a class becomes a data class: its table of fields, what the decorator is to make, and what it puts in.

`dataclass_prepare` reads the annotations and makes the table of fields, with CPython's errors; the prelude makes the
methods that it asks for, and `dataclass_install` puts them into the class. Also the two classes made beside one: that
of `make_dataclass`, and that of `slots=True`.
"""

from __future__ import annotations

import keyword
from typing import Any

from ..values import fields as records
from ..values.fields import FIELDS, KW_ONLY, MISSING, PARAMS, UNDOCUMENTED, Field
from .services import services


def prepare(kind: type, options: dict[str, Any]) -> tuple[Any, ...]:
    """Give the class its fields. Returns the names of fields for `__repr__`, for comparing and for `__hash__`.

    None stands for a method that is not to be made; a fourth item says whether instances are frozen, a fifth one
    whether there is an `__init__` to make.
    """
    services.get().check_class(kind)
    records.forget(kind)
    named, bases_frozen = _inherited_fields(kind)
    _take_annotated(kind, named, options["kw_only"])
    for name, value in vars(kind).items():
        if isinstance(value, Field) and name not in {each[0] for each in records.own_annotations(kind)}:
            raise TypeError(f"{name!r} is a field but has no type annotation")
    frozen = bool(options["frozen"])
    if any(bases_frozen) and not frozen:
        raise TypeError("cannot inherit non-frozen dataclass from a frozen one")
    if bases_frozen and not all(bases_frozen) and frozen:
        raise TypeError("cannot inherit frozen dataclass from a non-frozen one")
    own_hash = vars(kind).get("__hash__", MISSING)
    explicit_hash = not (own_hash is MISSING or (own_hash is None and "__eq__" in vars(kind)))
    if options["order"] and not options["eq"]:
        raise ValueError("eq must be true if order is true")
    _put(kind, FIELDS, named)
    _put(kind, PARAMS, frozen)
    own = [each for each in named.values() if each.kind == ""]
    if options["init"]:
        _check_defaults(named)
    compared = tuple(each.name for each in own if each.compare)
    return (
        tuple(each.name for each in own if each.repr) if options["repr"] else None,
        compared if options["eq"] else None,
        _hashed(kind, own, options, explicit_hash),
        tuple(each.name for each in own) if frozen else None,
        bool(options["init"]),
        compared if options["order"] else None,
    )


def _inherited_fields(kind: type) -> tuple[dict[str, Field], list[bool]]:
    named: dict[str, Field] = {}
    frozen: list[bool] = []
    for base in kind.__mro__[-1:0:-1]:
        found = records.fields_of(base)
        if found is not None:
            named.update(found)
            frozen.append(records.frozen_of(base))
    return named, frozen


def _take_annotated(kind: type, named: dict[str, Field], kw_only: Any) -> None:
    """Enter the fields that the class itself annotates, and leave their defaults in the class."""
    seen = False
    found: list[Field] = []
    for name, sort, text in records.own_annotations(kind):
        if sort == "KW_ONLY":
            if seen:
                raise TypeError(f"{name!r} is KW_ONLY, but KW_ONLY has already been specified")
            seen, kw_only = True, True
        else:
            found.append(_field(kind, name, sort, text, kw_only))
    for each in found:
        named[each.name] = each
        if isinstance(vars(kind).get(each.name), Field):
            if each.default is MISSING:
                type.__delattr__(kind, each.name)
            else:
                _put(kind, each.name, each.default)


def _field(kind: type, name: str, sort: str, text: Any, kw_only: Any) -> Field:
    default = getattr(kind, name, MISSING)
    if type(default).__name__ == "member_descriptor":
        default = MISSING  # of `__slots__`
    made = default if isinstance(default, Field) else records.field(default=default)
    services.get().touch(made)
    made.name, made.kind, made.text = name, sort, text
    if sort and made.default_factory is not MISSING:
        raise TypeError(f"field {name} cannot have a default factory")
    if sort == "ClassVar":
        if made.kw_only is not MISSING:
            raise TypeError(f"field {name} is a ClassVar but specifies kw_only")
    elif made.kw_only is MISSING:
        made.kw_only = kw_only
    if not sort and made.default is not MISSING and type(made.default).__hash__ is None:
        raise ValueError(f"mutable default {type(made.default)} for field {name} is not allowed: use default_factory")
    return made


def _check_defaults(named: dict[str, Field]) -> None:
    seen = False
    for each in named.values():
        if each.kind == "ClassVar" or not each.init or each.kw_only:
            continue
        if each.default is not MISSING or each.default_factory is not MISSING:
            seen = True
        elif seen:
            raise TypeError(f"non-default argument {each.name!r} follows default argument")


def _hashed(kind: type, own: list[Field], options: dict[str, Any], explicit: bool) -> tuple[str, ...] | None:
    """The names for a `__hash__` to make. `__hash__ = None`, where CPython sets that, is set here."""
    if options["unsafe_hash"]:
        if explicit:
            raise TypeError(f"Cannot overwrite attribute __hash__ in class {kind.__name__}")
    elif not options["eq"] or explicit:
        return None
    elif not options["frozen"]:
        _put(kind, "__hash__", None)
        return None
    return tuple(each.name for each in own if (each.compare if each.hash is None else each.hash))


def install(kind: type, name: str, function: Any, refusal: str | None = None) -> None:
    """Put a method into the class unless it has one of its own, which is a TypeError if there is a text for that."""
    if name in vars(kind) and name != "__hash__":
        if refusal is not None:
            raise TypeError(f"Cannot overwrite attribute {name} in class {kind.__name__}{refusal}")
        return
    function.names = {
        "__name__": name,
        "__qualname__": f"{kind.__qualname__}.{name}",
        "__module__": kind.__module__,
        "__doc__": None,
    }
    _put(kind, name, function)


def finish(kind: type, match_args: bool) -> None:
    """What comes behind the methods: the documentation, and the names for patterns."""
    if vars(kind).get("__doc__") is None:
        _put(kind, "__doc__", UNDOCUMENTED)
    if match_args and "__match_args__" not in vars(kind):
        named = vars(kind)[FIELDS].values()
        names = tuple(each.name for each in named if each.kind != "ClassVar" and each.init and not each.kw_only)
        _put(kind, "__match_args__", names)


def _put(kind: type, name: str, value: Any) -> None:
    type.__setattr__(kind, name, value)
    services.get().class_changed(kind)


def checked_names(cls_name: str, specified: Any) -> tuple[dict[str, Any], tuple[Any, ...]]:
    """The namespace and the annotations that `make_dataclass` makes of its list of fields."""
    defaults: dict[str, Any] = {}
    flat: list[Any] = []
    seen: set[str] = set()
    for item in specified:
        parts: Any = (item,) if isinstance(item, str) else item
        if not isinstance(item, str) and len(parts) not in (2, 3):
            raise TypeError(f"Invalid field: {item!r}")
        name, *rest = parts
        if len(rest) == 2:
            defaults[name] = rest[1]
        if not isinstance(name, str) or not name.isidentifier():
            raise TypeError(f"Field names must be valid identifiers: {name!r}")
        if keyword.iskeyword(name):
            raise TypeError(f"Field names must not be keywords: {name!r}")
        if name in seen:
            raise TypeError(f"Field name duplicated: {name!r}")
        seen.add(name)
        flat += (name, *_kind_of_type(rest[0] if rest else "typing.Any"))
    return defaults, tuple(flat)


def _kind_of_type(kind: Any) -> tuple[str, Any]:
    if kind is KW_ONLY:
        return "KW_ONLY", None
    return "", kind if isinstance(kind, str) else None


def without_slots(kind: type, weakref_slot: Any) -> tuple[str, tuple[type, ...], dict[str, Any]]:
    """Name, bases and namespace of the class that stands in for one, to have slots."""
    if "__slots__" in vars(kind):
        raise TypeError(f"{kind.__name__} already specifies __slots__")
    names = [each.name for each in vars(kind)[FIELDS].values() if each.kind == ""]
    inherited = {name for base in kind.__mro__[1:-1] for name in _slots_of(base)}
    own = (*names, *(("__weakref__",) if weakref_slot else ()))
    left = {*names, "__dict__", "__weakref__"}
    namespace = {name: value for name, value in vars(kind).items() if name not in left}
    namespace["__slots__"] = tuple(name for name in own if name not in inherited)
    namespace["__qualname__"] = kind.__qualname__
    return kind.__name__, services.get().bases_of(kind), namespace


def _slots_of(kind: type) -> tuple[str, ...]:
    found = vars(kind).get("__slots__", ())
    if hasattr(found, "__next__"):
        raise TypeError(f"Slots of '{kind.__name__}' cannot be determined")
    return (found,) if isinstance(found, str) else tuple(found)
