"""What the machine has in the place of the types that `stdlib/values/own_types.py` names."""

from __future__ import annotations

from .values.frames import AsyncGenerator, Coroutine, Generator
from .values.functions import BoundMethod, VMFunction

OWN_TYPES: dict[str, type] = {
    "function": VMFunction,
    "method": BoundMethod,
    "generator": Generator,
    "coroutine": Coroutine,
    "async_generator": AsyncGenerator,
    "NoneType": type(None),
    "ellipsis": type(Ellipsis),
    "NotImplementedType": type(NotImplemented),
}
