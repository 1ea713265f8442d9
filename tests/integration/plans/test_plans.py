"""Every statement that is on the way of a run finds its rows by index, however many there are, and keeps doing so.

    pytest tests/integration/plans                             20,000 runs
    HYPOTHESIS_PROFILE=long pytest tests/integration/plans     1,000,000, which takes minutes to fill

The shapes are kept beside this file, one file for each size; `--update-golden` rewrites them. They are those of the
Postgres that the tests bring along; on others only whole scans are looked for.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from examples import profile
from tests.postgres import temporary_state
from waymark.runtime.embedded import EmbeddedPostgres
from waymark.runtime.model import Batch, CallRow, NewRun, RunRef, RunWrite, Status
from waymark.runtime.store.migrate import migrate
from waymark.runtime.store.queries import QUERIES
from waymark.runtime.store.rows import arrays_of, bits_of
from waymark.runtime.store.starts import arguments_of

from .explained import Explained, scanned_whole, shape_of

pytestmark = pytest.mark.anyio

HERE = Path(__file__).parent
ROWS = 1_000_000 if profile() == "long" else 20_000
GOLDEN_MAJOR = "18"
LARGE = {"runs", "run_data", "ids", "pages", "calls", "inbox", "offers"}
ALL_PARTS = list(range(256))
READ_MS_MAX = 250.0  # on a machine with much else to do, where a scan of 1,000,000 rows takes longer by far


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def filled() -> Iterator[str]:
    with temporary_state(on_disk=ROWS > 100_000) as state, EmbeddedPostgres.open(state, durable=False) as server:
        asyncio.run(_fill(server.dsn()))
        yield server.dsn()


async def _fill(dsn: str) -> None:
    await migrate(dsn)
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute((HERE / "seed.sql").read_text().format(rows=ROWS))
        await connection.execute("vacuum")
    finally:
        await connection.close()


@pytest.fixture
async def explained(filled: str) -> AsyncIterator[Explained]:
    connection = await asyncpg.connect(filled)
    explained = Explained(connection)
    await explained.prepare()
    yield explained
    await connection.close()


class Seeded:
    """Names of what seed.sql has made."""

    def __init__(self, numbers: dict[int, UUID]) -> None:
        self._numbers = numbers

    def ref(self, n: int) -> RunRef:
        return RunRef(n % 256, self._numbers[n])

    def of_kind(self, last: int, count: int) -> list[RunRef]:
        """Runs whose number ends with a digit, see seed.sql."""
        return [self.ref(n) for n in range(last, last + 10 * count, 10)]


async def seeded(connection: asyncpg.Connection) -> Seeded:
    rows = await connection.fetch("select n, run_of(n) as run from generate_series(0, 5000) n")
    return Seeded({row["n"]: UUID(int=row["run"].int) for row in rows})


def batch(at: Seeded, count: int) -> Batch:
    refs = sorted(at.of_kind(8, count))
    writes = tuple(RunWrite(ref, 5, Status.RUNNING, b"root", {1: b"page"}, frozenset({2})) for ref in refs)
    calls = tuple(CallRow(ref, 9, "shop:pay", 1, 1, 2, True, b"a", b"o") for ref in refs)
    consumed = tuple((ref.part, n + 1) for n, ref in enumerate(refs))
    fence = dict.fromkeys({ref.part for ref in refs}, 1)
    return Batch(at._numbers[0], fence, writes, tuple(sorted(consumed)), calls)


def cases(at: Seeded, count: int) -> dict[str, tuple[Any, ...]]:
    """The arguments of each hot statement, where it has rows to find. `count`: how many at a time."""
    some = at.of_kind(8, count)
    ended = at.of_kind(1, count)
    parts, runs = [ref.part for ref in some], [ref.run for ref in some]
    news = [NewRun("new", f"new {n}", uuid4(), b"unit", b"a", b"s") for n in range(count)]
    return {
        "commit": tuple(arrays_of(batch(at, count))),
        "start": tuple(arguments_of(news)),
        "start_one": ("new", "new 0", uuid4(), b"unit", b"a", b"s", 0),
        "find_run": (1, "workflow1", "1"),
        "read_inbox": (bits_of(frozenset(ALL_PARTS)), 500, 0, 2500),
        "read_letters": (bits_of(frozenset(ALL_PARTS)), 500, 2500),
        "look_for_entries": (ALL_PARTS,),
        "read_strikes": (ALL_PARTS,),
        "read_due_runs": (ALL_PARTS, 0, 500, None, None, None),
        "get_runs": (parts, runs),
        "read_ended_runs": ([ref.part for ref in ended], [ref.run for ref in ended]),
        "load_pages": (parts[0], runs[0]),
        "read_calls": (ended[0].part, ended[0].run),
        "get_unit": (b"unit",),
        "cancel": (parts[0], runs[0], b""),
        "send": (parts[0], runs[0], b""),
        "resume": (parts[0], runs[0]),
        "settle_commit": (sorted(set(parts)),),
        "acquire": (at._numbers[0], ALL_PARTS, 60_000),
        "extend_lease": (at._numbers[0], 60_000),
        "claim_offers": (uuid4(), ["shop:pay"], 10, 60_000, 100),
    }


HOT = sorted(cases(Seeded(dict.fromkeys(range(5001), UUID(int=0))), 1))


async def plans(explained: Explained, name: str, count: int) -> list[dict[str, Any]]:
    at = await seeded(explained.connection)
    return await explained.plans_of(QUERIES[name].sql, *cases(at, count)[name])


@pytest.mark.parametrize("count", [5, 400])
@pytest.mark.parametrize("plan_cache_mode", ["force_custom_plan", "force_generic_plan"])
@pytest.mark.parametrize("name", HOT)
async def test_no_large_table_is_read_whole(explained: Explained, name: str, plan_cache_mode: str, count: int) -> None:
    """Neither by the plan for these values nor by the one that a session makes for all values."""
    await explained.connection.execute(f"set plan_cache_mode = {plan_cache_mode}")
    found = await plans(explained, name, count)
    assert found, "auto_explain says nothing"
    assert not scanned_whole(found) & LARGE, shape_of(found)


async def test_plans_are_the_ones_that_were_looked_at(explained: Explained, request: pytest.FixtureRequest) -> None:
    if str(explained.connection.get_settings().server_version).split(".")[0] != GOLDEN_MAJOR:
        pytest.skip(f"NOT TESTED: plans are kept of Postgres {GOLDEN_MAJOR}")
    shapes = [f"# {name}\n{shape_of(await plans(explained, name, 50))}\n" for name in HOT]
    page = HERE / f"plans_{ROWS}.txt"
    said = "\n".join(shapes)
    if request.config.getoption("--update-golden"):
        page.write_text(said)
    assert page.read_text() == said, "review them, and rewrite them by --update-golden"


@pytest.mark.parametrize("name", ["read_due_runs", "look_for_entries", "read_strikes", "read_inbox", "read_letters"])
async def test_a_poll_is_quick_beside_all_of_them(filled: str, name: str, record_property: Any) -> None:
    connection = await asyncpg.connect(filled)
    try:
        arguments = cases(await seeded(connection), 1)[name]
        took_ms = []
        for _ in range(30):
            began = time.perf_counter()
            await connection.fetch(QUERIES[name].sql, *arguments)
            took_ms.append(1000 * (time.perf_counter() - began))
    finally:
        await connection.close()
    record_property("median_ms", statistics.median(took_ms))
    assert statistics.median(took_ms) < READ_MS_MAX
