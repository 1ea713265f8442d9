"""From a row to a machine in memory, by way of whatever must be read first; or to a parked run, with the reason.

One run's bytes may be wrong in any way. That is its own misfortune: its neighbours go on.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from waymark.vm.surface import Failed, Fault, PageId

from ..model import ENDED, RunRef, Status, StoredRun
from .events import Completed
from .host import NotStarted
from .live import LiveRun
from .loading import reconcile, take_row
from .memory import Memory, as_fault


class Opening:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def adopt(self, stored: Sequence[StoredRun]) -> None:
        """The live runs of partitions that were granted."""
        memory = self._memory
        for row in stored:
            if row.ref.part in memory.epochs and row.ref not in memory.runs and row.status == Status.RUNNING:
                run = memory.runs[row.ref] = LiveRun(row.ref)
                self._take(run, row)

    def rows(self, asked: Collection[RunRef], found: Sequence[StoredRun]) -> None:
        by_ref = {row.ref: row for row in found}
        for ref in asked:
            if (run := self._memory.loading.take_row(ref)) is not None:
                self._take(run, by_ref.get(ref))

    def pages(self, ref: RunRef, pages: Mapping[PageId, bytes]) -> None:
        if (run := self._memory.loading.take_pages(ref)) is not None:
            run.read = pages
            run.pages, run.pages_known = set(pages), True
            if run.unusable is None:
                self._open(run)
            else:
                self._memory.park(run, run.unusable)

    def unit(self, code_hash: bytes, data: bytes | None) -> None:
        """`data` is None if the store does not have it."""
        name = code_hash.hex()[:12]
        reason = None
        if data is None:
            reason = f"unit {name}, which it is made of, is not in the store; start its workflow once more to upload it"
        else:
            try:
                self._memory.host.add_unit(code_hash, data)
            except Exception as error:
                reason = f"unit {name}, which it is made of, cannot be read: {error}"
        for run in self._memory.loading.take_unit(code_hash):
            if reason is None:
                self._open(run)
            else:
                self._memory.park(run, reason)

    def _take(self, run: LiveRun, stored: StoredRun | None) -> None:
        memory = self._memory
        flight, run.flight = run.flight, None
        if flight is not None:  # a commit of which nobody knew whether it was made
            if stored is not None and stored.revision == flight.write.expected:
                run.arrived = flight.applied.before(run.arrived)
            else:
                memory.inbox.consumed(flight.applied.entries, memory.commits)
                if stored is not None and stored.revision == flight.write.expected + 1:
                    memory.releases += flight.said
        if stored is None or stored.status in ENDED:
            memory.lane.answer(run.arrived.entries)
            run.arrived.entries = []
            memory.revoke_all(run)
            memory.forget(run)
            if stored is not None:
                memory.releases.append(Completed(run.ref, stored.status))
            return
        take_row(run, stored)
        if stored.status == Status.PARKED:
            memory.park(run, stored.reason or "no reason was written")
        else:
            self._open(run)

    def _open(self, run: LiveRun) -> None:
        memory = self._memory
        try:
            if not memory.loading.open(run):
                return
            releases, notices = reconcile(run)
        except NotStarted as not_started:
            memory.end(run, Failed(not_started.error))
        except (Fault, MemoryError, RecursionError) as error:
            memory.fault(run, error)
        except Exception as error:
            memory.park(run, f"it cannot be loaded: {as_fault(error)}")
        else:
            memory.releases += releases
            memory.notices += notices
            run.again = True  # a machine just made has something to run, or a deadline that nobody knows yet
            memory.make_ready(run)
