"""What the core knows of the VM: a machine to drive, and somebody who makes machines out of rows.

The core sees these two protocols only, so that it can be tested with a double and simulated; `vmhost.py` has the real
host. Neither does I/O: a host says what is missing, and the shell reads it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from waymark.vm.surface import Delta, Instant, OpenRun, Outcome, PageId, Pause, StartAction, StartRun

from ..model import StoredRun


class MachineLike(Protocol):
    """The part of `waymark.vm.machine.Machine` that the engine drives."""

    def run(self, ticks: int, now: Instant) -> Pause: ...
    def settle(self, outcomes: Sequence[tuple[int, Outcome]]) -> None: ...
    def retry(self, request: int) -> StartAction: ...
    def postpone(self, request: int, due: Instant) -> None: ...
    def cancel(self, reason: str) -> None: ...
    def open_requests(self) -> tuple[StartAction, ...]: ...
    def reopen_raised(self) -> None: ...
    def open_runs(self) -> tuple[OpenRun, ...]: ...
    def next_deadline(self) -> Instant | None: ...
    def deliver(self, messages: Sequence[tuple[str, Any]]) -> None: ...
    def receiving(self) -> tuple[str, ...]: ...
    def delta(self) -> Delta: ...
    def committed(self, delta: Delta) -> None: ...


class Missing(Exception):
    """A machine cannot be made before these were read."""

    def __init__(self, units: frozenset[bytes], pages: bool) -> None:
        self.units = units
        self.pages = pages
        super().__init__(f"{len(units)} units" + (" and the run's pages" if pages else ""))


class NotStarted(Exception):
    """Calling the workflow with these arguments raised `error`, before its first line ran: the run fails with it."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        super().__init__(str(error))


class Host(Protocol):
    """Makes machines, and turns values into bytes and back."""

    def start(self, stored: StoredRun) -> MachineLike:
        """A machine at its beginning. Raises Missing or NotStarted; anything else is a reason to park the run."""
        ...

    def restore(self, stored: StoredRun, pages: Mapping[PageId, bytes] | None) -> MachineLike:
        """The machine as it was committed. Raises Missing; `pages` is None as long as they were not read."""
        ...

    def add_unit(self, code_hash: bytes, data: bytes) -> None: ...
    def encode_call(self, action: StartAction) -> bytes: ...
    def encode_start(self, child: StartRun) -> bytes:
        """The arguments of a run that another one starts."""
        ...

    def encode_message(self, topic: str, value: Any) -> bytes: ...
    def encode_outcome(self, outcome: Outcome) -> bytes: ...
    def decode_outcome(self, data: bytes) -> Outcome: ...
    def decode_message(self, body: bytes) -> tuple[str, Any]:
        """Topic and value. Raises BadMessage."""
        ...
