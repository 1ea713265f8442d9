"""What a native is: a host function that workflow code may call, under a name that is persisted for ever.

`sorted/1` is written into units and snapshots. A revision's behaviour never changes: a change of behaviour is a new
revision, and the old one stays for the units that name it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

# leaf: calls nothing back. driven: the compiler emits DRIVEN, with prelude code for arguments made of VM code.
# nested: may call back into VM code from C (a comparison inside a sort, __hash__ inside a dict); cannot pause there.
NativeKind = Literal["leaf", "driven", "nested"]


@dataclass(frozen=True, slots=True)
class Native:
    key: str
    call: Callable[..., Any]
    kind: NativeKind = "leaf"
    # The positions of arguments that the call changes in place; the machine marks their pages as touched.
    mutates: tuple[int, ...] = ()
