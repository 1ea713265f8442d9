"""What every store promises about a commit: who may write, what is written together, and what is refused."""

from __future__ import annotations

from uuid import uuid4

import pytest

from waymark.runtime.model import RunRef, Status
from waymark.runtime.ports import Fenced, StaleRevision

from .making import TTL_MS, AnyStore, Owner, call_row, keys_in_one_partition, lease_ends, started, write

pytestmark = pytest.mark.anyio

AWKWARD = "a\0b\ud800c"  # what neither UTF-8 nor a text column takes


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
