"""Futures, tasks and handles, for the machine. They stand in `stdlib`, because natives are made of them."""

from __future__ import annotations

from waymark.stdlib.values.futures import (
    LOOP,
    TURN,
    Future,
    FutureState,
    Gathering,
    Handle,
    HandleKind,
    Loop,
    Request,
    Task,
    Turn,
)

__all__ = [
    "LOOP", "TURN", "Future", "FutureState", "Gathering", "Handle", "HandleKind", "Loop", "Request", "Task", "Turn",
]  # fmt: skip
