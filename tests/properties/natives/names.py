"""Which natives are compared with CPython's functions, under which names; and why some are not."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from waymark.stdlib.catalogue import NATIVES, OUTSIDE
from waymark.stdlib.natives.model import Native


@dataclass(frozen=True)
class Compared:
    """A name of Python, the native behind it, and CPython's function."""

    name: str  # "math.sqrt", "builtins.str.upper"
    native: Native
    function: Any

    @property
    def module(self) -> str:
        return self.name.partition(".")[0] if not self.name.startswith("urllib.parse.") else "urllib.parse"

    @property
    def expression(self) -> str:
        return self.name.removeprefix("builtins.")


# What no table of plain values can show; other tests compare it.
_ELSEWHERE = {
    "asyncio": "it needs a loop that runs",
    "waymark": "CPython has no such thing",
    "dataclasses": "it takes classes of the program",
    "enum": "it takes classes of the program",
    "types": "it takes classes and functions of the program",
    "typing": "it takes classes and functions of the program",
    "abc": "it takes classes and functions of the program",
    "sys": "it is about the interpreter",
    "pydantic": "it takes classes of the program",
    "attr": "it takes classes of the program",
    "attrs": "it takes classes of the program",
    "msgspec": "it takes classes of the program",
}
_NOT_ALONE: Mapping[str, str] = {
    "builtins.print": "what it prints is compared by every differential test",
    "builtins.super": "it looks at the function around it",
    "builtins.object": "its text has an address",
    "builtins.type": "with three arguments it makes a class of the program",
    "builtins.property": "it takes functions of the program",
    "builtins.classmethod": "it takes functions of the program",
    "builtins.staticmethod": "it takes functions of the program",
    "builtins.iter": "its text has an address",
    "builtins.NotImplemented": "no function",
    "builtins.Ellipsis": "no function",
    "builtins.SystemExit": "its code may be the very tuple of its arguments",
    "builtins.hash": "of texts it is Waymark's own, the same in each process; tests/unit/stdlib/test_hashing.py",
    **{f"builtins.property.{name}": "it takes functions of the program" for name in ("getter", "setter", "deleter")},
    "builtins.memoryview": "it shares memory, which no table of values can show",
}


def compared() -> Iterator[Compared]:
    for name, key in sorted(OUTSIDE.items()):
        native, module = NATIVES[key], name.partition(".")[0]
        if module in _ELSEWHERE or module.startswith("_") or name in _NOT_ALONE or not callable(native.call):
            continue
        function = _found(name)
        if function is not None:
            yield Compared(name, native, function)


def _found(name: str) -> Any:
    """What the host has under a dotted name; None if this minor has nothing there."""
    parts = name.split(".")
    for count in range(len(parts) - 1, 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:count]))
        except ModuleNotFoundError:
            continue
        for part in parts[count:]:
            found = getattr(found, part, None)
        return found
    return None
