"""A core with one of its parts replaced by one that has a bug."""

from __future__ import annotations

from typing import Any

from waymark.runtime.engine.arrivals import Arrivals
from waymark.runtime.engine.core import Core
from waymark.runtime.engine.opening import Opening
from waymark.runtime.engine.turns import Turns

PARTS: dict[type, str] = {Turns: "_turns", Opening: "_opening", Arrivals: "_arrivals"}


def core_with(kind: type[Turns] | type[Opening] | type[Arrivals]) -> type[Core]:
    name = next(name for part, name in PARTS.items() if issubclass(kind, part))

    class Planted(Core):
        def __init__(self, *said: Any, **more: Any) -> None:
            super().__init__(*said, **more)
            ticks = [more["ticks_per_slice"]] if issubclass(kind, Turns) else []
            setattr(self, name, kind(self._memory, *ticks))

    return Planted
