"""Three engines that come and go while runs are started all the time: shares are even, and nobody loses anything.

A trigger writes down every change of hands, so that what two engines could have believed at the same time is seen.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from benchmarks.chaos import deeds, ledger
from benchmarks.chaos.deployment import Deployment, Host
from benchmarks.chaos.ledger import Event
from waymark.client import Client, Handle
from waymark.runtime.store.opening import Database, open_store
from waymark.workflow import compiled_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc")

DEADLINE_S = 280.0
AT_ONCE = 8
RUNS_A_PHASE = 8
STOP_S = 40.0
# Each of n engines draws a number for each of 256 partitions: 128 +- 8 with two of them, 85 +- 7.5 with three. Five of
# those standard deviations are exceeded once in a million.
OF_TWO, OF_THREE = range(88, 169), range(48, 124)

WATCH = """
create table waymark.hands (n bigserial primary key, part smallint, epoch bigint, engine uuid);
create function waymark.note_hand() returns trigger language plpgsql as $$
begin
    insert into waymark.hands (part, epoch, engine) values (new.part, new.epoch, new.engine);
    return null;
end
$$;
create trigger note_hands after update on waymark.partitions for each row
    when (old.engine is distinct from new.engine or old.epoch <> new.epoch) execute function waymark.note_hand();
"""
SHARES = """
select count(p.part) from waymark.engines e left join waymark.partitions p using (engine)
 where e.lease_until >= clock_timestamp() group by e.engine order by 1
"""


class Feeding:
    """Runs, some at once, until it is told to stop."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._ended = 0
        self._moved = asyncio.Event()
        self._stopping = False
        self.results: list[list[int]] = []

    async def serve(self) -> None:
        turn, handles = asyncio.Semaphore(AT_ONCE), 0
        async with asyncio.TaskGroup() as group:
            while not self._stopping:
                await turn.acquire()
                number, handles = handles, handles + 1
                self.results.append([])
                handle = await self._client.start(compiled_of(deeds.Deeds), {"number": number}, f"run {number}")
                group.create_task(self._one(number, handle, turn))

    async def _one(self, number: int, handle: Handle, turn: asyncio.Semaphore) -> None:
        self.results[number] = await handle.result()
        self._ended += 1
        self._moved.set()
        turn.release()

    async def goes_on(self) -> None:
        """Some more come to their end."""
        until = self._ended + RUNS_A_PHASE
        while self._ended < until:
            self._moved.clear()
            await self._moved.wait()

    def stop(self) -> None:
        self._stopping = True


@asynccontextmanager
async def fed(deployment: Deployment) -> AsyncIterator[Feeding]:
    store = await open_store((Database(deployment.dsn),), application_name="waymark client")
    feeding = Feeding(Client(store))
    serving = asyncio.create_task(feeding.serve())
    try:
        yield feeding
        feeding.stop()
        await serving
    finally:
        serving.cancel()
        await asyncio.wait({serving})
        await store.close()


async def shared(connection: asyncpg.Connection, count: int, bounds: range) -> None:
    """When so many engines live, all partitions are theirs, and each one's share is in these bounds."""
    while True:
        shares = [row["count"] for row in await connection.fetch(SHARES)]
        if len(shares) == count and sum(shares) == 256 and all(share in bounds for share in shares):
            return
        await asyncio.sleep(0.1)


def killed(host: Host) -> Event:
    assert host.process is not None
    event = Event(time.monotonic(), "kill_supervisor", host.name)
    host.process.kill()
    host.process.wait()
    return event


def test_three_engines_come_and_go_and_share_what_there_is() -> None:
    async def test() -> None:
        with Deployment(hosts=3, shards=1, small_disk=False, **{deeds.PACE_VARIABLE: "0.01"}) as deployment:
            one, two, three = deployment.hosts
            one.start()
            async with fed(deployment) as feeding:
                await feeding.goes_on()
                connection = await asyncpg.connect(deployment.direct_dsn)
                try:
                    await connection.execute(WATCH)
                    two.start()
                    await shared(connection, 2, OF_TWO)
                    await feeding.goes_on()
                    three.start()
                    await shared(connection, 3, OF_THREE)
                    await feeding.goes_on()
                    assert await asyncio.to_thread(one.stop, STOP_S) == 0, "it drains"
                    await shared(connection, 2, OF_TWO)
                    await feeding.goes_on()
                    one.start()
                    await shared(connection, 3, OF_THREE)
                    misfortune = killed(two)
                    await shared(connection, 2, OF_TWO)
                    await feeding.goes_on()
                    two.start()
                    await shared(connection, 3, OF_THREE)
                    await feeding.goes_on()
                    hands = [tuple(row) for row in await connection.fetch("select * from waymark.hands order by n")]
                finally:
                    await connection.close()
            runs = len(feeding.results)
            assert feeding.results == [deeds.expected(number) for number in range(runs)]
            assert one_owner_at_a_time(hands)
            assert ledger.faults(ledger.read(deployment.ledger), [misfortune], runs) == []
            print(f"{runs} runs, {len(hands)} changes of hands")

    async def within_deadline() -> None:
        async with asyncio.timeout(DEADLINE_S):
            await test()

    asyncio.run(within_deadline())


def one_owner_at_a_time(hands: list[tuple[int, int, int, object]]) -> bool:
    """Every epoch of a partition belongs to one engine, and a later owner has a higher one."""
    owners = Counter({(part, epoch): 0 for _, part, epoch, _ in hands})
    last: dict[int, int] = {}
    for _, part, epoch, engine in hands:
        if engine is None:
            continue  # released: nobody has it, under the epoch that its last owner had
        owners[part, epoch] += 1
        if owners[part, epoch] > 1 or epoch <= last.get(part, -1):
            return False
        last[part] = epoch
    return True


def test_two_owners_of_one_epoch_are_seen() -> None:
    assert one_owner_at_a_time([(1, 7, 1, "a"), (2, 7, 1, None), (3, 7, 2, "b")])
    assert not one_owner_at_a_time([(1, 7, 1, "a"), (2, 7, 1, "b")])
    assert not one_owner_at_a_time([(1, 7, 2, "a"), (2, 7, 1, "b")])
