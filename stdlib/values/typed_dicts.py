"""`typing.TypedDict`: classes whose instances are plain dicts."""

from __future__ import annotations

from typing import Any

from ..natives.services import services


class TypedDictType(type):
    """The class of such classes: a call of one gives a dict."""

    def __call__(cls, *args: Any, **named: Any) -> Any:
        if cls is not TypedDict:
            return dict(*args, **named)
        named.pop("total", None)
        if len(args) != 2 or named:
            raise TypeError("TypedDict takes either a dict or keyword arguments, but not both")
        own = {"__module__": services.get().module(), "__qualname__": args[0]}
        return services.get().make_class(args[0], (cls,), own)

    def __instancecheck__(cls, instance: Any) -> bool:
        raise TypeError("TypedDict does not support instance and class checks")

    def __subclasscheck__(cls, other: Any) -> bool:
        raise TypeError("TypedDict does not support instance and class checks")


TypedDict: Any = type.__new__(TypedDictType, "TypedDict", (), {"__module__": "typing"})
TypedDictType.__name__ = TypedDictType.__qualname__ = "_TypedDictMeta"
TypedDictType.__module__ = "typing"
