"""Where handlers register. Each instruction has exactly one, and the package refuses to import without it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..isa import Op

Operands = tuple[Any, ...]
Handler = Callable[[Any, Any, Operands], None]
HANDLERS: dict[Op, Handler] = {}


def executes(op: Op) -> Callable[[Handler], Handler]:
    """Register a handler: `handler(vm, frame, operands)`. It moves `frame.pc`, or enters or leaves a frame."""

    def register(handler: Handler) -> Handler:
        assert op not in HANDLERS, f"{op.name} has two handlers"
        HANDLERS[op] = handler
        return handler

    return register


def arguments(
    registers: list[Any], places: tuple[int, ...], names: tuple[str, ...]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Positional and keyword arguments of a call; the last places are the named ones."""
    values = [registers[place] for place in places]
    if not names:
        return tuple(values), {}
    split = len(values) - len(names)
    return tuple(values[:split]), dict(zip(names, values[split:], strict=True))
