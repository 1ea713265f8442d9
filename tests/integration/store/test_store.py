"""What every store promises: one suite for all of them."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import msgspec
import pytest

from waymark.runtime.model import EngineRow, InboxKind, NewRun, RunRef, Status, partition_of
from waymark.runtime.ports import Fenced, StaleRevision

from .making import TTL_MS, AnyStore, Owner, call_row, keys_in_one_partition, lease_ends, new_run, started, write

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


# --- ownership ---
async def test_the_first_owner_gets_epoch_one_and_keeps_it(store: AnyStore) -> None:
    engine = uuid4()
    assert await store.acquire(engine, [3, 250], TTL_MS) == {3: 1, 250: 1}
    assert await store.acquire(engine, [3, 4], TTL_MS) == {3: 1, 4: 1}


async def test_what_a_living_engine_owns_is_not_taken(store: AnyStore) -> None:
    await store.acquire(uuid4(), [3], TTL_MS)
    assert await store.acquire(uuid4(), [3, 4], TTL_MS) == {4: 1}


async def test_an_expired_owner_is_replaced_under_a_new_epoch(store: AnyStore) -> None:
    old, new = uuid4(), uuid4()
    await store.acquire(old, [3, 4], TTL_MS)
    await lease_ends(store, old)
    assert await store.acquire(new, [3], TTL_MS) == {3: 2}
    assert not await store.beat(old, TTL_MS)
    assert await store.acquire(new, [3, 4], TTL_MS) == {3: 2, 4: 2}


async def test_an_expired_owner_that_comes_first_keeps_its_partitions(store: AnyStore) -> None:
    engine = uuid4()
    await store.acquire(engine, [3], TTL_MS)
    await lease_ends(store, engine)
    assert not await store.beat(engine, TTL_MS)
    assert await store.acquire(engine, [3], TTL_MS) == {3: 1}
    assert await store.beat(engine, TTL_MS)


async def test_a_heartbeat_keeps_others_away(store: AnyStore) -> None:
    engine = uuid4()
    await store.acquire(engine, [3], 60_000)
    assert await store.beat(engine, TTL_MS)
    assert await store.acquire(uuid4(), [3], TTL_MS) == {}
    assert not await store.beat(uuid4(), TTL_MS)


async def test_released_partitions_are_free_at_once_under_a_new_epoch(store: AnyStore) -> None:
    old, new = uuid4(), uuid4()
    await store.acquire(old, [3, 4], TTL_MS)
    await store.release(old)
    assert not await store.beat(old, TTL_MS)
    assert await store.acquire(new, [3], TTL_MS) == {3: 2}
    assert await store.acquire(old, [3, 4], TTL_MS) == {4: 2}


async def test_an_engine_is_listed_while_it_may_own_partitions(store: AnyStore) -> None:
    one, two, silent = (UUID(int=n) for n in (1, 2, 3))
    await store.register(two, "host-b", "/locks/two")
    await store.register(one, "ho\0st", "/locks/one")
    assert await store.engines() == []
    await store.acquire(two, [4], TTL_MS)
    await store.acquire(one, [3, 5], TTL_MS)
    await store.acquire(silent, [6], TTL_MS)
    rows = [
        EngineRow(one, "ho\ufffdst", "/locks/one"),
        EngineRow(two, "host-b", "/locks/two"),
        EngineRow(silent, "", ""),
    ]
    assert await store.engines() == rows
    await store.register(two, "host-c", "/locks/two")
    assert await store.beat(two, TTL_MS)
    await store.release(silent)
    assert await store.engines() == [rows[0], EngineRow(two, "host-c", "/locks/two")]


async def test_an_engine_proved_dead_is_replaced_before_its_lease_ends(store: AnyStore) -> None:
    dead, new = uuid4(), uuid4()
    await store.register(dead, "host", "/locks/dead")
    await store.acquire(dead, [3, 4], TTL_MS)
    await store.expire(dead)
    await store.expire(uuid4())
    assert not await store.beat(dead, TTL_MS)
    assert await store.engines() == [EngineRow(dead, "host", "/locks/dead")]
    assert await store.acquire(new, [3], TTL_MS) == {3: 2}
    assert [row.engine for row in await store.engines()] == sorted([dead, new])
    assert await store.acquire(new, [3, 4], TTL_MS) == {3: 2, 4: 2}
    assert [row.engine for row in await store.engines()] == [new]


async def test_an_engine_that_lives_after_all_comes_back_under_its_name(store: AnyStore) -> None:
    old, new = uuid4(), uuid4()
    await store.register(old, "host", "/locks/old")
    await store.acquire(old, [3], TTL_MS)
    await store.expire(old)
    await store.acquire(new, [3], TTL_MS)
    assert await store.acquire(old, [3, 4], TTL_MS) == {4: 1}
    assert await store.beat(old, TTL_MS)
    assert EngineRow(old, "host", "/locks/old") in await store.engines()


async def test_runs_are_read_together(store: AnyStore) -> None:
    refs = [await started(store) for _ in range(3)]
    found = await store.get_runs([refs[2], RunRef(3, uuid4()), refs[0]])
    assert sorted(run.ref for run in found) == sorted([refs[0], refs[2]])
    assert await store.get_run(refs[0]) in found
    assert await store.get_runs([]) == []


# --- commits ---
async def test_a_commit_writes_the_state_and_raises_the_revision(store: AnyStore) -> None:
    ref = await started(store)
    owner = await Owner.of(store, ref)
    wake_at = 4_102_444_800_123_457  # to the microsecond, in the year 2100
    await owner.commit(write(ref, root=b"r\0\xff", put={1: b"p\0", 7: b""}, wake_at=wake_at))
    run = await store.get_run(ref)
    assert run is not None
    assert (run.status, run.revision, run.root, run.wake_at) == (Status.RUNNING, 1, b"r\0\xff", wake_at)
    assert await store.load_pages(ref) == {1: b"p\0", 7: b""}
    await owner.commit(write(ref, 1, status=Status.FINISHED, root=b"", drop=frozenset({1, 7}), outcome=b"o\0"))
    run = await store.get_run(ref)
    assert run is not None
    assert (run.status, run.revision, run.root, run.wake_at) == (Status.FINISHED, 2, b"", None)
    assert run.outcome == b"o\0"


async def test_another_engine_is_fenced_off_though_it_knows_the_epoch(store: AnyStore) -> None:
    ref = await started(store)
    owner = await Owner.of(store, ref)
    stranger = Owner(store, uuid4(), owner.fence)
    with pytest.raises(Fenced) as caught:
        await stranger.commit(write(ref))
    assert caught.value.parts == {ref.part}
    await owner.commit(write(ref))


async def test_an_earlier_epoch_is_fenced_off_though_the_engine_is_the_owner(store: AnyStore) -> None:
    ref = await started(store)
    before = await Owner.of(store, ref)
    await store.release(before.engine)
    assert await store.acquire(before.engine, [ref.part], TTL_MS) == {ref.part: 2}
    with pytest.raises(Fenced) as caught:
        await before.commit(write(ref))
    assert caught.value.parts == {ref.part}
    run = await store.get_run(ref)
    assert run is not None and run.revision == 0


async def test_one_lost_partition_stops_the_whole_batch_and_is_named(store: AnyStore) -> None:
    mine, lost = await started(store, key="key-a"), await started(store, key="key-b")
    assert mine.part != lost.part
    owner = await Owner.of(store, mine, lost)
    owner.fence[lost.part] += 1
    with pytest.raises(Fenced, match=rf"^partitions \[{lost.part}\] have another owner or epoch") as caught:
        await owner.commit(write(mine), write(lost))
    assert caught.value.parts == {lost.part}
    run = await store.get_run(mine)
    assert run is not None and run.revision == 0


async def test_an_expired_owner_may_commit_until_somebody_took_over(store: AnyStore) -> None:
    ref = await started(store)
    old = await Owner.of(store, ref)
    await lease_ends(store, old.engine)
    await old.commit(write(ref))
    new = await Owner.of(store, ref)
    with pytest.raises(Fenced):
        await old.commit(write(ref, 1))
    await new.commit(write(ref, 1))


async def test_a_stale_revision_writes_nothing_of_the_batch(store: AnyStore) -> None:
    stale, fresh, behind, unknown = (RunRef(0, uuid4()) for _ in range(4))
    keys = keys_in_one_partition(3)
    stale, fresh, behind = [await started(store, key=key) for key in keys]
    unknown = RunRef(stale.part, uuid4())
    owner = await Owner.of(store, stale)
    await owner.commit(write(stale, root=b"first", put={1: b"first"}), write(behind))
    entries = await store.read_inbox([stale.part], 10)
    with pytest.raises(StaleRevision, match=r"^3 runs have another revision than expected; nothing") as caught:
        await owner.commit(
            write(stale, 0, root=b"second", put={1: b"second", 2: b"second"}),
            write(fresh, 0, put={5: b"five"}),
            write(behind, 7),
            write(unknown),
            consumed=((entries[0].part, entries[0].seq),),
            calls=(call_row(fresh),),
        )
    assert caught.value.runs == {stale, behind, unknown}
    runs = [await store.get_run(ref) for ref in (stale, fresh, behind)]
    assert [run.revision if run else None for run in runs] == [1, 0, 1]
    assert await store.load_pages(stale) == {1: b"first"}
    assert await store.pages_of([stale.run, fresh.run]) == 1
    assert await store.read_inbox([stale.part], 10) == entries
    assert await store.calls_of(fresh) == []


async def test_inbox_entries_vanish_only_with_the_commit_that_contains_them(store: AnyStore) -> None:
    ref = await started(store)
    await store.cancel(ref, "why not")
    await store.cancel(ref, "really")
    owner = await Owner.of(store, ref)
    start, cancel, again = await store.read_inbox([ref.part], 10)
    assert await store.read_inbox([ref.part], 10) == [start, cancel, again]
    assert await store.read_inbox([ref.part], 1) == [start]
    await owner.commit(write(ref), consumed=((cancel.part, cancel.seq),))
    assert await store.read_inbox([ref.part], 10) == [start, again]
    assert await store.read_inbox([(ref.part + 1) % 256], 10) == []
    await owner.commit(consumed=((again.part, again.seq), (start.part, start.seq)))
    assert await store.read_inbox([ref.part], 10) == []


async def test_pages_are_put_replaced_and_dropped(store: AnyStore) -> None:
    ref = await started(store)
    owner = await Owner.of(store, ref)
    big = bytes(range(256)) * 1000
    await owner.commit(write(ref, 0, put={1: b"one", 2: b"two", 2**40: big}))
    await owner.commit(write(ref, 1, put={2: b"zwei", 3: b"three"}, drop=frozenset({1, 99})))
    assert await store.load_pages(ref) == {2: b"zwei", 3: b"three", 2**40: big}
    assert await store.pages_of([ref.run]) == 3
    assert await store.pages_of([]) == 0


async def test_a_thousand_runs_commit_at_once(store: AnyStore) -> None:
    refs = [await started(store) for _ in range(1000)]
    owner = await Owner.of(store, *refs)
    entries = await store.read_inbox(list(range(256)), 2000)
    assert len(entries) == 1000
    await owner.commit(
        *(write(ref, put={1: ref.run.bytes}) for ref in refs),
        consumed=tuple((entry.part, entry.seq) for entry in entries),
        calls=tuple(call_row(ref) for ref in refs),
    )
    live = await store.live_runs(owner.fence)
    assert [run.ref for run in live] == sorted(refs)
    assert {run.revision for run in live} == {1}
    assert await store.read_inbox(list(range(256)), 2000) == []
    assert await store.load_pages(refs[500]) == {1: refs[500].run.bytes}


async def test_awkward_text_is_made_printable_and_bytes_stay_as_they_are(store: AnyStore) -> None:
    ref = await started(store)
    owner = await Owner.of(store, ref)
    body = AWKWARD.encode("utf-8", "surrogatepass")
    await owner.commit(
        write(
            ref,
            status=Status.PARKED,
            root=body,
            put={1: body},
            outcome=body,
            reason=AWKWARD,
            error_type=AWKWARD,
            error_text=AWKWARD * 1000,
        ),
        calls=(call_row(ref, arguments=body, outcome=body),),
    )
    run = await store.get_run(ref)
    assert run is not None
    assert (run.root, run.outcome, run.reason) == (body, body, "a\ufffdb\ufffdc")
    assert await store.load_pages(ref) == {1: body}
    assert await store.calls_of(ref) == [call_row(ref, arguments=body, outcome=body)]


async def test_the_first_record_of_a_call_stays(store: AnyStore) -> None:
    ref = await started(store)
    owner = await Owner.of(store, ref)
    await owner.commit(write(ref), calls=(call_row(ref, 2, ok=False), call_row(ref, 1)))
    await owner.commit(write(ref, 1), calls=(call_row(ref, 1, outcome=b"another"),))
    assert await store.calls_of(ref) == [call_row(ref, 1), call_row(ref, 2, ok=False)]


async def test_live_runs_are_those_with_state_that_have_not_ended(store: AnyStore) -> None:
    states = [Status.RUNNING, Status.PARKED, Status.FINISHED, Status.FAILED]
    refs = [await started(store) for _ in states]
    await started(store, key="queued")
    stateless = await started(store, key="parked before its first state")
    owner = await Owner.of(store, *refs, stateless)
    writes = [write(ref, status=status) for ref, status in zip(refs, states, strict=True)]
    await owner.commit(*writes, write(stateless, status=Status.PARKED, root=b""))
    assert [run.ref for run in await store.live_runs(range(256))] == sorted(refs[:2])
    assert [run.ref for run in await store.live_runs([refs[1].part])] == [refs[1]]
    assert await store.live_runs([]) == []


async def test_a_batch_that_contradicts_itself_is_refused(store: AnyStore) -> None:
    ref = await started(store)
    owner = await Owner.of(store, ref)
    elsewhere = RunRef((ref.part + 1) % 256, ref.run)
    with pytest.raises(ValueError, match=r"^a batch writes a run twice$"):
        await owner.commit(write(ref), write(ref, 1))
    with pytest.raises(ValueError, match=r"^a batch puts and drops pages \[4\] of run "):
        await owner.commit(write(ref, put={4: b""}, drop=frozenset({4})))
    for batch in ({"consumed": ((elsewhere.part, 1),)}, {"calls": (call_row(elsewhere),)}):
        with pytest.raises(ValueError, match=r"which its fence does not name$"):
            await owner.commit(write(ref), **batch)


# --- waiting ---
async def test_waiting_ends_soon_after_the_run_does(store: AnyStore) -> None:
    refs = [await started(store) for _ in range(3)]
    owner = await Owner.of(store, *refs)
    waiting = [asyncio.create_task(store.wait_ended(ref, 30)) for ref in refs]
    await asyncio.wait(waiting, timeout=0.05)  # a real wait: the store's polling has to have slowed down
    loop = asyncio.get_running_loop()
    before = loop.time()
    await owner.commit(write(refs[0], status=Status.FINISHED, outcome=b"done"), write(refs[1]))
    run = await waiting[0]
    assert loop.time() - before < 0.3
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
    assert await store.wait_ended(ref, 0) == await store.wait_ended(ref, 30) == await store.get_run(ref)


async def test_a_waiter_that_goes_leaves_the_others(store: AnyStore) -> None:
    ref = await started(store)
    owner = await Owner.of(store, ref)
    gone, stays = (asyncio.create_task(store.wait_ended(ref, 30)) for _ in range(2))
    await asyncio.sleep(0)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    await owner.commit(write(ref, status=Status.FINISHED))
    assert await stays == await store.get_run(ref)


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


async def test_resuming_leaves_an_entry_for_a_parked_run_alone(store: AnyStore) -> None:
    parked, running = [await started(store) for _ in range(2)]
    owner = await Owner.of(store, parked, running)
    await owner.commit(write(parked, status=Status.PARKED, reason="broken"), write(running))
    for ref in (parked, running):
        await store.resume(ref)
    entries = await store.read_inbox(owner.fence, 10, starts=False)
    assert [(entry.run, entry.kind, entry.body) for entry in entries] == [(parked.run, InboxKind.RESUME, b"")]


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
