"""Decision 2: who commits and who takes over are put in a row by the partition's row; heartbeats by nobody."""

from __future__ import annotations

from uuid import uuid4

import asyncpg
import pytest

from waymark.runtime.store.queries import QUERIES

from .sessions import COMMIT, PART, TTL_MS, Stage, write

pytestmark = pytest.mark.anyio

ACQUIRE = QUERIES["acquire"].sql
BEAT = QUERIES["extend_lease"].sql
EXPIRE = QUERIES["end_lease"].sql
OWNER = "select engine, epoch from waymark.partitions where part = 7"


async def test_a_takeover_waits_for_an_open_commit_which_then_stands(stage: Stage) -> None:
    await stage.owned()
    ref, heir = await stage.run(), uuid4()
    await stage.one.begin()
    await stage.one(COMMIT, *stage.batch(write(ref)))
    await stage.look(EXPIRE, stage.engine)
    taking = await stage.two.waits(ACQUIRE, heir, [PART], TTL_MS)
    await stage.one.commit()
    assert await taking == [(PART, stage.epoch + 1)]
    assert await stage.look("select revision from waymark.runs") == [(1,)]


async def test_a_commit_that_waited_for_a_takeover_writes_nothing(stage: Stage) -> None:
    await stage.owned()
    ref, heir = await stage.run(), uuid4()
    await stage.look(EXPIRE, stage.engine)
    await stage.one.begin()
    await stage.one(ACQUIRE, heir, [PART], TTL_MS)
    committing = await stage.two.waits(COMMIT, *stage.batch(write(ref)))
    await stage.one.commit()
    with pytest.raises(asyncpg.PostgresError, match="fenced off") as caught:
        await committing
    assert (caught.value.sqlstate, caught.value.detail) == ("WM001", str(PART))
    assert await stage.look("select revision from waymark.runs") == [(0,)]


async def test_a_takeover_that_is_rolled_back_lets_the_commit_that_waited_through(stage: Stage) -> None:
    await stage.owned()
    ref = await stage.run()
    await stage.look(EXPIRE, stage.engine)
    await stage.one.begin()
    await stage.one(ACQUIRE, uuid4(), [PART], TTL_MS)
    committing = await stage.two.waits(COMMIT, *stage.batch(write(ref)))
    await stage.one.rollback()
    await committing
    assert await stage.look(OWNER) == [(stage.engine, stage.epoch)]


async def test_key_share_would_let_a_takeover_pass_and_share_does_not(stage: Stage) -> None:
    """Why the fence is FOR SHARE."""
    await stage.owned()
    sql = "select 1 from waymark.partitions where part = 7 for {}"
    takeover = "update waymark.partitions set epoch = epoch + 1 where part = 7"
    await stage.one.begin()
    await stage.one(sql.format("key share"))
    await stage.two(takeover)
    await stage.one.rollback()
    await stage.one.begin()
    await stage.one(sql.format("share"))
    taking = await stage.two.waits(takeover)
    await stage.one.rollback()
    await taking


async def test_the_same_epoch_of_another_engine_is_fenced_off(stage: Stage) -> None:
    """After a failover that lost a takeover, the same number is given to somebody else."""
    await stage.owned()
    ref, lost = await stage.run(), uuid4()
    with pytest.raises(asyncpg.PostgresError, match="fenced off"):
        await stage.one(COMMIT, *stage.batch(write(ref), engine=lost))
    await stage.one(COMMIT, *stage.batch(write(ref)))


async def test_commits_of_one_owner_share_the_fence(stage: Stage) -> None:
    await stage.owned()
    first, second = await stage.run(), await stage.run()
    await stage.one.begin()
    await stage.one(COMMIT, *stage.batch(write(first)))
    await stage.two(COMMIT, *stage.batch(write(second)))
    await stage.one.commit()
    assert await stage.look("select count(*) from waymark.runs where revision = 1") == [(2,)]


async def test_a_heartbeat_waits_for_no_commit_and_no_commit_for_it(stage: Stage) -> None:
    await stage.owned()
    ref = await stage.run()
    await stage.one.begin()
    await stage.one(COMMIT, *stage.batch(write(ref)))
    assert await stage.two(BEAT, stage.engine, TTL_MS) == [(stage.engine,)]
    await stage.one.commit()
    await stage.one.begin()
    await stage.one(BEAT, stage.engine, TTL_MS)
    await stage.two(COMMIT, *stage.batch(write(ref, 1)))


async def test_a_heartbeat_that_comes_during_a_takeover_is_told_that_it_is_too_late(stage: Stage) -> None:
    await stage.owned()
    await stage.look("update waymark.engines set lease_until = clock_timestamp() - interval '1 second'")
    await stage.one.begin()
    await stage.one(ACQUIRE, uuid4(), [PART], TTL_MS)
    assert await stage.two(BEAT, stage.engine, TTL_MS) == []
    await stage.one.rollback()
    assert await stage.two(BEAT, stage.engine, TTL_MS) == [], "a lease that has run out is not taken up again"


async def test_a_hand_over_waits_for_the_commits_of_its_own_side(stage: Stage) -> None:
    await stage.owned()
    ref, heir = await stage.run(), uuid4()
    await stage.look(QUERIES["register"].sql, heir, "host", "/lock")
    await stage.look("update waymark.engines set lease_until = clock_timestamp() + interval '1 hour'")
    await stage.look(QUERIES["want_partitions"].sql, heir, [PART])
    await stage.one.begin()
    await stage.one(COMMIT, *stage.batch(write(ref)))
    giving = await stage.two.waits(QUERIES["hand_over"].sql, stage.engine, [PART], [stage.epoch], heir)
    await stage.one.commit()
    assert await giving == [(PART,)]
    assert await stage.look(OWNER) == [(heir, stage.epoch + 1)]


async def test_an_owner_that_stops_inside_a_transaction_holds_its_successor_up_for_a_bounded_time(
    stage: Stage,
) -> None:
    await stage.owned()
    ref, heir = await stage.run(), uuid4()
    await stage.one("set idle_in_transaction_session_timeout = '200ms'")  # 5 s elsewhere
    await stage.one.begin()
    await stage.one(COMMIT, *stage.batch(write(ref)))
    await stage.look(EXPIRE, stage.engine)
    assert await (await stage.two.waits(ACQUIRE, heir, [PART], TTL_MS)) == [(PART, stage.epoch + 1)]
    assert await stage.look("select revision from waymark.runs") == [(0,)], "what was not committed is gone"


async def test_another_isolation_is_refused(stage: Stage) -> None:
    """A snapshot from before the takeover would let the commit through."""
    await stage.owned()
    ref = await stage.run()
    for level in ("repeatable read", "serializable"):
        await stage.one(f"begin isolation level {level}")
        with pytest.raises(asyncpg.PostgresError, match="waymark needs READ COMMITTED"):
            await stage.one(COMMIT, *stage.batch(write(ref)))
        await stage.one.rollback()
