"""Functions and cells of a program, as values.

A function is a unit's code plus what a definition adds: cells, evaluated defaults. A *static* one (no cells, constant
defaults) exists once a machine, so that `is` holds after a restore; it is encoded by name.

A function also has to work where C calls it: as `__lt__` inside a sort, as a `key=`, as `__hash__` inside a dict. There
Python's own call lands in `__call__`, which runs the function to its end on the machine that is executing (a *nested*
call; it cannot pause, see `vm/nested.py`). Instructions never take that way: they push a frame.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Protocol

from waymark.stdlib.natives.calls import called
from waymark.stdlib.values.named_tuples import METHODS_OF_RECORDS, record_of

if TYPE_CHECKING:
    from ..loaded import LoadedFunction
    from .frames import Generator


class _Unset:
    """A place that holds nothing: an unbound variable, an empty cell."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<unset>"


UNSET = _Unset()


class Cell:
    """A variable that several functions share."""

    __slots__ = ("value",)

    def __init__(self, value: Any = UNSET) -> None:
        self.value = value


class Nesting(Protocol):
    """What runs a function to its end from inside a native; the interpreter."""

    def call_nested(self, function: VMFunction | HostMethod, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any: ...

    def next_nested(self, generator: Generator) -> Any: ...


executing: ContextVar[Nesting] = ContextVar("waymark_machine")


# What a function says of itself, as the program may set it; and of which type that must be.
NAMES = ("__name__", "__qualname__", "__module__", "__doc__", "__annotations__")
TYPES_OF_NAMES: dict[str, type] = {"__name__": str, "__qualname__": str, "__annotations__": dict}


class VMFunction:
    """A function of the program. `loaded` is its code; `static` marks the one that every LOAD_FUNC gives.

    What the program has changed of it (`vm/functions.py`): `attributes` is its `__dict__`, once there is one; `names`
    are its `__name__` and its like as they were set. A static one that was `changed` is part of the run's state.
    """

    __slots__ = ("__weakref__", "attributes", "cells", "changed", "defaults", "kwdefaults", "loaded", "names", "static")

    def __init__(
        self,
        loaded: LoadedFunction,
        cells: tuple[Cell, ...] = (),
        defaults: tuple[Any, ...] = (),
        kwdefaults: dict[str, Any] | None = None,
        *,
        static: bool = False,
    ) -> None:
        self.loaded = loaded
        self.cells = cells
        self.defaults = defaults
        self.kwdefaults = kwdefaults
        self.static = static
        self.attributes: dict[str, Any] | None = None
        self.names: dict[str, Any] | None = None
        self.changed = False

    def told(self, name: str) -> Any:
        """`__name__` and its like."""
        if self.names is not None and name in self.names:
            return self.names[name]
        match name:
            case "__name__":
                return self.loaded.qualname.rpartition(".")[2]
            case "__qualname__":
                return self.loaded.qualname
            case "__module__":
                return self.loaded.module
        return self.loaded.doc

    @property
    def qualname(self) -> str:
        """What messages call it."""
        return self.loaded.qualname if self.names is None else str(self.told("__qualname__"))

    def stable_name(self) -> str:
        """What its hash is made of (`stdlib/natives/hashing.py`)."""
        return f"function {self.loaded.module}.{self.loaded.qualname}"

    @property
    def called_as(self) -> str:
        """The function in CPython's messages about a call (`stdlib/natives/calls.py`)."""
        return f"{self.told('__module__')}.{self.qualname}()"

    def __repr__(self) -> str:
        return f"<function {self.qualname}>"

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else BoundMethod(self, instance)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return executing.get().call_nested(self, args, kwargs)


class BoundMethod:
    """`instance.method`: equal to another one of the same function and the same instance, as in Python.

    `function` may be any callable: `classmethod(len)` binds that.
    """

    __slots__ = ("function", "instance")

    def __init__(self, function: Any, instance: Any) -> None:
        self.function: Any = function
        self.instance = instance

    @property
    def called_as(self) -> str:
        return called(self.function)

    def stable_name(self) -> str:
        of = self.function.stable_name() if isinstance(self.function, VMFunction) else called(self.function)
        return f"{of} of {type(self.instance).__qualname__}"

    def __repr__(self) -> str:
        name = getattr(self.function, "qualname", None) or getattr(self.function, "__qualname__", "?")
        own = getattr(self.function, "__name__", "")
        if METHODS_OF_RECORDS.get(own) is self.function:
            name = f"{record_of(self.instance).__name__}.{own}"
        return f"<bound method {name} of {self.instance!r}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BoundMethod) and self.function is other.function and self.instance is other.instance

    def __hash__(self) -> int:
        return hash((id(self.function), id(self.instance)))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(self.instance, *args, **kwargs)


class HostMethod:
    """`[].append` as a value: a method of a host type, bound; what it may be is decided by the gate."""

    __slots__ = ("instance", "name")

    def __init__(self, instance: Any, name: str) -> None:
        self.instance = instance
        self.name = name

    @property
    def called_as(self) -> str:
        return f"{type(self.instance).__name__}.{self.name}()"

    def stable_name(self) -> str:
        return f"{type(self.instance).__qualname__}.{self.name}"

    def __repr__(self) -> str:
        of = f"of {type(self.instance).__name__} object>"
        dunder = self.name.startswith("__")
        return f"<method-wrapper '{self.name}' {of}" if dunder else f"<built-in method {self.name} {of}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, HostMethod) and self.instance is other.instance and self.name == other.name

    def __hash__(self) -> int:
        return hash((id(self.instance), self.name))

    # For C code that is given the method as a function.
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return executing.get().call_nested(self, args, kwargs)


# Under these names CPython's own messages speak of them: "unsupported operand type(s) for +: 'function' and 'int'".
for _kind, _name in (
    (VMFunction, "function"),
    (BoundMethod, "method"),
    (HostMethod, "builtin_function_or_method"),
    (Cell, "cell"),
):
    _kind.__name__ = _kind.__qualname__ = _name
    _kind.__module__ = "builtins"
