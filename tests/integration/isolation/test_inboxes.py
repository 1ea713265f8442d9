"""Decision 8: only the owner writes a run; whoever else wants something of it inserts, and waits for nobody."""

from __future__ import annotations

from uuid import UUID

import pytest

from waymark.runtime.model import NewRun, RunRef, Status
from waymark.runtime.store.queries import QUERIES
from waymark.runtime.store.rows import bits_of
from waymark.runtime.store.starts import arguments_of

from .sessions import COMMIT, PART, Stage, write

pytestmark = pytest.mark.anyio

READ = QUERIES["read_inbox"].sql
SEND = QUERIES["send"].sql
CANCEL = QUERIES["cancel"].sql
START = QUERIES["start"].sql
INSERT = "insert into waymark.inbox (part, run, kind, body) values (7, $1, 5, $2) returning seq"


async def entries(stage: Stage) -> list[tuple[int, bytes]]:
    found = await stage.look(READ, bits_of(frozenset([PART])), 100, 0, 500)
    return [(row[1], bytes(row[4])) for row in found if row[3] != 1]


async def without_start(stage: Stage) -> RunRef:
    ref = await stage.run()
    await stage.look("delete from waymark.inbox")
    return ref


async def test_an_entry_that_commits_late_with_a_lower_number_is_read_all_the_same(stage: Stage) -> None:
    await stage.owned()
    ref = await without_start(stage)
    await stage.one.begin()
    ((low,),) = await stage.one(INSERT, ref.run, b"early")
    ((high,),) = await stage.two(INSERT, ref.run, b"late")
    assert await entries(stage) == [(high, b"late")]
    await stage.two(COMMIT, *stage.batch(write(ref), consumed=((PART, high),)))
    await stage.one.commit()
    assert low < high and await entries(stage) == [(low, b"early")]


async def test_nobody_who_sends_waits_for_an_open_commit_of_the_run(stage: Stage) -> None:
    await stage.owned()
    ref = await without_start(stage)
    await stage.one.begin()
    await stage.one(COMMIT, *stage.batch(write(ref)))
    await stage.two(SEND, PART, ref.run, b"hello")
    await stage.two(CANCEL, PART, ref.run, b"why")
    await stage.one.commit()
    assert [body for _, body in await entries(stage)] == [b"hello", b"why"]


async def test_a_commit_waits_for_nobody_who_sends(stage: Stage) -> None:
    await stage.owned()
    ref = await without_start(stage)
    await stage.one.begin()
    await stage.one(SEND, PART, ref.run, b"hello")
    await stage.two(COMMIT, *stage.batch(write(ref)))
    await stage.one.commit()
    assert [body for _, body in await entries(stage)] == [b"hello"]


async def test_an_entry_is_there_until_the_commit_that_contains_it_is_made(stage: Stage) -> None:
    await stage.owned()
    ref = await without_start(stage)
    ((seq,),) = await stage.look(INSERT, ref.run, b"m")
    await stage.one.begin()
    await stage.one(COMMIT, *stage.batch(write(ref), consumed=((PART, seq),)))
    assert await entries(stage) == [(seq, b"m")]
    await stage.one.rollback()
    assert await entries(stage) == [(seq, b"m")], "and is there again for the next owner"
    await stage.two(COMMIT, *stage.batch(write(ref), consumed=((PART, seq),)))
    assert await entries(stage) == []


async def test_what_arrives_while_a_run_ends_is_kept_for_its_owner_to_answer(stage: Stage) -> None:
    """The cancel saw a run that had not ended; who ends it did not see the cancel. Whichever commits first, no row of
    the run is written by both."""
    await stage.owned()
    ref = await without_start(stage)
    await stage.one.begin()
    await stage.one(COMMIT, *stage.batch(write(ref, status=Status.FINISHED, outcome=b"o")))
    assert len(await stage.two(CANCEL, PART, ref.run, b"why")) == 1
    await stage.one.commit()
    assert [body for _, body in await entries(stage)] == [b"why"]
    assert await stage.two(CANCEL, PART, ref.run, b"later") == [], "afterwards it is told that there is nothing to do"
    assert await stage.look("select status from waymark.runs") == [("finished",)]


async def test_of_two_starts_of_one_id_the_second_waits_and_gets_the_first_ones_run(stage: Stage) -> None:
    first, second = (NewRun("Orders", "order-7", run, b"u", b"a", b"s") for run in await two_ids(stage))
    await stage.one.begin()
    await stage.one(START, *arguments_of([first]))
    starting = await stage.two.waits(START, *arguments_of([second]))
    await stage.one.commit()
    assert await starting == [([first.run],)]


async def test_and_starts_its_own_if_the_first_is_rolled_back(stage: Stage) -> None:
    first, second = (NewRun("Orders", "order-7", run, b"u", b"a", b"s") for run in await two_ids(stage))
    await stage.one.begin()
    await stage.one(START, *arguments_of([first]))
    starting = await stage.two.waits(START, *arguments_of([second]))
    await stage.one.rollback()
    assert await starting == [([second.run],)]
    assert await stage.look("select run from waymark.runs") == [(second.run,)]


async def test_starts_of_several_ids_lock_them_in_one_order(stage: Stage) -> None:
    """So that two who start the same in opposite order wait for each other in a line, and not in a circle."""
    ids = await two_ids(stage)
    news = [NewRun("Orders", key, run, b"u", b"a", b"s") for key, run in zip("ab", ids, strict=True)]
    await stage.one.begin()
    await stage.one(START, *arguments_of(news))
    starting = await stage.two.waits(START, *arguments_of(news[::-1]))
    await stage.one.commit()
    assert await starting == [(ids[::-1],)]


async def two_ids(stage: Stage) -> list[UUID]:
    ((ids,),) = await stage.look("select array[gen_random_uuid(), gen_random_uuid()]")
    return list(ids)
