"""What people ask of runs: lists, the history of one, its state to look at. Rows of the stores, without any I/O.

Both stores answer these beside `ports.Store`; an engine never asks them.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

import msgspec

from waymark.stdlib.problems import WaymarkError
from waymark.vm.surface import Instant, PageId

from .model import RunId, RunRef, Status, StoredRun
from .ports import Store

PAGE_MAX = 1000  # rows of a list that are asked for at a time


class BadCursor(WaymarkError, ValueError):
    """The place to go on from is none that a list has given out. Ask for the first page again."""


class Cursor(msgspec.Struct, frozen=True):
    """A place in a list, which is from the newest run to the oldest: right behind this one."""

    created_at: Instant
    run: RunId

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(self.created_at.to_bytes(8, "big") + self.run.bytes).decode().rstrip("=")

    @classmethod
    def of(cls, text: str) -> Cursor:
        try:
            data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except (binascii.Error, ValueError):
            data = b""
        if len(data) != 24:
            raise BadCursor(f"{text[:50]!r} is no cursor: take the one that the page before ended with")
        return cls(int.from_bytes(data[:8], "big"), UUID(bytes=data[8:]))


class RunQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which runs. What is None, or empty, is not asked for."""

    workflow: str | None = None
    statuses: frozenset[Status] = frozenset()
    tag: str | None = None
    since: Instant | None = None
    text: str | None = None  # in its id, or in what it failed with
    parent: RunId | None = None


class RunRow(msgspec.Struct, frozen=True, kw_only=True):
    """A run in a list."""

    ref: RunRef
    workflow: str
    key: str
    status: Status
    priority: int
    created_at: Instant
    started_at: Instant | None
    finished_at: Instant | None
    wake_at: Instant | None
    tags: tuple[str, ...]
    parent: RunId | None
    schedule: str | None
    unit: bytes
    reason: str | None
    error_type: str | None
    error_text: str | None
    status_text: str | None

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.created_at, self.ref.run)


class HistoryRow(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to a run: `call`, `attempt` (one that another followed), `log`, or what a person did."""

    kind: str
    at: Instant
    until: Instant | None
    number: int
    attempt: int
    name: str  # of the action, the level of a log, or who did it
    ok: bool
    arguments: bytes | None
    body: bytes | None  # of a call its outcome, of a log its text
    text: str | None


class WorkflowRow(msgspec.Struct, frozen=True):
    """A workflow that has runs here, and the program that its newest run is of."""

    workflow: str
    unit: bytes
    last_start: Instant


class EngineStanding(msgspec.Struct, frozen=True):
    """An engine or one of its action workers, as `waymark workers` shows it."""

    kind: str  # engine, or worker
    id: UUID
    host: str
    pid: int | None
    alive: bool
    partitions: int
    slots: int
    actions: tuple[str, ...]
    seen_at: Instant


class StoredState(msgspec.Struct, frozen=True):
    """A run with all of its state, as one commit left it."""

    run: StoredRun
    pages: Mapping[PageId, bytes]


class People(Protocol):
    """See the module's first lines."""

    async def list_runs(self, query: RunQuery, limit: int, after: Cursor | None = None) -> Sequence[RunRow]:
        """From the newest to the oldest."""
        ...

    async def run_row(self, ref: RunRef) -> RunRow | None: ...

    async def history_of(self, ref: RunRef) -> Sequence[HistoryRow]:
        """In the order in which it began."""
        ...

    async def state_of(self, ref: RunRef) -> StoredState | None: ...

    async def list_workflows(self) -> Sequence[WorkflowRow]: ...

    async def list_engines(self) -> Sequence[EngineStanding]: ...

    async def is_pausing(self, ref: RunRef) -> bool:
        """Whether somebody has asked to pause it, and its owner has not looked yet."""
        ...

    async def name_unit(self, workflow: str, unit: bytes) -> None:
        """This is the program of the workflow now: what a start by name alone takes."""
        ...

    async def newest_unit(self, workflow: str) -> bytes | None:
        """None: nobody has started a run of it from Python."""
        ...

    async def note(self, who: str, did: str, ref: RunRef, said: str) -> None:
        """Write down what somebody did to a run: it is part of its history."""
        ...


class ClientStore(Store, People, Protocol):
    """All that clients ask a store."""
