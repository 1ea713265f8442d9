"""Timers: handles that go to the ready queue when they are due, by (when, creation number).

They are a heap that is derived from the handles: a handle that waits is anchored where a restore finds it.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Any

from . import contexts, futures
from .surface import Instant, StartTimer
from .values.futures import Handle

if TYPE_CHECKING:
    from .interp import Interpreter

CANCELLED_MIN = 64  # below that many, cancelled timers wait in the heap until their time


def call_at(vm: Interpreter, when: Instant, function: Any, args: tuple[Any, ...], context: Any = None) -> Handle:
    state = vm.state
    handle = Handle("call", function, args, contexts.copied(vm, context))
    handle.when = when
    handle.number = state.next_timer
    state.next_timer += 1
    heapq.heappush(state.timers, (when, handle.number, handle))
    futures.anchor(vm, handle)
    vm.effects.append(StartTimer(handle.number, when))
    return handle


def queue_due(vm: Interpreter) -> None:
    """Move what is due to the ready queue."""
    state = vm.state
    while state.timers and state.timers[0][0] <= state.now:
        handle = heapq.heappop(state.timers)[2]
        if not handle.cancelled:
            futures.unanchor(vm, handle)
            handle.number = -handle.number  # no timer any more, though it knows when it was due
            vm.tracker.touch(handle)
            state.ready.append(handle)


def cancel(vm: Interpreter, handle: Handle) -> None:
    """`handle.cancel()`, of a timer or of anything else that is queued."""
    if handle.cancelled:
        return
    handle.cancelled = True
    vm.tracker.touch(handle)
    if handle.number > 0:
        futures.unanchor(vm, handle)
        _forget_cancelled(vm)


def _forget_cancelled(vm: Interpreter) -> None:
    """A timeout that never fires must not stay in the heap until its time: a loop makes one a turn."""
    state = vm.state
    state.cancelled_timers += 1
    if state.cancelled_timers > max(CANCELLED_MIN, len(state.timers) // 2):
        state.timers = [entry for entry in state.timers if not entry[2].cancelled]
        heapq.heapify(state.timers)
        state.cancelled_timers = 0


def next_deadline(vm: Interpreter) -> Instant | None:
    timers = vm.state.timers
    while timers and timers[0][2].cancelled:
        heapq.heappop(timers)
    return timers[0][0] if timers else None
