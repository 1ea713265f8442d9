"""The words between the engine's core and its shell: what comes in, what may go out, what is worth telling.

The core takes plain values and gives plain values. A `Release` may leave the process: the core hands it out only after
the state that asked for it is durable. A `Notice` is for the log. `Needs` is what the core wants to have read for it.
"""

from __future__ import annotations

import msgspec

from waymark.vm.surface import Instant

from ..model import RunRef, Status


class Ended(msgspec.Struct, frozen=True, gc=False):
    """An attempt returned or raised; `outcome` is what `encode_outcome` made of that, in the worker."""

    ref: RunRef
    request: int
    attempt: int
    outcome: bytes
    started_at: Instant
    finished_at: Instant
    retry_after_us: int | None = None  # the pause that the action wants, if another attempt follows


class Lost(msgspec.Struct, frozen=True, gc=False):
    """An attempt ended without an outcome: its worker died, or its time was over."""

    ref: RunRef
    request: int
    attempt: int
    why: str
    timed_out: bool = False


class Beat(msgspec.Struct, frozen=True, gc=False):
    """An attempt lives, and says how far it is."""

    ref: RunRef
    request: int
    attempt: int
    progress: bytes | None = None  # encoded by who reads it; None: it says only that it lives


class Unregistered(msgspec.Struct, frozen=True):
    """No worker here knows this action: the attempt was not begun, and another one would not be, either."""

    ref: RunRef
    request: int
    attempt: int
    why: str


Report = Ended | Lost | Unregistered | Beat


class Dispatch(msgspec.Struct, frozen=True, gc=False):
    """Start this attempt of an action call."""

    ref: RunRef
    request: int
    attempt: int
    key: str  # "module:name"
    arguments: bytes  # encoded (args, kwargs)
    timeout_ms: int
    heartbeat_ms: int | None = None  # it must beat at least so often


class Revoke(msgspec.Struct, frozen=True, gc=False):
    """Nobody waits for this call any more: do not start it, or stop it. No report is expected."""

    ref: RunRef
    request: int


class Completed(msgspec.Struct, frozen=True, gc=False):
    """The run has ended, and everybody may know."""

    ref: RunRef
    status: Status


PRINT = "print"  # the level of what `print` writes


class Said(msgspec.Struct, frozen=True, gc=False):
    """The run's log says this. Once told it is never told again."""

    ref: RunRef
    level: str
    text: str
    logger: str = ""  # the logger of the program, and the line that it logged at; "" for what is printed
    line: int = 0
    extra: dict[str, str] = {}


Release = Dispatch | Revoke | Completed | Said


class Parked(msgspec.Struct, frozen=True):
    """A run was set aside. It loses nothing, and its neighbours go on."""

    ref: RunRef
    reason: str

    def __str__(self) -> str:
        return f"run {self.ref.run} is parked: {self.reason}"


class Dropped(msgspec.Struct, frozen=True):
    """A report that nobody waits for: of an earlier attempt, or of a call that is over."""

    ref: RunRef
    request: int
    attempt: int
    why: str

    def __str__(self) -> str:
        return f"run {self.ref.run}: the report of attempt {self.attempt} of call {self.request} is dropped: {self.why}"


class Faulted(msgspec.Struct, frozen=True):
    """A slice failed through no fault of the program. It is discarded, and the run goes back to its last commit."""

    ref: RunRef
    reason: str

    def __str__(self) -> str:
        return f"run {self.ref.run}: a slice was discarded and will be tried once more: {self.reason}"


class Unsaid(msgspec.Struct, frozen=True):
    """Lines that a run has printed and that are not shown: nobody knows whether another engine showed them already."""

    ref: RunRef
    lines: int

    def __str__(self) -> str:
        return f"run {self.ref.run}: {self.lines} lines that it printed are not shown, since they may have been already"


Notice = Parked | Dropped | Faulted | Unsaid


class Needs(msgspec.Struct, frozen=True):
    """What the core waits for, each named once. The shell reads it and hands it in."""

    rows: frozenset[RunRef] = frozenset()
    pages: frozenset[RunRef] = frozenset()
    units: frozenset[bytes] = frozenset()
    calls: frozenset[RunRef] = frozenset()  # finished ones, of runs that are tried again

    def __bool__(self) -> bool:
        return bool(self.rows or self.pages or self.units or self.calls)
