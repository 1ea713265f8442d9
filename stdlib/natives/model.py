"""What a native is: a host function that workflow code may call, under a name that is persisted for ever.

`sorted/1` is written into units and snapshots. A revision's behaviour never changes: a change of behaviour is a new
revision, and the old one stays for the units that name it.

A native may call back into the program from C (a comparison in a sort, `__hash__` in a dict, a generator that `list`
reads): that runs to its end and cannot pause. Where it must be able to, the compiler emits DRIVEN, with prelude code in
the native's place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Native:
    key: str
    call: Callable[..., Any]
    # The positions of arguments that the call changes in place; the machine marks their pages as touched.
    mutates: tuple[int, ...] = ()
