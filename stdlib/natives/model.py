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
from typing import Any, Literal

Kind = Literal["leaf", "driven", "nested"]
ITEMS_PER_TICK = 64  # of what a native is given


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
    # Called in the place of `call`, which is a type and does not make its values as a workflow is to get them.
    make: Callable[..., Any] | None = None
    nested: bool = False  # C calls an argument's own methods back, and nothing of the prelude takes its place
    flat: bool = False  # one tick, whatever it is given: it does not look at the items
    note: str = ""  # what it depends on beside its arguments, and how that stays the same for whoever goes on

    @property
    def name(self) -> str:
        return self.key.rpartition("/")[0]

    @property
    def revision(self) -> int:
        return int(self.key.rpartition("/")[2])

    @property
    def kind(self) -> Kind:
        return "driven" if self.driven else "nested" if self.nested else "leaf"

    @property
    def cost(self) -> str:
        """In ticks, beside those of what it calls back."""
        return "0" if self.flat else f"items/{ITEMS_PER_TICK}"
