"""What people ask of the store without a database: see `people.People`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from uuid import UUID

from waymark.vm.surface import Instant, PageId

from ..machines.leases import LeaseState
from ..model import ENDED, CallRow, EngineId, InboxEntry, InboxKind, NewRun, Part, RunRef, StoredRun
from ..offers.port import WorkerStanding
from ..people import Cursor, EngineStanding, HistoryRow, RunQuery, RunRow, StoredState, WorkflowRow
from .memory_owners import MemoryOwners
from .rules import ERROR_CHARS_MAX, REASON_CHARS_MAX, printable


class MemoryPeople(MemoryOwners):
    """A part of `MemoryStore`, which calls `_was_started` and `_was_written`."""

    _runs: dict[RunRef, StoredRun]
    _pages: dict[RunRef, dict[PageId, bytes]]
    _calls: dict[RunRef, dict[int, CallRow]]
    _inbox: dict[tuple[Part, int], InboxEntry]
    _workers: dict[EngineId, tuple[WorkerStanding, ...]]

    def __init__(self, now: Callable[[], Instant]) -> None:
        super().__init__(now)
        self._started: dict[RunRef, tuple[NewRun, Instant]] = {}
        self._begun: dict[RunRef, Instant] = {}
        self._finished: dict[RunRef, Instant] = {}
        self._errors: dict[RunRef, tuple[str | None, str | None]] = {}
        self._texts: dict[RunRef, str | None] = {}
        self._noted: dict[RunRef, list[HistoryRow]] = {}
        self._newest: dict[str, bytes] = {}

    def _was_started(self, new: NewRun, now: Instant) -> None:
        self._started[new.ref] = new, now

    def _was_written(
        self, run: StoredRun, now: Instant, error: tuple[str | None, str | None], status_text: str | None
    ) -> None:
        self._begun.setdefault(run.ref, now)
        if status_text is not None:
            self._texts[run.ref] = status_text
        self._errors[run.ref] = printable(error[0], ERROR_CHARS_MAX), printable(error[1], ERROR_CHARS_MAX)
        if run.status in ENDED:
            self._finished.setdefault(run.ref, now)
        else:
            self._finished.pop(run.ref, None)

    async def list_runs(self, query: RunQuery, limit: int, after: Cursor | None = None) -> Sequence[RunRow]:
        rows = (self._row(run) for run in self._runs.values())
        found = sorted((row for row in rows if _fits(row, query)), key=_place, reverse=True)
        if after is not None:
            found = [row for row in found if _place(row) < (after.created_at, after.run)]
        return found[:limit]

    async def run_row(self, ref: RunRef) -> RunRow | None:
        run = self._runs.get(ref)
        return None if run is None else self._row(run)

    def _row(self, run: StoredRun) -> RunRow:
        new, created_at = self._started[run.ref]
        error_type, error_text = self._errors.get(run.ref, (None, None))
        return RunRow(
            ref=run.ref,
            workflow=run.workflow,
            key=run.key,
            status=run.status,
            priority=run.priority,
            created_at=created_at,
            started_at=self._begun.get(run.ref),
            finished_at=self._finished.get(run.ref),
            wake_at=run.wake_at,
            tags=new.tags,
            parent=new.parent.run if new.parent else None,
            schedule=new.schedule,
            unit=run.unit,
            reason=run.reason,
            error_type=error_type,
            error_text=error_text,
            status_text=self._texts.get(run.ref),
        )

    async def history_of(self, ref: RunRef) -> Sequence[HistoryRow]:
        rows = [*map(_of_call, self._calls.get(ref, {}).values()), *self._noted.get(ref, ())]
        return sorted(rows, key=lambda row: (row.at, row.kind, row.number))

    async def state_of(self, ref: RunRef) -> StoredState | None:
        run = self._runs.get(ref)
        return None if run is None else StoredState(run, dict(self._pages.get(ref, {})))

    async def list_workflows(self) -> Sequence[WorkflowRow]:
        return list(self._workflows())

    def _workflows(self) -> Iterator[WorkflowRow]:
        rows = sorted(map(self._row, self._runs.values()), key=_place)
        for name, last in sorted({row.workflow: row for row in rows}.items()):
            yield WorkflowRow(name, last.unit, last.created_at)

    async def list_engines(self) -> Sequence[EngineStanding]:
        now = self._now()
        return [
            EngineStanding(
                kind="engine",
                id=engine,
                host=row.host,
                pid=None,
                alive=self._lease(engine, now) is LeaseState.HELD,
                partitions=sum(each.engine == engine for each in self._partitions),
                slots=0,
                actions=(),
                seen_at=now,
            )
            for engine, row in sorted(self._engines.items())
        ] + [
            EngineStanding(
                kind="worker",
                id=worker.worker,
                host=self._engines[engine].host if engine in self._engines else "",
                pid=worker.pid,
                alive=self._lease(engine, now) is LeaseState.HELD,
                partitions=0,
                slots=worker.slots,
                actions=tuple(sorted(worker.actions)),
                seen_at=now,
            )
            for engine, workers in sorted(self._workers.items())
            for worker in sorted(workers, key=lambda each: each.pid)
        ]

    async def note(self, who: str, did: str, ref: RunRef, said: str) -> None:
        noted = self._noted.setdefault(ref, [])
        said = printable(said, REASON_CHARS_MAX) or ""
        noted.append(_of_person(did, self._now(), len(noted) + 1, printable(who, REASON_CHARS_MAX) or "", said))

    async def is_pausing(self, ref: RunRef) -> bool:
        return any(entry.run == ref.run and entry.kind == InboxKind.PAUSE for entry in self._inbox.values())

    async def name_unit(self, workflow: str, unit: bytes) -> None:
        self._newest[workflow] = unit

    async def newest_unit(self, workflow: str) -> bytes | None:
        return self._newest.get(workflow)


def _place(row: RunRow) -> tuple[Instant, UUID]:
    return row.created_at, row.ref.run


def _fits(row: RunRow, query: RunQuery) -> bool:
    return (
        query.workflow in (None, row.workflow)
        and (not query.statuses or row.status in query.statuses)
        and (query.tag is None or query.tag in row.tags)
        and (query.since is None or row.created_at >= query.since)
        and (query.text is None or query.text in row.key or query.text in (row.error_text or ""))
        and query.parent in (None, row.parent)
    )


def _of_call(row: CallRow) -> HistoryRow:
    return HistoryRow(
        kind="call",
        at=row.started_at,
        until=row.finished_at,
        number=row.call,
        attempt=row.attempt,
        name=row.action,
        ok=row.ok,
        arguments=row.arguments,
        body=row.outcome,
        text=None,
    )


def _of_person(did: str, at: Instant, number: int, who: str, said: str) -> HistoryRow:
    return HistoryRow(
        kind=did, at=at, until=None, number=number, attempt=0, name=who, ok=True, arguments=None, body=None, text=said
    )
