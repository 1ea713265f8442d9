"""What `abc` and `typing` have for the program's classes to extend: they say something of a class, and hold nothing.

`ABC`: its methods marked by `abstractmethod` must be there before there is an instance. `Generic`: for type checkers
alone. `Protocol`: neither has instances nor, but for `runtime_checkable`, is asked by `isinstance`.
"""

from __future__ import annotations

from typing import Any

from .workflow import Plain


class ABC(Plain):
    __slots__ = ()


class Abstracted(Plain):
    """What `ABC` is, for classes of the prelude that do not extend that: no program sees it among their bases."""

    __slots__ = ()


class Generic(Plain):
    __slots__ = ()


class Protocol(Generic):
    __slots__ = ()


class TypeVar:
    """`T = TypeVar("T")`: its name is all that a program can see of it."""

    __slots__ = ("__weakref__", "name", "variance")

    def __init__(
        self,
        name: str,
        *constraints: Any,
        bound: Any = None,
        covariant: bool = False,
        contravariant: bool = False,
    ) -> None:
        if len(constraints) == 1:
            raise TypeError("A single constraint is not allowed")
        if covariant and contravariant:
            raise ValueError("Bivariant types are not supported.")
        self.name = name
        self.variance = "+" if covariant else "-" if contravariant else "~"

    def __repr__(self) -> str:
        return self.variance + self.name


class Alias:
    """`Stack[int]` of a generic class: it is called, extended and looked into as `Stack` is."""

    __slots__ = ("__weakref__", "args", "origin")

    def __init__(self, origin: type, args: tuple[Any, ...]) -> None:
        self.origin = origin
        self.args = args

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Alias):
            return NotImplemented
        return self.origin is other.origin and self.args == other.args

    def __hash__(self) -> int:
        return hash((self.origin, self.args))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.origin(*args, **kwargs)

    def __repr__(self) -> str:
        return f"{_named(self.origin)}[{', '.join(map(_named, self.args))}]"


def _named(value: Any) -> str:
    if not isinstance(value, type):
        return "..." if value is ... else repr(value)
    return value.__qualname__ if value.__module__ == "builtins" else f"{value.__module__}.{value.__qualname__}"


MARKERS: tuple[type, ...] = (ABC, Abstracted, Generic, Protocol)
ABSTRACT = "__isabstractmethod__"
RUNTIME = "_is_runtime_protocol"  # CPython's own name for it, in the class

for _kind, _module in ((ABC, "abc"), (Generic, "typing"), (Protocol, "typing"), (TypeVar, "typing"), (Alias, "typing")):
    _kind.__module__ = _module
Alias.__name__ = Alias.__qualname__ = "_GenericAlias"
