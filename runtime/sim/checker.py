"""What must be true after every step, held against what the database says and not against what engines believe.

    P3  an attempt leaves, and an action sees it, only after a durable state asked for exactly it; an end is told only
        when it is durable; what was settled is never open again; nothing is printed twice
    P4  only the owner of a partition under its epoch writes its runs, and only on the revision it knows; two owners
        never share an epoch
    P5  a page is written when it has changed, and batches are bounded
    P6  engines begin with nothing: what they know of programs they have from the store

and an outcome is that of the attempt that its call stood at, counts once, and no entry of the inbox is applied twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import msgspec

from ..engine.events import Completed, Dispatch, Release, Said
from ..model import ENDED, Batch, CallRow, EngineId, Epoch, Part, RunRef, RunWrite, Status, StoredRun
from ..offers.answers import Answer as OfferAnswer
from .acting import Answer
from .orders import OrderCheck
from .steps import open_calls, read_state
from .timetable import TimetableCheck

if TYPE_CHECKING:
    from .pool import Pool

Ask = tuple[RunRef, int, int]


class Violation(AssertionError):
    """One of the invariants does not hold."""

    def __init__(self, rule: str, said: str) -> None:
        self.rule = rule
        super().__init__(f"{rule}: {said}")


class Checker:
    def __init__(self, runs_max: int, bytes_max: int, pool: Pool | None = None) -> None:
        self.owners: dict[Part, tuple[EngineId, Epoch]] = {}
        self._pool = pool
        self._open: dict[RunRef, tuple[int, dict[int, int]]] = {}  # at a revision: open calls and their attempts
        self._runs_max = runs_max
        self._bytes_max = bytes_max
        self._asked: set[Ask] = set()
        self._left: set[Ask] = set()
        self._ended: set[RunRef] = set()
        self._ahead: dict[RunRef, set[int]] = {}  # pages that were written before a state named them
        self._paid: set[tuple[RunRef, int]] = set()  # transactional calls that have a value
        self._ends_told: set[tuple[RunRef, bytes]] = set()
        self._said: Counter[str] = Counter()
        self._may_say: Counter[str] = Counter()
        self.orders = OrderCheck(_hold)
        self.timetable = TimetableCheck(_hold)
        self._lossless = True  # no commit that was acknowledged was lost so far

    def failed_over(self) -> None:
        self._lossless = False
        self.orders.failed_over()
        self.timetable.failed_over()
        self._open.clear()

    def hold(self, holds: bool, rule: str, said: str) -> None:
        """Raises Violation, if it does not."""
        _hold(holds, rule, said)

    def may_say(self, text: str, times: int) -> None:
        self._may_say[text] += times

    # --- owners ---

    def acquired(self, engine: EngineId, held: Mapping[Part, Epoch]) -> None:
        for part, epoch in held.items():
            owner, known = self.owners.get(part, (None, -1))
            if owner != engine:
                _hold(epoch > known, "P4 epochs rise", f"partition {part} has a new owner under its old epoch {epoch}")
                self.owners[part] = (engine, epoch)

    def handed_over(self, engine: EngineId, epochs: Mapping[Part, Epoch], to: EngineId) -> None:
        for part, epoch in epochs.items():
            owner = self.owners.get(part)
            _hold(owner is not None and owner[0] == engine, "P4 fenced", f"partition {part} was given by a stranger")
            _hold(
                owner is None or epoch > owner[1], "P4 epochs rise", f"partition {part} was given under epoch {epoch}"
            )
            self.owners[part] = (to, epoch)

    # --- commits ---

    def committed(
        self,
        batch: Batch,
        before: Mapping[RunRef, StoredRun | None],
        pages: Mapping[RunRef, Mapping[int, bytes]],
        calls: Mapping[RunRef, Mapping[int, CallRow]],
        gone: Collection[tuple[Part, int]],
        offered: Collection[Ask] = (),
    ) -> None:
        """A batch that the database took, with what was there before; `gone` was applied, and was there no more.
        `offered`: attempts whose answers came by the entries that it consumes."""
        for part, epoch in batch.fence.items():
            owner = self.owners.get(part)
            _hold(owner == (batch.engine, epoch), "P4 fenced", f"epoch {epoch} of partition {part} wrote, not {owner}")
        refs = [write.ref for write in batch.runs]
        _hold(refs == sorted(refs), "batches are sorted", "two lanes would lock their runs in opposite order")
        size = sum(len(write.root) + sum(map(len, write.put.values())) for write in batch.runs)
        few = len(refs) <= self._runs_max and (len(refs) <= 1 or size <= self._bytes_max)
        _hold(few, "P5 batches are bounded", f"{len(refs)} runs, {size} bytes")
        if size > self._bytes_max:
            self._goes_ahead(batch.runs[0], before[refs[0]], pages[refs[0]])
        _hold(not gone or not self._lossless, "entries are applied once", f"{gone} were consumed before")
        for write in batch.runs:
            self._written(write, before[write.ref], pages[write.ref])
        twice = [pair for pair, often in Counter((row.ref, row.call) for row in batch.calls).items() if often > 1]
        _hold(not twice, "outcomes count once", f"one batch settles {twice} more than once")
        for row in batch.calls:
            self._called(row, before.get(row.ref), pages.get(row.ref, {}), calls[row.ref], offered)

    def _written(self, write: RunWrite, before: StoredRun | None, pages: Mapping[int, bytes]) -> None:
        assert before is not None, "the store knows no such run"
        _hold(
            before.revision == write.expected,
            "P4 revisions",
            f"run {write.ref.run} stood at {before.revision} and was written on {write.expected}",
        )
        final = Status.FINISHED  # of those that failed, see orders
        _hold(before.status is not final, "an end is final", f"run {write.ref.run} was {before.status.value}")
        ahead = self._ahead.setdefault(write.ref, set())
        same = [number for number, body in write.put.items() if pages.get(number) == body and number not in ahead]
        if write.put and write.root == before.root:
            ahead.update(write.put)
        _hold(not same, "P5 only what changed", f"pages {same} of run {write.ref.run} were written as they were")

    def _goes_ahead(self, write: RunWrite, before: StoredRun | None, pages: Mapping[int, bytes]) -> None:
        """Of a run that is larger than a batch, what can be written before the state that names it is."""
        new = [len(body) for number, body in write.put.items() if number not in pages]
        may = before is not None and before.status in (Status.RUNNING, Status.QUEUED) and write.status not in ENDED
        small = len(new) <= 1 or sum(new) <= self._bytes_max
        _hold(small or not may, "large states go ahead", f"run {write.ref.run} writes {sum(new)} new bytes at once")

    def _called(
        self,
        row: CallRow,
        before: StoredRun | None,
        pages: Mapping[int, bytes],
        calls: Mapping[int, CallRow],
        offered: Collection[Ask],
    ) -> None:
        what = f"call {row.call} of run {row.ref.run}"
        known = calls.get(row.call)
        again = known is not None and row.ref in self.orders.retried and not known.ok and known.attempt < row.attempt
        _hold(known is None or again, "outcomes count once", f"{what} was settled before")
        answer = msgspec.msgpack.decode(row.outcome, type=Answer)
        stood = self._open_calls(before, pages).get(row.call) if before is not None and before.root else None
        by_entry = (
            row.ref,
            row.call,
            answer.attempt,
        ) in offered  # an earlier attempt's counts, if its ticket was there
        _hold(
            stood is not None
            and (stood == row.attempt == answer.attempt or (by_entry and answer.attempt <= stood <= row.attempt)),
            "attempts are fenced",
            f"{what} stood at {stood}, and got the outcome of attempt {answer.attempt} as {row.attempt}",
        )

    def _open_calls(self, row: StoredRun, pages: Mapping[int, bytes]) -> dict[int, int]:
        revision, calls = self._open.get(row.ref, (-1, {}))
        if revision != row.revision:
            if self._pool is not None and self._pool.needed(row) is not None:
                try:
                    calls = self._pool.open_calls(row, pages)
                except Exception as error:
                    raise Violation("a durable state is whole", f"run {row.ref.run}: {error}") from error
            else:
                calls = open_calls(read_state(row.root))
            self._open[row.ref] = row.revision, calls
        return calls

    def asks(
        self,
        batch: Batch,
        before: Mapping[RunRef, StoredRun | None],
        rows: Mapping[RunRef, StoredRun],
        pages: Mapping[RunRef, Mapping[int, bytes]],
        settled: Mapping[RunRef, Collection[int]],
    ) -> None:
        """What the durable states ask for from now on."""
        for write in batch.runs:
            if write.status in ENDED:
                self._ended.add(write.ref)
            elif write.root and write.status in (Status.RUNNING, Status.PAUSED):
                was = before[write.ref]
                revision, known = self._open.get(write.ref, (-1, {}))
                asked = self._open_calls(rows[write.ref], pages[write.ref])
                if was is not None:
                    self.orders.asks(rows[write.ref], was, known if revision == was.revision else None, asked)
                for request, attempt in asked.items():
                    self._asked.add((write.ref, request, attempt))
                    _hold(
                        request not in settled[write.ref],
                        "P3 never recomputed",
                        f"call {request} of run {write.ref.run} was settled, and is open again",
                    )

    def told_end(self, ref: RunRef, body: bytes) -> None:
        """A run is told what one that it has started came to."""
        told = (ref, body[:8])
        # A run that is tried again asks again: what came behind its failure was answered by that.
        again = told in self._ends_told and self._lossless and ref not in self.orders.retried
        _hold(not again, "an end is told once", f"run {ref.run} hears twice of what it started as request {body[:8]!r}")
        self._ends_told.add(told)

    def paid(self, ref: RunRef, answer: OfferAnswer) -> None:
        """A transactional call has a value: one, whichever attempt it is of."""
        self._is_asked((ref, answer.call, answer.attempt), "has paid")
        call = ref, answer.call
        again = call in self._paid and self._lossless
        _hold(not again, "an offer is answered once", f"call {answer.call} of run {ref.run} has paid twice")
        self._paid.add(call)

    def left_memory(self, row: StoredRun) -> None:
        """An engine let go of a run that has not ended."""
        _hold(row.wake_at is not None, "sleepers wake", f"nothing says when run {row.ref.run} is to wake")

    # --- what leaves ---

    def released(self, release: Release) -> None:
        match release:
            case Dispatch(ref=ref, request=request, attempt=attempt):
                ask = (ref, request, attempt)
                self._is_asked(ask, "left")
                _hold(ask not in self._left or not self._lossless, "P3 once", f"{ask} left twice")
                self._left.add(ask)
            case Completed(ref=ref):
                _hold(ref in self._ended, "P3 write-ahead", f"run {ref.run} was called ended, and nothing says so")
            case Said(text=text):
                self._said[text] += 1
                often = self._said[text] <= self._may_say[text] or not self._lossless
                _hold(often, "P3 prints are shown once", f"{text!r} was shown {self._said[text]} times")

    def seen(self, dispatch: Dispatch) -> None:
        """An action begins."""
        self._is_asked((dispatch.ref, dispatch.request, dispatch.attempt), "was seen by its action")

    def _is_asked(self, ask: Ask, what: str) -> None:
        _hold(
            ask in self._asked,
            "P3 write-ahead",
            f"attempt {ask[2]} of call {ask[1]} of run {ask[0].run} {what} before any durable state asked for it",
        )


def _hold(holds: bool, rule: str, said: str) -> None:
    if not holds:
        raise Violation(rule, said)
