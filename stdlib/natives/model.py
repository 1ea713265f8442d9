"""What a native is: a host function that workflow code may call, under a name that is persisted for ever.

`sorted/1` is written into units and snapshots. A revision's behaviour never changes: a change of behaviour is a new
revision, and the old one stays for the units that name it.

A native is *leaf* (it never calls the program), *driven* (the prelude calls the program's code by frames, which can
pause, and hands finished values to C) or *nested* (C calls the program back: a comparison in a sort, `__hash__` in a
dict; that runs to its end and cannot pause).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Native:
    key: str
    call: Any  # a function or a type; of a constant, its value
    # The positions of arguments that the call changes in place; the machine marks their pages as touched.
    mutates: tuple[int, ...] = ()
    # The function of the protocol unit (`stdlib/prelude/`) that does the same by frames. It is called in the native's
    # place when an argument may run code of the program: a generator, an instance or a function of the program.
    driven: str = ""
    # Called with the arguments before the call: it refuses what would be too large to make (`guards.py`).
    guard: Callable[..., None] | None = None
