"""How coroutines, generators and async generators are made, and what they say of themselves.

g.gi_running, c.cr_running, a.ag_running      a bool, as in CPython
g.gi_frame                                    None once it is closed; a frame is the machine's own, and refused
"""

from __future__ import annotations

from typing import Any

from waymark.stdlib.natives.asynchronous import AWAITABLE

from .special import ABSENT
from .values.frames import OWNERS, AsyncEnd, AsyncGenerator, AsyncItem, Coroutine, Frame, Generator, Owner
from .values.functions import VMFunction

_PREFIXES: dict[type, str] = {Generator: "gi_", Coroutine: "cr_", AsyncGenerator: "ag_"}
_OF_FRAME = ("frame", "yieldfrom", "await")


NAMES = ("__name__", "__qualname__")


def make(function: VMFunction, registers: list[Any]) -> Owner:
    """What a call of the function gives, with its arguments in their registers."""
    made = OWNERS[function.loaded.kind](Frame(function.loaded, registers), function.qualname)
    if function.names is not None:
        rename(made, "__name__", function.told("__name__"))
    if type(made) is Generator and function.attributes is not None and AWAITABLE in function.attributes:
        made.awaitable = True
    return made


def rename(value: Owner, name: str, content: Any) -> None:
    """`value.__name__ = content`, and `del value.__name__`, for which `content` is None."""
    if not isinstance(content, str):
        raise TypeError(f"{name} must be set to a string object")
    called = content if name == "__name__" else read(value, "__name__")
    if name == "__qualname__":
        value.name = content
    value.called = None if called == value.name.rpartition(".")[2] else called


def read(value: Owner, name: str) -> Any:
    """`value.name`. ABSENT: it is nothing that the machine tells."""
    if type(value) in (AsyncItem, AsyncEnd):
        return ABSENT
    if name == "__qualname__":
        return value.name
    if name == "__name__":
        return value.name.rpartition(".")[2] if value.called is None else value.called
    prefix = _PREFIXES[type(value)]
    if not name.startswith(prefix):
        return ABSENT
    word = name.removeprefix(prefix)
    if word == "running":
        return value.busy if isinstance(value, AsyncGenerator) else value.state == "running"
    return None if word in _OF_FRAME and value.frame is None else ABSENT
