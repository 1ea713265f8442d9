"""From a row to a machine in memory, by way of whatever must be read first; or to a parked run, with the reason.

One run's bytes may be wrong in any way. That is its own misfortune: its neighbours go on.
"""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Collection, Mapping, Sequence

import msgspec

from waymark.vm.snapshot import Vanished
from waymark.vm.surface import Failed, Fault, PageId, Raised

from ..machines.policies import DATES_PAGE, decode_dates
from ..model import ENDED, NEVER, CallRow, InboxKind, RunRef, Status, StoredRun
from .events import Completed, Unsaid
from .holding import is_held, next_wake, show_kept
from .host import NotStarted
from .letters import hand_in_letters
from .live import Inputs, LiveRun
from .loading import reconcile, take_row
from .memory import Memory, as_fault
from .sending import join_children
from .timing import read_time

MEND = "bring back what is damaged, as from a backup, and resume the run, or cancel it"
UPLOAD = "start its workflow once more to upload it, and resume the run"
SLEEPING = frozenset({Status.RUNNING, Status.QUEUED})  # a queued one is to start later


class Opening:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def adopt(self, stored: Sequence[StoredRun], as_of: int) -> int:
        """The live runs of partitions that are ours. How many were not in memory, or not as they are stored."""
        memory = self._memory
        taken = 0
        for row in stored:
            if not self._is_open(row.ref) or row.status != Status.RUNNING:
                continue
            if (run := memory.runs.get(row.ref)) is not None:
                taken += self._taken_back(run, row, as_of)
            else:
                self._take(memory.let_in(LiveRun(row.ref)), row)
                taken += 1
        return taken

    def _taken_back(self, run: LiveRun, row: StoredRun, as_of: int) -> bool:
        """A database that failed over to a standby which lags behind may have lost its last commit, and what it waits
        for with that, so that no next commit would ever tell."""
        behind = row.revision < run.revision and run.commit <= as_of and run.rests
        behind = behind and not self._memory.lane_of(run).holds(run)
        if behind:
            self._memory.reread(run, Inputs())
        return behind

    def due(self, stored: Sequence[StoredRun], as_of: int) -> int:
        """Sleepers that wake soon. How many were let in: the others go on sleeping in their rows."""
        memory = self._memory
        memory.woken.looked(as_of)
        taken = 0
        for row in stored:
            if not self._is_open(row.ref) or row.status not in SLEEPING:
                continue
            if (run := memory.runs.get(row.ref)) is not None:
                taken += self._taken_back(run, row, as_of)
                continue
            if memory.woken.is_old(row.ref):
                continue
            if not memory.has_room(woken=True):
                break
            self._take(memory.let_in(LiveRun(row.ref, woken=True)), row)
            taken += 1
        return taken

    def _is_open(self, ref: RunRef) -> bool:
        return ref.part in self._memory.epochs and ref.part not in self._memory.leaving

    def rows(self, asked: Collection[RunRef], found: Sequence[StoredRun]) -> None:
        by_ref = {row.ref: row for row in found}
        for ref in asked:
            if (run := self._memory.loading.take_row(ref)) is not None:
                self._take(run, by_ref.get(ref))

    def pages(self, ref: RunRef, pages: Mapping[PageId, bytes] | str) -> None:
        """A text says why they cannot be read."""
        if (run := self._memory.loading.take_pages(ref)) is None:
            return
        if isinstance(pages, str):
            run.pages_known = True  # of those that cannot be read nobody knows the numbers
            self._memory.park(run, f"its pages cannot be read: {pages}; {MEND}")
        else:
            run.read = pages
            run.pages, run.pages_known = set(pages), True
            if run.unusable is None:
                self._open(run)
            else:
                self._set_aside(run, run.unusable)

    def _set_aside(self, run: LiveRun, reason: str) -> None:
        """Its pages were read only for that."""
        try:
            read_time(run, run.read or {}, self._memory.now)
        except msgspec.DecodeError:
            run.deadline = None  # nobody knows; what is wrong with it is told when it is taken up again
        self._memory.park(run, reason)

    def unit(self, code_hash: bytes, data: bytes | str | None) -> None:
        """`data` is None if the store does not have it, and a text if it cannot be read."""
        name = code_hash.hex()[:12]
        reason = None
        if isinstance(data, str):
            reason = f"unit {name}, which it is made of, cannot be read: {data}; {MEND}"
        elif data is None:
            reason = f"unit {name}, which it is made of, is not in the store; {UPLOAD}"
        else:
            try:
                self._memory.host.add_unit(code_hash, data)
            except Exception as error:
                reason = f"unit {name}, which it is made of, cannot be read: {error}; {MEND}"
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
                run.arrived = flight.inputs.before(run.arrived)
            else:
                memory.doubt(flight.inputs.entries)
                if stored is not None and stored.revision == flight.write.expected + 1:
                    if flight.rest is not None:  # the state is as it was: it still waits for what arrived
                        run.arrived = Inputs(reports=flight.inputs.reports).before(run.arrived)
                    # Most likely it was ours, and no other engine's on the same state. The next commit tells.
                    run.owed = [*run.owed, *flight.said]
        if stored is None or (stored.status in ENDED and not self._is_tried_again(run, stored)):
            if stored is not None and self._may_be_tried_again(stored):
                kept = [entry for entry in run.arrived.entries if entry.kind == InboxKind.MESSAGE]
                memory.inbox.keep_messages(run.ref, kept)
                run.arrived.entries = [entry for entry in run.arrived.entries if entry.kind != InboxKind.MESSAGE]
            else:
                memory.inbox.show_messages(run.ref)
            memory.lane_of(run).answer(run.arrived.entries)
            run.arrived.entries = []
            memory.revoke_all(run)
            memory.forget(run)
            self._leave_unsaid(run)
            if stored is not None:
                memory.releases.append(Completed(run.ref, stored.status))
            return
        take_row(run, stored)
        resumed = any(entry.kind == InboxKind.RESUME for entry in run.arrived.entries)
        if stored.status == Status.PARKED and not resumed:
            if run.arrived.without_messages() or run.parking is not None:
                memory.park(run, stored.reason or "no reason was written")
            else:
                self._leave_aside(run)
        elif self._stays_held(run):
            self._leave_aside(run)
        elif self._goes_on_sleeping(run, stored):
            self._leave_unsaid(run)
            memory.forget(run)
        else:
            if memory.inbox.has_messages(run.ref):
                show_kept(run, memory.inbox)
            if run.failure is not None:
                memory.loading.calls_of(run)
            else:
                self._open(run)

    def _is_tried_again(self, run: LiveRun, stored: StoredRun) -> bool:
        wanted = any(entry.kind == InboxKind.RETRY for entry in run.arrived.entries)
        return wanted and self._may_be_tried_again(stored)

    def _may_be_tried_again(self, stored: StoredRun) -> bool:
        """Of a run that was cancelled nothing is kept, and the numbers of its calls may be known to somebody."""
        if stored.status != Status.FAILED:
            return False
        outcome = self._memory.host.decode_outcome(stored.outcome or b"")
        return not (isinstance(outcome, Raised) and isinstance(outcome.error, CancelledError))

    def calls(self, ref: RunRef, rows: Sequence[CallRow] | str) -> None:
        """What the calls of a run came to that is tried again. Those with a value are not made once more."""
        if (run := self._memory.loading.take_calls(ref)) is None:
            return
        if isinstance(rows, str):
            self._memory.park(run, f"its finished calls cannot be read: {rows}; {MEND}")
        else:
            run.recorded = {row.call: row for row in rows if row.ok}
            self._open(run)

    def _settle_recorded(self, run: LiveRun) -> None:
        machine, recorded = run.machine, run.recorded
        assert machine is not None
        machine.reopen_raised()
        if recorded:
            opened = [action.request for action in machine.open_requests() if action.request in recorded]
            machine.settle(
                [(request, self._memory.host.decode_outcome(recorded[request].outcome)) for request in opened]
            )

    def _stays_held(self, run: LiveRun) -> bool:
        """Whether it is paused or starts later, and nothing has come but messages, if anything."""
        if not is_held(run, self._memory.now) or run.parking is not None or run.arrived.without_messages():
            return False
        came = bool(run.arrived.reports) or any(call.under_way for call in run.calls.values())
        return not came and (run.paused or bool(run.arrived.messages))

    def _leave_aside(self, run: LiveRun) -> None:
        """Messages came for a run that is set aside. It stays so, and they stay in the inbox."""
        memory = self._memory
        memory.inbox.keep_messages(run.ref, run.arrived.messages)
        run.arrived.entries = []
        memory.revoke_all(run)
        self._leave_unsaid(run)
        memory.forget(run)

    def _leave_unsaid(self, run: LiveRun) -> None:
        """There will be no commit that shows whether what it said was ours to show."""
        if run.owed:
            self._memory.notices.append(Unsaid(run.ref, len(run.owed)))
            run.owed = []

    def _goes_on_sleeping(self, run: LiveRun, stored: StoredRun) -> bool:
        """Whether its row was read only to learn what became of a commit, which has put it to bed."""
        memory = self._memory
        far = stored.wake_at is not None and memory.limits.sleeps(stored.wake_at - memory.now)
        return far and not run.woken and not run.arrived and run.parking is None

    def _open(self, run: LiveRun) -> None:
        memory = self._memory
        if run.parking is not None:
            memory.park(run, run.parking)
            return
        memory.crumb(run.ref)
        try:
            ours = memory.dated or run.deadline is not None or run.recorded is not None or not run.root
            if ours and not run.pages_known and run.read is None:
                memory.loading.pages_of(run)
                return
            run.dates = decode_dates((run.read or {}).get(DATES_PAGE))
            read_time(run, run.read or {}, memory.now)
            pages = run.read or {}
            if not memory.loading.open(run):
                return
            if run.recorded is not None:
                self._settle_recorded(run)
                hand_in_letters(run, memory.host, pages)
                join_children(run)
            releases, notices = reconcile(run, memory.policies)
        except NotStarted as not_started:
            memory.end(run, Failed(not_started.error))
        except (Fault, MemoryError, RecursionError) as error:
            memory.fault(run, error)
        except Vanished as vanished:
            memory.park(run, f"{vanished}; start an engine that has it, and resume the run")
        except Exception as error:
            memory.park(run, f"it cannot be loaded: {as_fault(error)}; {MEND}")
        else:
            run.tickets = set(run.calls) if memory.ticketing else set()
            memory.releases += releases
            memory.notices += notices
            asleep = run.stored.wake_at if run.stored is not None else None
            if is_held(run, memory.now):
                memory.alarms.wake(run, next_wake(run))
            elif asleep is not None and asleep > memory.now:
                memory.alarms.wake(run, None if asleep == NEVER else asleep)  # it was idle when it was put to bed
            else:
                run.again = True  # a machine just made has something to run, or a deadline that nobody knows yet
            memory.make_ready(run)
        finally:
            memory.crumb(None)
