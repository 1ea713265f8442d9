"""Bounds of time for a machine with nothing else to do. One that is shared, or older, is slower, in its processor's own
time, too: by how much, known steps say that are taken in the same moment, and measured by the same clock.
"""

from __future__ import annotations

import time
from collections.abc import Callable

STEPS = 200_000
ALONE_S = 0.027  # that so many steps take when nobody else uses the machine's processors


def slowness(clock: Callable[[], float] = time.process_time) -> float:
    """How many times as long as alone the same steps take now; never less than 1."""
    began = clock()
    held: dict[int, object] = {}
    for number in range(STEPS):
        held[number & 1023] = [number, str(number)]
    return max(1.0, (clock() - began) / ALONE_S)


def is_within(took_s: float, alone_s: float, clock: Callable[[], float] = time.process_time) -> bool:
    """Whether what has just taken so long, by this clock, would take less than that with the machine to itself."""
    return took_s < alone_s or took_s / slowness(clock) < alone_s
