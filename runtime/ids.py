"""Ids of runs: UUIDs of version 7, whose order is the order of their making, so that new rows share index pages."""

from __future__ import annotations

import os
import time
from uuid import UUID


def new_run_id() -> UUID:
    """A new id: 48 bits of milliseconds, 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    number = (milliseconds & (1 << 48) - 1) << 80 | int.from_bytes(os.urandom(10), "big")
    number = number & ~(0xF << 76) | 0x7 << 76
    number = number & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=number)
