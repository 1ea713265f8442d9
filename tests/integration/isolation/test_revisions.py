"""Decision 3: a state is written over the one that it came of, or not at all; the unknown is found out by waiting."""

from __future__ import annotations

import asyncpg
import pytest

from waymark.runtime.model import Status
from waymark.runtime.store.queries import QUERIES

from .sessions import COMMIT, PART, Stage, write

pytestmark = pytest.mark.anyio

SETTLE = QUERIES["settle_commit"].sql
RUNS = "select revision, root from waymark.runs order by revision"


async def test_of_two_commits_on_one_state_the_second_waits_and_is_stale(stage: Stage) -> None:
    await stage.owned()
    ref = await stage.run()
    await stage.one.begin()
    await stage.one(COMMIT, *stage.batch(write(ref, root=b"first")))
    committing = await stage.two.waits(COMMIT, *stage.batch(write(ref, root=b"second")))
    await stage.one.commit()
    with pytest.raises(asyncpg.PostgresError) as caught:
        await committing
    assert (caught.value.sqlstate, caught.value.detail) == ("WM002", f"{PART}:{ref.run}")
    assert await stage.look(RUNS) == [(1, b"first")]


async def test_if_the_first_is_rolled_back_the_second_stands(stage: Stage) -> None:
    await stage.owned()
    ref = await stage.run()
    await stage.one.begin()
    await stage.one(COMMIT, *stage.batch(write(ref, root=b"first")))
    committing = await stage.two.waits(COMMIT, *stage.batch(write(ref, root=b"second")))
    await stage.one.rollback()
    await committing
    assert await stage.look(RUNS) == [(1, b"second")]


async def test_one_stale_run_takes_the_whole_batch_along(stage: Stage) -> None:
    await stage.owned()
    fresh, stale = await stage.run(), await stage.run()
    await stage.one(COMMIT, *stage.batch(write(stale)))
    with pytest.raises(asyncpg.PostgresError, match="another revision"):
        await stage.two(COMMIT, *stage.batch(write(fresh), write(stale)))
    assert [revision for revision, _ in await stage.look(RUNS)] == [0, 1]


async def test_after_an_unknown_outcome_settling_waits_until_the_commit_has_happened(stage: Stage) -> None:
    await stage.owned()
    ref = await stage.run()
    await stage.one.begin()
    await stage.one(COMMIT, *stage.batch(write(ref)))
    settling = await stage.two.waits(SETTLE, [PART])
    assert await stage.look(RUNS) == [(0, b"")], "who reads before that reads the past"
    await stage.one.commit()
    assert await settling == [(PART,)]
    assert await stage.look(RUNS) == [(1, b"root")]


async def test_or_until_it_has_failed(stage: Stage) -> None:
    await stage.owned()
    ref = await stage.run()
    await stage.one.begin()
    await stage.one(COMMIT, *stage.batch(write(ref)))
    settling = await stage.two.waits(SETTLE, [PART])
    await stage.one.dies()
    assert await settling == [(PART,)]
    assert await stage.look(RUNS) == [(0, b"")]
    await stage.two(COMMIT, *stage.batch(write(ref)))


async def test_a_commit_that_arrives_after_settling_meets_its_revision_or_changes_nothing(stage: Stage) -> None:
    await stage.owned()
    ref = await stage.run()
    await stage.two(SETTLE, [PART])
    await stage.one(COMMIT, *stage.batch(write(ref, root=b"late")))
    with pytest.raises(asyncpg.PostgresError, match="another revision"):
        await stage.two(COMMIT, *stage.batch(write(ref, root=b"again")))
    assert await stage.look(RUNS) == [(1, b"late")]


async def test_after_a_failover_that_lost_commits_the_owner_learns_of_it_by_the_revision(stage: Stage) -> None:
    await stage.owned()
    ref = await stage.run()
    for revision in range(3):
        await stage.one(COMMIT, *stage.batch(write(ref, revision)))
    await stage.look("update waymark.runs set revision = 1, root = 'old'")  # as the standby has it
    with pytest.raises(asyncpg.PostgresError, match="another revision"):
        await stage.one(COMMIT, *stage.batch(write(ref, 3, Status.FINISHED)))
    assert await stage.look(RUNS) == [(1, b"old")]
