"""What only a real Postgres decides: who waits for whom. Two connections, stepped by hand."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from waymark.runtime.model import Batch, RunRef, Status
from waymark.runtime.ports import Fenced, OutcomeUnknown, StaleRevision, Unreachable
from waymark.runtime.store import links
from waymark.runtime.store.postgres import PostgresStore
from waymark.runtime.store.queries import QUERIES
from waymark.runtime.store.rows import arrays_of
from waymark.runtime.store.starts import arguments_of

from .making import TTL_MS, Owner, keys_in_one_partition, lease_ends, new_run, rows, started, write
from .wires import Wire, becomes, connected, waits_for_lock

pytestmark = pytest.mark.anyio

COMMIT = QUERIES["commit"].sql
HOLD_RUN = "select from waymark.runs where run = $1 for update"


async def revision(store: PostgresStore, ref: RunRef) -> int:
    run = await store.get_run(ref)
    assert run is not None
    return run.revision


async def test_a_takeover_waits_for_the_open_commit_of_the_old_owner(database: str, postgres: PostgresStore) -> None:
    ref = await started(postgres)
    old = await Owner.of(postgres, ref)
    await lease_ends(postgres, old.engine)
    async with connected(database) as old_lane, connected(database) as observer:
        transaction = old_lane.transaction()
        await transaction.start()
        await old_lane.execute(COMMIT, *arrays_of(old.batch(write(ref))))
        takeover = asyncio.create_task(postgres.acquire(uuid4(), [ref.part], TTL_MS))
        await waits_for_lock(observer, "%lane")
        assert not takeover.done()
        assert await revision(postgres, ref) == 0
        await transaction.commit()
        assert await takeover == {ref.part: 2}
    assert await revision(postgres, ref) == 1


async def test_a_commit_that_waited_for_a_takeover_is_fenced_off(database: str, postgres: PostgresStore) -> None:
    ref = await started(postgres)
    old = await Owner.of(postgres, ref)
    await lease_ends(postgres, old.engine)
    async with connected(database) as taker, connected(database) as observer:
        transaction = taker.transaction()
        await transaction.start()
        await taker.fetch(QUERIES["acquire"].sql, uuid4(), [ref.part], TTL_MS)
        late = asyncio.create_task(old.commit(write(ref)))
        await waits_for_lock(observer, "%lane")
        await transaction.commit()
        with pytest.raises(Fenced):
            await late
    assert await revision(postgres, ref) == 0


async def test_a_late_heartbeat_that_waited_for_a_takeover_finds_nothing(
    database: str, postgres: PostgresStore
) -> None:
    old = uuid4()
    await postgres.acquire(old, [3], TTL_MS)
    async with connected(database) as taker, connected(database) as observer:
        transaction = taker.transaction()
        await transaction.start()
        await taker.execute("select from waymark.engines for update")  # as the takeover begins, just before the end
        late = asyncio.create_task(postgres.beat(old, TTL_MS))
        await waits_for_lock(observer, "%reader")
        await taker.execute("update waymark.engines set lease_until = clock_timestamp() - interval '1 s'")
        assert await taker.fetch(QUERIES["acquire"].sql, uuid4(), [3], TTL_MS)
        await transaction.commit()
        assert await late is False


async def test_a_heartbeat_that_came_first_keeps_the_partitions(database: str, postgres: PostgresStore) -> None:
    old, new = uuid4(), uuid4()
    await postgres.acquire(old, [3], TTL_MS)
    await lease_ends(postgres, old)
    async with connected(database) as beating, connected(database) as observer:
        transaction = beating.transaction()
        await transaction.start()
        await beating.execute("update waymark.engines set lease_until = clock_timestamp() + interval '1 h'")
        takeover = asyncio.create_task(postgres.acquire(new, [3, 4], TTL_MS))
        await waits_for_lock(observer, "%lane")
        await transaction.commit()
        assert await takeover == {4: 1}


async def test_of_two_takeovers_at_once_one_gets_each_partition(database: str) -> None:
    stores = [await PostgresStore.connect(database) for _ in range(4)]
    try:
        dead = [uuid4() for _ in range(4)]
        for engine, store in zip(dead, stores, strict=True):
            await store.acquire(engine, range(engine.int % 5, 256, 5), TTL_MS)
            await lease_ends(store, engine)
        takers = [uuid4() for _ in stores]
        pairs = zip(stores, takers, strict=True)
        taken = await asyncio.gather(*(store.acquire(taker, range(256), TTL_MS) for store, taker in pairs))
    finally:
        for store in stores:
            await store.close()
    assert sorted(part for fence in taken for part in fence) == list(range(256))
    owners = await rows(database, "select part, engine, epoch from waymark.partitions")
    assert {(part, engine, epoch) for part, engine, epoch in owners} == {
        (part, taker, epoch) for taker, fence in zip(takers, taken, strict=True) for part, epoch in fence.items()
    }


async def test_two_who_take_over_from_each_other_do_not_deadlock(database: str) -> None:
    one, two = [await PostgresStore.connect(database, application_name=name) for name in ("one", "two")]
    try:
        engines = uuid4(), uuid4()
        for engine, store, half in zip(engines, (one, two), (range(128), range(128, 256)), strict=True):
            await store.acquire(engine, half, TTL_MS)
            await lease_ends(store, engine)
        async with connected(database) as holder, connected(database) as observer:
            transaction = holder.transaction()
            await transaction.start()
            await holder.execute("select from waymark.partitions for share")  # both stop half-way
            first = asyncio.create_task(one.acquire(engines[0], range(256), TTL_MS))
            await waits_for_lock(observer, "one lane")
            second = asyncio.create_task(two.acquire(engines[1], range(256), TTL_MS))
            await waits_for_lock(observer, "two lane")
            await transaction.commit()
            assert (len(await first), len(await second)) == (256, 0)
    finally:
        await one.close()
        await two.close()


async def test_of_two_new_engines_that_want_the_same_the_second_waits_and_gets_nothing(
    database: str, postgres: PostgresStore
) -> None:
    first, second = uuid4(), uuid4()
    async with connected(database) as taker, connected(database) as observer:
        transaction = taker.transaction()
        await transaction.start()
        await taker.fetch(QUERIES["acquire"].sql, first, [3, 4], TTL_MS)
        # When this one began, the first engine was nowhere to be seen.
        late = asyncio.create_task(postgres.acquire(second, [3, 4, 5], TTL_MS))
        await waits_for_lock(observer, "%lane")
        await transaction.commit()
        assert await late == {5: 1}


async def test_a_plain_change_of_hands_waits_for_the_open_commit_too(database: str, postgres: PostgresStore) -> None:
    """Which FOR KEY SHARE would let pass, and a `for update` before it would hide."""
    ref = await started(postgres)
    owner = await Owner.of(postgres, ref)
    async with connected(database) as lane, connected(database) as taker, connected(database) as observer:
        await taker.execute("set application_name = 'taker'")
        transaction = lane.transaction()
        await transaction.start()
        await lane.execute(COMMIT, *arrays_of(owner.batch(write(ref))))
        change = "update waymark.partitions set engine = null where part = $1"
        taking = asyncio.create_task(taker.execute(change, ref.part))
        await waits_for_lock(observer, "taker")
        await transaction.commit()
        await taking
    with pytest.raises(Fenced):
        await owner.commit(write(ref, 1))


async def test_an_entry_committed_late_with_a_lower_number_is_not_lost(database: str, postgres: PostgresStore) -> None:
    early, late = (new_run(key=key) for key in keys_in_one_partition(2))
    async with connected(database) as slow:
        transaction = slow.transaction()
        await transaction.start()
        await slow.execute(QUERIES["start"].sql, *arguments_of([early]))
        await postgres.start(late)
        owner = await Owner.of(postgres, late.ref)
        (seen,) = await postgres.read_inbox([late.ref.part], 10)
        await owner.commit(write(late.ref), consumed=((seen.part, seen.seq),))
        await transaction.commit()
    (entry,) = await postgres.read_inbox([late.ref.part], 10)
    assert entry.run == early.run
    assert entry.seq < seen.seq


async def test_a_start_waits_for_the_transaction_that_adds_the_same_id(database: str, postgres: PostgresStore) -> None:
    first, second = new_run(key="order-7"), new_run(key="order-7")
    async with connected(database) as slow, connected(database) as observer:
        for end, winner in (("rollback", second), ("commit", first)):
            await slow.execute("begin")
            await slow.execute("delete from waymark.ids")
            await slow.execute(QUERIES["start"].sql, *arguments_of([first]))
            waiting = asyncio.create_task(postgres.start(second))
            await waits_for_lock(observer, "%client")
            await slow.execute(end)
            assert await waiting == await postgres.find_run("Orders", "order-7") == winner.ref


async def test_a_start_that_waits_too_long_says_for_what(database: str, postgres: PostgresStore) -> None:
    new = new_run(key="order-7")
    async with connected(database) as slow:
        name = await slow.fetchval("select current_database()")
        await slow.execute(f"alter database {name} set lock_timeout = '50ms'")
        await slow.execute("begin")
        await slow.execute(QUERIES["start"].sql, *arguments_of([new]))
        store = await PostgresStore.connect(database, pooled=True)
        try:
            with pytest.raises(Unreachable, match=r"could not start: .* \(55P03\); another transaction .* the same id"):
                await store.start(new_run(key="order-7"))
        finally:
            await store.close()


# --- commits that are disturbed ---
async def test_a_cancelled_commit_is_finished_before_the_cancel_is_felt(database: str, postgres: PostgresStore) -> None:
    ref = await started(postgres)
    owner = await Owner.of(postgres, ref)
    async with connected(database) as holder, connected(database) as observer:
        transaction = holder.transaction()
        await transaction.start()
        await holder.execute(HOLD_RUN, ref.run)
        committing = asyncio.create_task(owner.commit(write(ref)))
        await waits_for_lock(observer, "%lane")
        committing.cancel()
        await asyncio.sleep(0)
        committing.cancel()
        done, _ = await asyncio.wait([committing], timeout=0.05)
        assert not done
        await transaction.commit()
        with pytest.raises(asyncio.CancelledError):
            await committing
    assert await revision(postgres, ref) == 1
    await owner.commit(write(ref, 1))


async def test_cancelling_at_any_moment_leaves_all_or_nothing(postgres: PostgresStore) -> None:
    refs = [await started(postgres) for _ in range(3)]
    owner = await Owner.of(postgres, *refs)
    expected = 0
    for turns in range(40):
        writes = [write(ref, expected, put={expected: b"page"}) for ref in refs]
        committing = asyncio.create_task(owner.commit(*writes))
        for _ in range(turns % 8):
            await asyncio.sleep(0)
        committing.cancel()
        try:
            await committing
        except asyncio.CancelledError:
            pass  # late ones are not cancelled any more
        revisions = {await revision(postgres, ref) for ref in refs}
        assert revisions in ({expected}, {expected + 1})
        expected = revisions.pop()
        assert await postgres.pages_of([ref.run for ref in refs]) == 3 * expected
    assert expected > 0


async def test_a_backend_killed_during_a_commit_leaves_its_outcome_unknown(
    database: str, postgres: PostgresStore
) -> None:
    ref = await started(postgres)
    owner = await Owner.of(postgres, ref)
    async with connected(database) as holder, connected(database) as observer:
        transaction = holder.transaction()
        await transaction.start()
        await holder.execute(HOLD_RUN, ref.run)
        committing = asyncio.create_task(owner.commit(write(ref)))
        (pid,) = await waits_for_lock(observer, "%lane")
        await observer.execute("select pg_terminate_backend($1)", pid)
        with pytest.raises(OutcomeUnknown, match=r"^the connection to database test_.* was lost during a commit;"):
            await committing
        await transaction.commit()
    assert await revision(postgres, ref) == 0
    await owner.commit(write(ref))
    assert await revision(postgres, ref) == 1


async def test_after_a_lost_connection_reading_waits_for_the_commit_that_still_runs(
    database: str, postgres: PostgresStore
) -> None:
    ref = await started(postgres)
    async with Wire(database) as wire, connected(database) as holder, connected(database) as observer:
        store = await PostgresStore.connect(wire.dsn, application_name="cut")
        owner = await Owner.of(store, ref)
        transaction = holder.transaction()
        await transaction.start()
        await holder.execute(HOLD_RUN, ref.run)
        committing = asyncio.create_task(owner.commit(write(ref)))
        (old,) = await waits_for_lock(observer, "cut lane")
        wire.cut()
        with pytest.raises(OutcomeUnknown):
            await committing
        reading = asyncio.create_task(store.get_run(ref))
        assert old in await waits_for_lock(observer, "cut lane", count=2)  # the second one settles
        assert not reading.done()
        await transaction.commit()
        run = await reading
        assert run is not None and run.revision == 1
        with pytest.raises(StaleRevision):
            await owner.commit(write(ref))
        await owner.commit(write(ref, 1))
        await store.close()


async def test_a_commit_that_arrives_after_it_was_given_up_meets_its_revision_or_is_stale(
    database: str, postgres: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = await started(postgres)
    async with Wire(database) as wire:
        store = await PostgresStore.connect(wire.dsn)
        owner = await Owner.of(store, ref)
        await owner.commit(write(ref))  # prepares the statement: from now on a commit is one message
        frozen = wire.freeze()
        monkeypatch.setattr(links, "ANSWER_S_MAX", 0.2)
        with pytest.raises(OutcomeUnknown):
            await owner.commit(write(ref, 1, root=b"late"))
        monkeypatch.undo()
        assert await revision(store, ref) == 1  # the server has not heard of it, so there is nothing to wait for
        frozen.set()
        async with connected(database) as observer:
            await becomes(observer, 2, "select revision from waymark.runs where run = $1", ref.run)
        with pytest.raises(StaleRevision):
            await owner.commit(write(ref, 1, root=b"mine"))
        run = await store.get_run(ref)
        assert run is not None and (run.revision, run.root) == (2, b"late")
        await store.close()


async def test_a_connection_that_died_while_idle_is_replaced(database: str, postgres: PostgresStore) -> None:
    ref = await started(postgres)
    owner = await Owner.of(postgres, ref)
    await postgres.now()
    async with connected(database) as observer:
        pids = await observer.fetch(
            "select pid, pg_terminate_backend(pid) from pg_stat_activity "
            "where application_name like 'waymark %' and datname = current_database()"
        )
        assert len(pids) >= 3  # and perhaps the one for hints
        for row in pids:
            await becomes(observer, 0, "select count(*) from pg_stat_activity where pid = $1", row["pid"])
    await asyncio.sleep(0.01)  # for the loop to read the ends of the connections
    await owner.commit(write(ref))
    assert await postgres.beat(owner.engine, TTL_MS)
    assert await revision(postgres, ref) == 1


async def test_a_reader_cancelled_half_way_does_not_harm_the_next(database: str, postgres: PostgresStore) -> None:
    ref = await started(postgres)
    for turns in range(12):
        reading = asyncio.create_task(postgres.get_run(ref))
        for _ in range(turns % 6):
            await asyncio.sleep(0)
        reading.cancel()
        await asyncio.wait([reading])
        run = await postgres.get_run(ref)
        assert run is not None and run.ref == ref


async def test_whoever_waits_sees_what_another_process_commits(database: str, postgres: PostgresStore) -> None:
    ref = await started(postgres)
    engine = await PostgresStore.connect(database)
    try:
        owner = await Owner.of(engine, ref)
        waiting = asyncio.create_task(postgres.wait_ended(ref, 30))
        await asyncio.wait([waiting], timeout=0.6)  # a real wait: until the pauses between looks are the longest
        await owner.commit(write(ref, status=Status.FINISHED))
        # How soon it looks is tested with a clock of its own, in unit/runtime/store/test_waiters.py.
        assert await waiting is not None
    finally:
        await engine.close()


async def test_many_waiters_share_one_statement(database: str, postgres: PostgresStore) -> None:
    refs = [await started(postgres) for _ in range(50)]
    owner = await Owner.of(postgres, *refs)
    waiting = [asyncio.create_task(postgres.wait_ended(ref, 30)) for ref in refs]
    await asyncio.sleep(0)
    await owner.commit(*(write(ref, status=Status.FINISHED) for ref in refs))
    ended = await asyncio.gather(*waiting)
    assert [run.ref if run else None for run in ended] == refs
    connections = await rows(
        database,
        "select 1 from pg_stat_activity where application_name in ('waymark lane', 'waymark client') "
        "and datname = current_database()",
    )
    assert len(connections) == 2


async def test_those_who_wait_learn_that_the_database_is_gone(database: str) -> None:
    async with Wire(database) as wire:
        store = await PostgresStore.connect(wire.dsn)
        ref = await started(store)
        store._client._patience_s = 0.2  # test_coming_back.py has what it is good for
        waiting = asyncio.create_task(store.wait_ended(ref, 30))
        await asyncio.wait([waiting], timeout=0.05)
        wire.refuse()
        wire.cut()
        # The poller may have been in the middle of a question, or about to connect for the next one.
        with pytest.raises(Unreachable, match=r"no server answers there|closed the connection; try again"):
            await waiting
        await store.close()


async def test_a_batch_of_nothing_still_checks_the_fence(postgres: PostgresStore) -> None:
    owner = await Owner.of(postgres, RunRef(3, uuid4()))
    await postgres.commit(Batch(owner.engine, owner.fence))
    with pytest.raises(Fenced):
        await postgres.commit(Batch(uuid4(), owner.fence))
