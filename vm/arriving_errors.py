"""Exceptions that arrive: of a class that this side has, they become objects of it, as others do (`crossing.py`).

    raised in an action   shop.Declined("no money")
    on the wire           class names  shop:Declined, builtins:Exception; args; attributes
    in the run            the program's own `Declined`, so that `except Declined` catches it

A class that this side does not have stays the foreign one that the wire has made (`values/errors.py`); in a run that
has a base of it, it extends that. No `__init__` runs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from .values.classes import class_info, make_class
from .values.errors import TEXT, allocate, allocate_group, class_names, is_foreign, is_group

Lookup = Callable[[str, str], Any]

# In the attributes of a pydantic error: what a run can know of it.
INVALID = "__waymark_invalid__"
_OF_LINES = ("type", "loc", "input", "ctx")
# What the prelude has instead of the library's own class.
_OF_PRELUDE = {
    "pydantic_core._pydantic_core:ValidationError": "_pydantic:ValidationError",
    "attr.exceptions:FrozenInstanceError": "_attrs:FrozenInstanceError",
    "attr.exceptions:FrozenAttributeError": "_attrs:FrozenAttributeError",
    "attr.exceptions:FrozenError": "_attrs:FrozenError",
}


def class_for(kind: type[BaseException], lookup: Lookup) -> type[BaseException]:
    """The class of this side for an error of a foreign one; the foreign one if there is none."""
    if not is_foreign(kind):
        return kind
    first, *others = class_names(kind)
    found = _found(first, lookup)
    if found is not None:
        return found
    nearest = next((known for known in (_found(name, lookup) for name in others) if known is not None), None)
    if nearest is None or class_info(nearest) is None:
        return kind  # outside of a run no class is made whose base is the user's: that would run code of it
    more = [base for base in kind.__bases__ if not issubclass(nearest, base)]
    module, _, qualname = first.partition(":")
    namespace = {"__module__": module, "__qualname__": qualname}
    return make_class(qualname.rpartition(".")[2], (nearest, *more), namespace)


def _found(name: str, lookup: Lookup) -> type[BaseException] | None:
    module, _, qualname = name.partition(":")
    if module == "builtins":
        return None  # the host's own, which a foreign class extends already
    for each in (name, _OF_PRELUDE.get(name, "")):
        module, _, qualname = each.partition(":")
        first, *rest = qualname.split(".")
        try:
            kind = lookup(module, first)
            for part in rest:
                kind = vars(kind)[part]
        except (LookupError, TypeError):
            continue
        if isinstance(kind, type) and issubclass(kind, BaseException):
            return kind
    return None


def remade(error: BaseException, kind: type[BaseException], members: tuple[Any, ...] | None) -> BaseException | None:
    """A bare error of the class, a group with these members; None if it can only be made by its library."""
    try:
        if is_group(kind):
            group: Any = error
            return allocate_group(kind, group.message, members or ())
        return allocate(kind)
    except (TypeError, ValueError):
        return None


def invalid_again(error: BaseException) -> BaseException | None:
    """The error that pydantic itself would have raised, if pydantic is there and it says the same; else None."""
    known, core = vars(error).get(INVALID), sys.modules.get("pydantic_core")
    if type(known) is not dict or core is None:
        return None
    try:
        lines = [
            {name: line[name] for name in ("type", "loc", "input", "ctx") if name in line} for line in known["errors"]
        ]
        made: BaseException = core.ValidationError.from_exception_data(known["title"], lines)
        return made if str(made) == known["text"] else None
    except (LookupError, TypeError, ValueError, AttributeError):
        return None


def attributes_of(error: BaseException) -> dict[str, Any]:
    """What travels with an error besides args and fields; with one of pydantic's, what can be known of it."""
    held = {name: each for name, each in vars(error).items() if type(name) is str}
    core = sys.modules.get("pydantic_core")
    if core is not None and isinstance(error, core.ValidationError):
        held[INVALID] = known_of_invalid(error)
    return held


def known_of_invalid(error: Any) -> dict[str, Any]:
    return {"title": error.title, "errors": error.errors(), "text": str(error), "json": error.json()}


def without_text(held: dict[str, Any]) -> dict[str, Any]:
    """The attributes of an error that has its class again, which says its text."""
    return {name: each for name, each in held.items() if name != TEXT}
