"""What every store promises: one suite for all of them."""

from __future__ import annotations

import asyncio
import itertools
from uuid import uuid4

import msgspec
import pytest

from waymark.runtime.model import EndedRun, InboxKind, NewRun, RunRef, Status, StoredRun, partition_of

from .making import AnyStore, Owner, call_row, new_run, started, write

pytestmark = pytest.mark.anyio

AWKWARD = "a\0b\ud800c"  # what neither UTF-8 nor a text column takes


# --- units and starts ---
async def test_a_unit_is_kept_and_never_changed(store: AnyStore) -> None:
    assert await store.get_unit(b"h1") is None
    await store.put_units({b"h1": b"one", b"h2": b"two\0"})
    await store.put_units({b"h1": b"another", b"h3": b"three"})
    assert [await store.get_unit(name) for name in (b"h1", b"h2", b"h3")] == [b"one", b"two\0", b"three"]


async def test_a_started_run_is_queued_with_what_was_said(store: AnyStore) -> None:
    new = NewRun("Orders", "ключ-7", uuid4(), b"hash", b"\0args", b"seed")
    assert await store.start(new) == new.ref
    run = await store.get_run(new.ref)
    assert run is not None
    assert (run.ref, run.workflow, run.key, run.unit) == (new.ref, "Orders", "ключ-7", b"hash")
    assert (run.arguments, run.seed) == (b"\0args", b"seed")
    assert (run.status, run.revision, run.root) == (Status.QUEUED, 0, b"")
    assert (run.wake_at, run.outcome, run.reason) == (None, None, None)
    (entry,) = await store.read_inbox([new.ref.part], 10)
    assert (entry.part, entry.run, entry.kind, entry.body) == (new.ref.part, new.run, InboxKind.START, b"")


async def test_starting_the_same_id_again_gives_the_first_run(store: AnyStore) -> None:
    first = await started(store, key="order-7")
    assert await started(store, key="order-7") == first
    assert await store.find_run("Orders", "order-7") == first
    assert len(await store.read_inbox([first.part], 10)) == 1
    other = await started(store, workflow="Returns", key="order-7")
    assert other.run != first.run


async def test_twenty_starts_of_one_id_at_once_make_one_run(store: AnyStore) -> None:
    refs = await asyncio.gather(*(started(store, key="order-7") for _ in range(20)))
    assert len(set(refs)) == 1
    assert len(await store.read_inbox([refs[0].part], 100)) == 1


async def test_nobody_is_found_who_was_not_started(store: AnyStore) -> None:
    assert await store.find_run("Orders", "nobody") is None
    assert await store.find_run("Orders", AWKWARD) is None
    assert await store.get_run(RunRef(3, uuid4())) is None


@pytest.mark.parametrize("key", ["a\0b", "\ud800", "k" * 1001])
async def test_an_id_that_cannot_be_stored_is_refused(store: AnyStore, key: str) -> None:
    with pytest.raises(ValueError, match=r"^the id .* (cannot store|longer than 1000 bytes of UTF-8)$"):
        await started(store, key=key)


async def test_the_longest_id_is_stored(store: AnyStore) -> None:
    ref = await started(store, workflow="w" * 1000, key="ü" * 500)
    assert await store.find_run("w" * 1000, "ü" * 500) == ref


async def test_a_cancel_is_an_inbox_entry_with_its_reason(store: AnyStore) -> None:
    ref = await started(store)
    await store.cancel(ref, f"no longer wanted {AWKWARD}")
    start, cancel = await store.read_inbox([ref.part], 10)
    assert (start.kind, cancel.kind, cancel.run) == (InboxKind.START, InboxKind.CANCEL, ref.run)
    assert cancel.body.decode("utf-8", "surrogatepass") == f"no longer wanted {AWKWARD}"
    assert start.seq < cancel.seq


async def test_a_cancel_of_an_ended_or_unknown_run_leaves_nothing(store: AnyStore) -> None:
    ref = await started(store)
    owner = await Owner.of(store, ref)
    (entry,) = await store.read_inbox([ref.part], 10)
    await owner.commit(write(ref, status=Status.FINISHED), consumed=((entry.part, entry.seq),))
    await store.cancel(ref, "late")
    await store.cancel(RunRef(ref.part, uuid4()), "who?")
    assert await store.read_inbox([ref.part], 10) == []


async def test_runs_are_read_together(store: AnyStore) -> None:
    refs = [await started(store) for _ in range(3)]
    found = await store.get_runs([refs[2], RunRef(3, uuid4()), refs[0]])
    assert sorted(run.ref for run in found) == sorted([refs[0], refs[2]])
    assert await store.get_run(refs[0]) in found
    assert await store.get_runs([]) == []


# --- waiting ---
async def test_waiting_ends_soon_after_the_run_does(store: AnyStore) -> None:
    refs = [await started(store) for _ in range(3)]
    owner = await Owner.of(store, *refs)
    waiting = [asyncio.create_task(store.wait_ended(ref, 30)) for ref in refs]
    await asyncio.wait(waiting, timeout=0.05)  # a real wait: the store's polling has to have slowed down
    await owner.commit(write(refs[0], status=Status.FINISHED, outcome=b"done"), write(refs[1]))
    run = await waiting[0]
    assert run is not None and (run.status, run.outcome) == (Status.FINISHED, b"done")
    assert not waiting[1].done()
    await owner.commit(write(refs[1], 1, status=Status.FAILED), write(refs[2], status=Status.FINISHED))
    ended = await asyncio.gather(*waiting[1:])
    assert [run.status if run else None for run in ended] == [Status.FAILED, Status.FINISHED]


async def test_waiting_has_an_end_of_its_own(store: AnyStore) -> None:
    ref = await started(store)
    assert await store.wait_ended(ref, 0) is None
    assert await store.wait_ended(ref, 0.02) is None
    assert await store.wait_ended(RunRef(ref.part, uuid4()), 0.02) is None
    owner = await Owner.of(store, ref)
    await owner.commit(write(ref, status=Status.FINISHED))
    assert await store.wait_ended(ref, 0) == await store.wait_ended(ref, 30) == EndedRun(ref, Status.FINISHED, None)


async def test_a_waiter_that_goes_leaves_the_others(store: AnyStore) -> None:
    ref = await started(store)
    owner = await Owner.of(store, ref)
    gone, stays = (asyncio.create_task(store.wait_ended(ref, 30)) for _ in range(2))
    await asyncio.sleep(0)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    await owner.commit(write(ref, status=Status.FINISHED))
    assert await stays == EndedRun(ref, Status.FINISHED, None)


async def test_the_clock_goes_on(store: AnyStore) -> None:
    first = await store.now()
    assert first > 1_600_000_000_000_000
    assert await store.now() > first


def test_the_partition_of_a_run_is_fixed_for_ever() -> None:
    """Rows in databases depend on it."""
    assert [partition_of("Orders", "order-7"), partition_of("", ""), partition_of("Ü", "ключ")] == [121, 255, 165]


async def test_a_priority_is_kept_with_its_run(store: AnyStore) -> None:
    ref = await store.start(msgspec.structs.replace(new_run(), priority=-7))
    (run,) = await store.get_runs([ref])
    assert run.priority == -7
    assert (await store.get_runs([await started(store)]))[0].priority == 0


async def test_resuming_and_pausing_leave_an_entry_for_every_run_that_has_not_ended(store: AnyStore) -> None:
    parked, running, ended = [await started(store) for _ in range(3)]
    owner = await Owner.of(store, parked, running, ended)
    last = write(ended, status=Status.FINISHED, root=b"", outcome=b"o")
    await owner.commit(write(parked, status=Status.PARKED, reason="broken"), write(running), last)
    for ref in (parked, running, ended):
        await store.pause(ref)
        await store.resume(ref)  # a pause that is on its way counts, too
    entries = await store.read_inbox(owner.fence, 10, starts=False)
    kinds = (InboxKind.PAUSE, InboxKind.RESUME)
    wanted = [(ref.run, kind, b"") for ref in (parked, running) for kind in kinds]
    assert [(entry.run, entry.kind, entry.body) for entry in entries] == wanted


async def test_a_paused_run_is_kept_as_such(store: AnyStore) -> None:
    ref = await started(store)
    owner = await Owner.of(store, ref)
    await owner.commit(write(ref, status=Status.PAUSED))
    assert (await store.get_runs([ref]))[0].status == Status.PAUSED


async def test_only_a_run_that_failed_and_was_not_cancelled_is_tried_again(store: AnyStore) -> None:
    refs = [await started(store) for _ in range(4)]
    failed, cancelled, finished, running = refs
    owner = await Owner.of(store, *refs)
    await owner.commit(
        write(failed, status=Status.FAILED, outcome=b"o", error_type="ValueError"),
        write(cancelled, status=Status.FAILED, outcome=b"o", error_type="CancelledError"),
        write(finished, status=Status.FINISHED, outcome=b"o"),
        write(running),
    )
    assert [await store.retry(ref) for ref in refs] == [True, False, False, False]
    assert not await store.retry(RunRef(3, uuid4()))
    entries = await store.read_inbox(owner.fence, 10, starts=False)
    assert [(entry.run, entry.kind, entry.body) for entry in entries] == [(failed.run, InboxKind.RETRY, b"")]
    await owner.commit(write(failed, expected=1))
    row = (await store.get_runs([failed]))[0]
    assert (row.status, row.outcome, row.reason) == (Status.RUNNING, None, None)
    assert not await store.retry(failed)


async def test_a_call_of_a_run_that_is_tried_again_shows_its_last_attempt(store: AnyStore) -> None:
    ref = await started(store)
    owner = await Owner.of(store, ref)
    await owner.commit(write(ref), calls=(call_row(ref, attempt=2, ok=False),))
    await owner.commit(write(ref, expected=1), calls=(call_row(ref, attempt=3),))
    await owner.commit(write(ref, expected=2), calls=(call_row(ref, attempt=1, ok=False),))
    assert [(row.attempt, row.ok) for row in await store.calls_of(ref)] == [(3, True)]


async def test_a_run_that_starts_later_is_found_when_it_is_due_and_not_before(store: AnyStore) -> None:
    now = await store.now()
    later = msgspec.structs.replace(new_run(), delay_us=3_600_000_000, timeout_us=60_000_000)
    then = msgspec.structs.replace(new_run(), at=now + 7_200_000_000)
    past = msgspec.structs.replace(new_run(), at=now - 1, timeout_us=60_000_000)
    refs = [await store.start(new) for new in (later, then, past)]
    parts = [ref.part for ref in refs]
    first, second, third = [row for ref in refs for row in await store.get_runs([ref])]
    assert first.start_at is not None and 0 <= first.start_at - now - 3_600_000_000 < 60_000_000
    assert first.deadline_at == first.start_at + 60_000_000 and first.wake_at == first.start_at
    assert (second.start_at, second.wake_at, second.deadline_at) == (now + 7_200_000_000, now + 7_200_000_000, None)
    assert third.start_at is None and third.wake_at is None and third.deadline_at is not None
    assert [entry.run for entry in await store.read_inbox(parts, 10)] == [past.run]
    assert await store.due_runs(parts, now + 3_000_000_000, 10) == []
    due = await store.due_runs(parts, now + 9_000_000_000, 10)
    assert [row.ref for row in due] == refs[:2] and due[0].status == Status.QUEUED


async def test_strikes_are_read_apart_and_counted_until_they_are_consumed(store: AnyStore) -> None:
    ref, ended = [await started(store) for _ in range(2)]
    owner = await Owner.of(store, ref, ended)
    await owner.commit(write(ended, status=Status.FINISHED, root=b"", outcome=b"o"))
    for why in ("one", "two"):
        await store.strike(ref, why)
        await store.strike(ended, why)
    strikes = await store.read_strikes(owner.fence)
    assert [(entry.run, entry.kind, entry.body) for entry in strikes] == [
        (ref.run, InboxKind.STRIKE, b"one"),
        (ref.run, InboxKind.STRIKE, b"two"),
    ]
    await owner.commit(consumed=((ref.part, strikes[0].seq),))
    assert await store.read_strikes(owner.fence) == strikes[1:]
    assert await store.read_strikes([(ref.part + 1) % 256]) == []


async def test_an_owner_without_room_reads_everything_but_starts(store: AnyStore) -> None:
    ref = await started(store)
    await store.cancel(ref, "enough")
    (entry,) = await store.read_inbox([ref.part], 10, starts=False)
    assert entry.kind == InboxKind.CANCEL


async def test_sleepers_are_found_when_they_are_due_and_not_taken_up_before(store: AnyStore) -> None:
    refs = [await started(store) for _ in range(4)]
    owner = await Owner.of(store, *refs)
    late, early, awake, ended = refs
    await owner.commit(write(late, wake_at=3_000_000), write(early, wake_at=1_000_000), write(awake), write(ended))
    await owner.commit(write(ended, 1, status=Status.FINISHED, root=b"", outcome=b"o", wake_at=1_000_000))
    assert [run.ref for run in await store.live_runs(owner.fence)] == [awake]
    assert await store.due_runs(owner.fence, 999_999, 10) == []
    assert [run.ref for run in await store.due_runs(owner.fence, 1_000_000, 10)] == [early]
    assert [run.ref for run in await store.due_runs(owner.fence, 4_000_000, 10)] == [early, late]
    assert [run.ref for run in await store.due_runs(owner.fence, 4_000_000, 1)] == [early]
    assert await store.due_runs([(early.part + 1) % 256], 1_000_000, 10) == []
    await owner.commit(write(early, 1))
    assert [run.ref for run in await store.due_runs(owner.fence, 4_000_000, 10)] == [late]


async def test_pages_of_sleepers_follow_each_other(store: AnyStore) -> None:
    refs = [await started(store, key=f"sleeper {n}") for n in range(7)]
    owner = await Owner.of(store, *refs)
    await owner.commit(*(write(ref, wake_at=1_000_000 + n // 3) for n, ref in enumerate(refs)))
    found: list[StoredRun] = []
    while page := await store.due_runs(owner.fence, 2_000_000, 2, found[-1] if found else None):
        found += page
    assert found == list(await store.due_runs(owner.fence, 2_000_000, 10))
    assert sorted(run.ref for run in found) == sorted(refs)
    assert [run.wake_at for run in found] == [1_000_000] * 3 + [1_000_001] * 3 + [1_000_002]


async def test_arrivals_bring_the_runs_of_starts_beyond_a_number(store: AnyStore) -> None:
    first, second = await started(store, key="first"), await started(store, key="second")
    await store.cancel(second, "enough")
    parts = [first.part, second.part]
    shown = await store.read_arrivals(parts, 10, True, -1)
    assert shown.entries == list(await store.read_inbox(parts, 10))
    assert sorted(run.ref for run in shown.runs) == sorted([first, second])
    assert list(await store.get_runs([first])) == [run for run in shown.runs if run.ref == first]
    later = await store.read_arrivals(parts, 10, True, shown.entries[0].seq)
    assert (later.entries, [run.ref for run in later.runs]) == (shown.entries, [second])
    letters = await store.read_arrivals(parts, 10, False, -1)
    assert letters.entries == [shown.entries[2]] and not letters.runs
    assert (await store.read_arrivals([(second.part + 1) % 256], 10, True, -1)).entries == []


async def test_entries_of_others_do_not_hide_ours(store: AnyStore) -> None:
    """However many of them came before."""
    others = [new for n in range(60) if (new := new_run(key=f"other {n}")).ref.part != 7]
    await store.start_many(others)
    mine = next(new for n in itertools.count() if (new := new_run(key=f"mine {n}")).ref.part == 7)
    await store.start(mine)
    await store.send(mine.ref, b"word")
    await store.send(mine.ref, b"another")
    for starts in (True, False):
        entries = await store.read_inbox([7], 5, starts)
        assert [entry.body for entry in entries] == [b""] * starts + [b"word", b"another"]
