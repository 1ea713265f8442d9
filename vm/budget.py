"""What a run may use before it waits for something: the limits that only a whole slice can exceed.

A slice that ends for want of ticks is counted, and now and then all that the run holds is measured: that costs about as
much as storing it. A run that waits has the whole budget again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waymark.stdlib.natives.amounts import exceeded

from .errors import Uncatchable
from .surface import Fault, Idle, Pause, Ready
from .trace import ended_at, lines_to

if TYPE_CHECKING:
    from .interp import Interpreter
    from .values.frames import Frame

MEASURED_TICKS = 1 << 20  # after so many ticks the state is measured


def _frame_of(vm: Interpreter) -> Frame | None:
    """Where the run stands: between the steps of its tasks, where its main one does."""
    frame: Frame | None = vm.state.frame
    main = vm.state.main
    if frame is None and main is not None and main.coroutine is not None:
        frame = main.coroutine.frame
    return frame


class Budget:
    """One machine's."""

    __slots__ = ("_busy", "_unmeasured")

    def __init__(self) -> None:
        self._busy = 0
        self._unmeasured = 0

    def check(self, vm: Interpreter, pause: Pause, ticks: int) -> None:
        """After a slice of so many ticks. Raises `Uncatchable` for a run that has used too much."""
        if not isinstance(pause, Ready | Idle):
            return
        limits = vm.limits
        self._busy = self._busy + ticks if isinstance(pause, Ready) else 0
        self._unmeasured += ticks
        problem = None
        if self._busy > limits.busy_ticks:
            told = f"the run computed for {limits.busy_ticks:,} ticks without waiting for anything"
            problem = exceeded("busy_ticks", told)
        elif (size := self._size(vm)) > limits.state_bytes:
            told = f"the state of the run has {size:,} bytes, and may have {limits.state_bytes:,}"
            problem = exceeded("state_bytes", told)
        if problem is not None:
            frame = _frame_of(vm)
            ended = Uncatchable(ended_at(frame, problem))
            ended.lines = lines_to(frame)
            raise ended

    def _size(self, vm: Interpreter) -> int:
        if self._unmeasured < MEASURED_TICKS:
            return vm.tracker.known_bytes
        self._unmeasured = 0
        try:
            return vm.tracker.measure(vm.state)
        except (Exception, Fault):  # something has no form: the next commit says what, and fails for it
            return vm.tracker.known_bytes
