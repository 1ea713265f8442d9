"""What CPython has in the place of the machine's own values, and how a refusal speaks of a value."""

from __future__ import annotations

import asyncio
import types
from collections import abc
from typing import Any

from waymark.stdlib.refused import REFUSED

from .errors import OutOfReach
from .values.classes import class_info
from .values.frames import AsyncEnd, AsyncGenerator, AsyncItem, Coroutine, Generator
from .values.functions import BoundMethod, HostMethod, VMFunction
from .values.futures import Future, Gathering, Handle, Loop, Task


def _async_awaitables() -> dict[type, type]:
    """What an async generator's methods give; CPython has no names for these types."""

    async def items() -> abc.AsyncGenerator[None, None]:
        yield None

    generator = items()
    item, end = generator.asend(None), generator.aclose()
    item.close()  # or Python 3.13 warns that nobody awaits them
    end.close()
    return {AsyncItem: type(item), AsyncEnd: type(end)}


# What CPython has in the place of the machine's own values: its names are those that can be refused.
COUNTERPARTS: dict[type, type] = {
    VMFunction: types.FunctionType,
    BoundMethod: types.MethodType,
    HostMethod: types.BuiltinMethodType,
    Coroutine: types.CoroutineType,
    Generator: types.GeneratorType,
    AsyncGenerator: types.AsyncGeneratorType,
    **_async_awaitables(),
    Task: asyncio.Task,
    Future: asyncio.Future,
    Gathering: asyncio.Future,
    Handle: asyncio.TimerHandle,
    Loop: asyncio.SelectorEventLoop,
}


def is_program_object(value: Any) -> bool:
    """An instance of a class of the program, or such a class."""
    return class_info(value if issubclass(type(value), type) else type(value)) is not None


def refused(value: Any, name: str) -> OutOfReach:
    kind = value if issubclass(type(value), type) else type(value)
    kind = COUNTERPARTS.get(kind, kind)
    why = REFUSED.get(f"{kind.__module__}.{kind.__qualname__}.{name}", "it would lead out of the program")
    return OutOfReach(f"a workflow cannot reach `{name}` of {shown(value)}: {why}")


def shown(value: Any) -> str:
    if is_program_object(value):
        return "an object"
    kind = type(value)
    name = COUNTERPARTS.get(kind, kind).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
