"""Runs in several databases: each whole in one, and one that is away harms nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from tests.postgres import create_database, drop_database
from waymark.compiler.library import linked_units
from waymark.compiler.pipeline import compile_text
from waymark.runtime.embedded import EmbeddedPostgres
from waymark.runtime.engine.inside import running_engine
from waymark.runtime.engine.settings import EngineSettings
from waymark.runtime.engine.shell import Engine
from waymark.runtime.model import NewRun, RunRef, Status, partition_of
from waymark.runtime.people import RunQuery
from waymark.runtime.ports import Away, Unreachable
from waymark.runtime.store.home_store import HomeStore
from waymark.runtime.store.homes import Misrouted, spelled
from waymark.runtime.store.opening import Database, DatabaseSettingError, databases, open_home, open_store
from waymark.runtime.store.routed import RoutedStore
from waymark.runtime.workers.inline import InlineWorkers
from waymark.vm.codec import code_hash, encode_unit
from waymark.vm.wire import decode_outcome, encode_value

from .making import new_run, rows
from .wires import Wire

pytestmark = pytest.mark.anyio

RANGES = ["0-63", "64-127", "128-191", "192-255"]
TEXT = """
from waymark import Workflow, action, workflow


@action
async def act(n: int) -> int: ...


@workflow
class Doubling(Workflow):
    async def run(self, n: int) -> int:
        first = await act(n)
        return await act(first)


@workflow
class Parent(Workflow):
    async def run(self, n: int) -> int:
        total = 0
        for each in range(n):
            total += await Doubling().run(n=each)
        return total
"""


@pytest.fixture
def four(postgres_server: EmbeddedPostgres, template: str) -> Iterator[list[str]]:
    names = [f"home_{number}" for number in range(4)]
    for name in names:
        create_database(postgres_server, name, template)
    yield [postgres_server.dsn(name) for name in names]
    for name in names:
        drop_database(postgres_server, name)


def named(dsns: list[str]) -> tuple[Database, ...]:
    shared = " ".join(f"{parts}={dsn}" for parts, dsn in zip(RANGES, dsns, strict=True))
    return databases({"WAYMARK_DATABASE_URLS": shared})


@asynccontextmanager
async def routed(dsns: list[str]) -> AsyncIterator[RoutedStore]:
    store = await open_store(named(dsns))
    assert isinstance(store, RoutedStore)
    try:
        yield store
    finally:
        await store.close()


class Program:
    def __init__(self) -> None:
        compilation = compile_text(TEXT, path="doubling.py", module="doubling")
        compilation.raise_if_failed()
        assert compilation.unit is not None
        self.entry = code_hash(compilation.unit)
        self.units = {code_hash(unit): encode_unit(unit) for unit in linked_units(compilation.unit)}

    def new(self, key: str, n: int, workflow: str = "doubling") -> NewRun:
        return NewRun(workflow, key, uuid4(), self.entry, encode_value({"n": n}, "arguments"), uuid4().bytes)


async def act(n: int) -> int:
    return 2 * n


@asynccontextmanager
async def engines(dsns: list[str], folder: Path, hosts: int = 2) -> AsyncIterator[list[Engine]]:
    """As so many hosts have them: on each an engine for each of the databases."""
    async with AsyncExitStack() as stack:
        running = []
        for _ in range(hosts):
            for index, database in enumerate(named(dsns)):
                store = await open_home(named(dsns), index, application_name="waymark engine")
                stack.push_async_callback(store.close)
                settings = EngineSettings(
                    state_dir=folder, parts=database.parts, poll_busy_ms=5, poll_idle_ms=20, heartbeat_ms=200
                )
                inline = InlineWorkers({"doubling:act": act})
                running.append(await stack.enter_async_context(running_engine(store, inline, settings=settings)))
        yield running


async def test_each_run_is_whole_in_the_database_of_its_partition(four: list[str]) -> None:
    async with routed(four) as store:
        news = [new_run() for _ in range(200)]
        assert await store.start_many(news[:150]) == [new.ref for new in news[:150]]
        assert [await store.start(new) for new in news[150:]] == [new.ref for new in news[150:]]
        assert await store.start_many(news) == [new.ref for new in news], "and nowhere twice"
        assert {run.ref for run in await store.get_runs([new.ref for new in news])} == {new.ref for new in news}
        assert await store.find_run(news[0].workflow, news[0].key) == news[0].ref
        listed = await store.list_runs(RunQuery(), 50)
    assert [row.created_at for row in listed] == sorted((row.created_at for row in listed), reverse=True)
    for number, dsn in enumerate(four):
        there = {part for (part,) in await rows(dsn, "select part from waymark.runs")}
        assert there == {new.ref.part for new in news if new.ref.part // 64 == number} and there


async def test_two_hosts_over_four_databases_of_which_one_stops_and_comes_back(four: list[str], tmp_path: Path) -> None:
    program = Program()
    async with Wire(four[1]) as wire:
        dsns = [four[0], wire.dsn, four[2], four[3]]
        async with routed(dsns) as client, engines(dsns, tmp_path):
            await client.put_units(program.units)
            refs = await client.start_many([program.new(f"before {n}", n) for n in range(60)])
            assert await doubled(client, refs) == [4 * n for n in range(60)]

            wire.stop()
            later = [program.new(f"during {n}", n) for n in range(80)]
            here = [new for new in later if not 64 <= new.ref.part < 128]
            away = [new for new in later if 64 <= new.ref.part < 128]
            assert here and away
            refs = [await client.start(new) for new in here]
            async with asyncio.timeout(20):
                assert len(await doubled(client, refs)) == len(here), "the others go on"
            starting = asyncio.create_task(client.start(away[0]))
            await asyncio.wait([starting], timeout=0.3)
            assert not starting.done(), "it waits for its database"

            await wire.resume()
            async with asyncio.timeout(20):
                refs = [await starting, *[await client.start(new) for new in away[1:]]]
                assert len(await doubled(client, refs)) == len(away)
    for number, dsn in enumerate(four):
        counts = await rows(dsn, "select status, count(*) from waymark.runs group by 1")
        assert [status for status, _ in counts] == ["finished"], number


async def test_children_live_wherever_their_ids_lead_and_their_parents_hear_of_them(
    four: list[str], tmp_path: Path
) -> None:
    program = Program()
    async with routed(four) as client, engines(four, tmp_path, hosts=1):
        await client.put_units(program.units)
        refs = await client.start_many([program.new(f"parent {n}", 6, "parent") for n in range(4)])
        assert await doubled(client, refs) == [4 * sum(range(6))] * 4
    homes = [await rows(dsn, "select count(*) from waymark.runs where workflow = 'doubling'") for dsn in four]
    assert sum(count for ((count,),) in homes) == 24 and sum(count > 0 for ((count,),) in homes) > 2
    for dsn in four:
        assert await rows(dsn, "select count(*) from waymark.outbox") == [(0,)]
        assert await rows(dsn, "select count(*) from waymark.received where confirmed_at is null") == [(0,)]


async def test_a_message_to_another_database_arrives_once_however_often_it_is_brought(four: list[str]) -> None:
    async with routed(four) as client:
        ref = await client.start(next(new for new in (new_run() for _ in range(1000)) if new.ref.part > 200))
        await rows(
            four[0],
            "insert into waymark.outbox (part, run, to_part, to_run, kind, body) "
            "select 3, $1, $2, $3, 5, convert_to('m' || n, 'UTF8') "
            "from generate_series(1, 3) n",
            uuid4(),
            ref.part,
            ref.run,
        )
        one, two = [await open_home(named(four), 0) for _ in range(2)]
        there = await open_home(named(four), 3)
        assert isinstance(one, HomeStore)
        try:
            stale = await one.read_outbox([3], range(192, 256), 10)
            assert len(stale) == 3 and await one.read_outbox([4], range(192, 256), 10) == []
            await asyncio.gather(one.move_outbox([3]), two.move_outbox([3]), there.receive(stale))
            await there.receive(stale)  # one who died in between, or was slow
        finally:
            for store in (one, two, there):
                await store.close()
        entries = await client.read_inbox([ref.part], 10, starts=False)
    assert [entry.body for entry in entries] == [b"m1", b"m2", b"m3"]
    assert await rows(four[0], "select count(*) from waymark.outbox") == [(0,)]


async def test_messages_for_a_database_that_is_away_wait_and_hold_nobody_up(four: list[str]) -> None:
    async with routed(four):
        pass
    put = "insert into waymark.outbox (part, run, to_part, to_run, kind, body) values (3, $1, $2, $1, 5, 'm')"
    async with Wire(four[3]) as wire:
        store = await open_home(named([*four[:3], wire.dsn]), 0)
        try:
            wire.stop()
            for part in (70, 250):
                await rows(four[0], put, uuid4(), part)
            moved = await store.move_outbox([3])
            assert moved.more, "the one for 70"
            assert not (await store.move_outbox([3])).more, "and do not ask again at once"
            assert await rows(four[0], "select to_part from waymark.outbox") == [(250,)]
            await wire.resume()
            assert (await store.move_outbox([3])).more
        finally:
            await store.close()
    assert await rows(four[0], "select count(*) from waymark.outbox") == [(0,)]


async def doubled(client: RoutedStore, refs: list[RunRef]) -> list[int]:
    ended = await asyncio.gather(*(client.wait_ended(ref, 30) for ref in refs))
    assert all(run is not None and run.status == Status.FINISHED for run in ended)
    return [decode_outcome(run.outcome).value for run in ended if run and run.outcome]  # type: ignore[union-attr]


async def test_a_client_begins_while_a_database_is_away(four: list[str], tmp_path: Path) -> None:
    program = Program()
    async with Wire(four[3]) as wire:
        dsns = [*four[:3], wire.dsn]
        wire.stop()
        async with routed(dsns) as client:
            await client.put_units(program.units)
            news = [program.new(str(n), n) for n in range(40)]
            here = [new for new in news if new.ref.part < 192]
            away = [new for new in news if new.ref.part >= 192]
            assert await client.start_many(here) == [new.ref for new in here]
            with pytest.raises(Away, match="no server answers there"):
                await client.start(away[0])
            await wire.resume()
            await client.start(away[0])
            assert await rows(four[3], "select count(*) from waymark.units") == [(len(program.units),)], "caught up"


async def test_an_engine_finds_a_unit_that_its_database_missed(four: list[str]) -> None:
    async with routed(four) as client:
        await client.put_units({b"u" * 32: b"body"})
    await rows(four[2], "delete from waymark.units")
    store = await open_home(named(four), 2)
    try:
        assert await store.get_unit(b"u" * 32) == b"body"
        assert await store.get_unit(b"v" * 32) is None
    finally:
        await store.close()
    assert await rows(four[2], "select body from waymark.units") == [(b"body",)]


async def test_another_division_is_refused(four: list[str]) -> None:
    async with routed(four):
        pass
    swapped = [four[1], four[0], *four[2:]]
    with pytest.raises(
        Misrouted, match=r"is home to partitions (64-127|0-63), and here it is asked for (0-63|64-127); give every"
    ):
        await open_store(named(swapped))
    with pytest.raises(Misrouted, match=r"is home to partitions 0-63, and here it is asked for 0-255"):
        await open_store((Database(four[0]),))
    with pytest.raises(Misrouted, match=r"is home to partitions 192-255"):
        await open_home(named(four[::-1]), 0)


async def test_a_mistake_in_one_of_them_is_told_at_once(four: list[str]) -> None:
    with pytest.raises(Unreachable, match=r"\(3D000\); the database does not exist"):
        await open_store(named([*four[:3], f"{four[3]}_missing"]))


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"WAYMARK_DATABASE_URL": "postgresql://a/x", "WAYMARK_DATABASE_URLS": "0-255=postgresql://a/x"}, "both"),
        ({"WAYMARK_DATABASE_URLS": "postgresql://a/x"}, "a part of it has no partitions in front"),
        ({"WAYMARK_DATABASE_URLS": "0-127=postgresql://a/x"}, "has no database for partition 128"),
        ({"WAYMARK_DATABASE_URLS": "0-127=postgresql://a/x 127-255=postgresql://b/x"}, "gives partition 127 to two"),
        ({"WAYMARK_DATABASE_URLS": "0-256=postgresql://a/x"}, "names partitions 0-256; they are 0 to 255"),
        ({"WAYMARK_DATABASE_URLS": "0-255=mysql://u:hidden@a/x"}, "WAYMARK_DATABASE_URLS: the DSN cannot be read"),
        (
            {"WAYMARK_DATABASE_URL": "postgresql://a/x", "WAYMARK_LISTEN_URL": "postgresql://a/x postgresql://b/x"},
            "names 2",
        ),
        (
            {"WAYMARK_DATABASE_URL": "postgresql://a/x", "WAYMARK_LISTEN_URL": "redis://u:hidden@a"},
            "WAYMARK_LISTEN_URL",
        ),
        ({"WAYMARK_DATABASE_URL": "postgresql://a:0/x"}, "has '0' as its port, which is a number from 1 to 65535"),
    ],
)
def test_settings_that_make_no_sense(environ: dict[str, str], said: str) -> None:
    with pytest.raises(DatabaseSettingError) as caught:
        databases(environ)
    assert said in str(caught.value) and "hidden" not in str(caught.value)


def test_what_is_named() -> None:
    assert databases({}) == ()
    (one,) = databases({"WAYMARK_DATABASE_URL": "postgresql://a:1,b:2/x", "WAYMARK_DATABASE_POOLED": "1"})
    assert (one.dsn, len(one.parts), one.pooled, one.listen) == ("postgresql://a:1,b:2/x", 256, True, None)
    upper, lower = "128-255=postgresql://b/x", "0-127=postgresql://a/x"
    two = databases(
        {"WAYMARK_DATABASE_URLS": f"{upper}\n{lower}", "WAYMARK_LISTEN_URL": "postgresql://c/x postgresql://d/x"}
    )
    assert [(each.dsn, min(each.parts), each.listen) for each in two] == [
        ("postgresql://a/x", 0, "postgresql://c/x"),
        ("postgresql://b/x", 128, "postgresql://d/x"),
    ]
    assert spelled({0, 1, 2, 3, 7, 9, 10}) == "0-3, 7, 9-10" and spelled(()) == "none"
    assert partition_of("w", "k") in range(256)
