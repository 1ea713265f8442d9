"""WRL, the Waymark Runtime Language: its tree (`tree`), its text (`parse`, `print_module`).

Importing this package loads neither lark nor the printer: a process that only runs stored bytecode pays for nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .errors import WrlSyntaxError as WrlSyntaxError
    from .parsing import parse as parse
    from .printing import print_module as print_module

_HOMES = {"parse": "parsing", "print_module": "printing", "WrlSyntaxError": "errors"}

__all__ = ["parse", "print_module", "WrlSyntaxError"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
