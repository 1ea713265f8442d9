"""Host classes for the prelude (`stdlib/prelude/_pydantic.py` and its like): asking the host, and bare objects.

_hosted.ask(what, cls, args, kwargs)      `(True, value)`, or `(False, what is known)` of an invalid argument
_hosted.known(what, cls, args, kwargs)    the value, where nothing can be invalid
_hosted.bare(cls)                         an object with nothing in it
_hosted.fill(x, ...)                      put into a model its fields, names that were set, extras, private attributes
_hosted.hold(x, name, value)              set one field of a model
_hosted.put(x, name, value)               set one field of any other object
_hosted.missing(x, name)                  what a model has under a name that it does not hold as a field
_hosted.refuse(text)                      end the run
"""

from __future__ import annotations

from typing import Any, NoReturn

from ..values.hosted_errors import HOSTED_ERRORS
from ..values.sets import OrderedSet
from .model import Native
from .services import Refusal, services

# Names of `pydantic.BaseModel` that lead to the library's own objects.
_OF_LIBRARY = frozenset(
    "__pretty__ __pydantic_complete__ __pydantic_core_schema__ __pydantic_decorators__ __pydantic_serializer__ "
    "__pydantic_validator__ __repr_args__ __repr_name__ __repr_recursion__ __repr_str__ __rich_repr__ _calculate_keys "
    "_copy_and_set_values _get_value _iter __reduce__ __reduce_ex__ __getstate__ __setstate__ __replace__".split()
)


def ask(operation: str, kind: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return services.get().ask_host(operation, kind, args, kwargs)


def known(operation: str, kind: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    valid, value = ask(operation, kind, args, kwargs)
    if not valid:
        raise Refusal(f"the library refuses the arguments of `{operation}`: {value['text']}")
    return value


def bare(kind: type) -> Any:
    return (BaseException if issubclass(kind, BaseException) else object).__new__(kind)


def fill(made: Any, fields: dict[str, Any], given: Any, extra: Any, private: Any) -> None:
    object.__setattr__(made, "__dict__", fields)
    object.__setattr__(made, "__pydantic_fields_set__", OrderedSet(given))
    object.__setattr__(made, "__pydantic_extra__", extra)
    object.__setattr__(made, "__pydantic_private__", private)


def hold(instance: Any, name: str, value: Any) -> None:
    object.__getattribute__(instance, "__dict__")[name] = value
    given = object.__getattribute__(instance, "__pydantic_fields_set__")
    services.get().touch(given)
    given.add(name)


def put(instance: Any, name: str, value: Any) -> None:
    (BaseException if isinstance(instance, BaseException) else object).__setattr__(instance, name, value)


def missing(instance: Any, name: str) -> Any:
    for place in ("__pydantic_private__", "__pydantic_extra__"):
        try:
            held = object.__getattribute__(instance, place)
        except AttributeError:
            continue
        if held and name in held:
            return held[name]
    if name in _OF_LIBRARY:
        raise Refusal(f"a workflow cannot reach `{name}` of a model: it is of pydantic itself, and no value")
    raise AttributeError(f"{type(instance).__name__!r} object has no attribute {name!r}")


def refuse(text: str) -> NoReturn:
    raise Refusal(text)


def natives() -> list[Native]:
    return [
        Native("_hosted.ask/1", ask),
        Native("_hosted.known/1", known),
        Native("_hosted.bare/1", bare),
        Native("_hosted.fill/1", fill, mutates=(0,)),
        Native("_hosted.hold/1", hold, mutates=(0,)),
        Native("_hosted.put/1", put, mutates=(0,)),
        Native("_hosted.missing/1", missing),
        Native("_hosted.refuse/1", refuse),
        *(Native(f"{name.replace(':', '.')}/1", kind) for name, kind in HOSTED_ERRORS.items()),
    ]
