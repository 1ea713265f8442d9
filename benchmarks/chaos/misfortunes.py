"""What can go wrong, one function each: it does it, and says what it did. What has to be undone is undone in time."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections.abc import Awaitable, Callable

import asyncpg

from waymark.runtime.embedded import EmbeddedPostgresError

from .deployment import ENGINE, HELPER, SUPERVISOR, TTL_MS, WORKER, Deployment, Host

Misfortune = Callable[["Fate"], Awaitable[str]]
MISFORTUNES: dict[str, Misfortune] = {}
STATEMENT_S_MAX = 60.0
REVIVE_S_MAX = 60.0
HALT_S_MAX = 3.0


class Fate:
    """Draws what happens, and to whom, from a seed."""

    def __init__(self, deployment: Deployment, seed: int) -> None:
        self.deployment = deployment
        self.draw = random.Random(seed)
        self._later: set[asyncio.Task[None]] = set()
        self._dump: asyncio.Task[None] | None = None

    def later(self, seconds: float, act: Callable[[], object]) -> None:
        async def undo() -> None:
            await asyncio.sleep(seconds)
            act()

        task = asyncio.create_task(undo())
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def settle(self) -> None:
        """Everything that was done is undone."""
        while self._later:
            await asyncio.gather(*self._later)
        if self._dump is not None:
            await asyncio.wait({self._dump})

    def signal(self, module: str, number: signal.Signals) -> int | None:
        pids = self.deployment.pids(module)
        if not pids:
            return None
        pid = self.draw.choice(pids)
        return pid if send(pid, number) else None

    async def execute(self, *statements: str) -> list[object]:
        """Each in a transaction of its own, as the administrator."""
        connection = await asyncpg.connect(self.deployment.direct_dsn, timeout=10)
        try:
            return [await connection.fetchval(statement, timeout=STATEMENT_S_MAX) for statement in statements]
        finally:
            connection.terminate()

    def dump(self, seconds: float) -> bool:
        """Whether nobody dumps already."""
        if self._dump is not None and not self._dump.done():
            return False
        self._dump = asyncio.create_task(_dump(self.deployment.direct_dsn, seconds))
        return True


def send(pid: int, number: signal.Signals) -> bool:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def misfortune(act: Misfortune) -> Misfortune:
    MISFORTUNES[act.__name__] = act
    return act


@misfortune
async def kill_engine(fate: Fate) -> str:
    return f"engine {fate.signal(ENGINE, signal.SIGKILL)}"


@misfortune
async def kill_helper(fate: Fate) -> str:
    return f"helper {fate.signal(HELPER, signal.SIGKILL)}"


@misfortune
async def kill_worker(fate: Fate) -> str:
    return f"worker {fate.signal(WORKER, signal.SIGKILL)}"


@misfortune
async def kill_supervisor(fate: Fate) -> str:
    host: Host = fate.draw.choice(fate.deployment.hosts)
    if not host.runs:
        return "no supervisor"
    assert host.process is not None
    host.process.kill()
    host.process.wait()
    fate.later(fate.draw.uniform(0.0, 1.5), host.start)
    return f"supervisor of {host.name}"


@misfortune
async def kill_postmaster(fate: Fate) -> str:
    """All of the server's processes end with it, and it recovers from its log."""
    server = fate.deployment.server
    pid = server.pid
    send(pid, signal.SIGKILL)
    await asyncio.to_thread(_revive, fate.deployment)
    return f"postmaster {pid}"


def _revive(deployment: Deployment) -> None:
    """Also on a disk that is full right now, once it is not any more."""
    deadline = time.monotonic() + REVIVE_S_MAX
    while True:
        try:
            deployment.server.revive()
            return
        except EmbeddedPostgresError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


@misfortune
async def stop_engine(fate: Fate) -> str:
    """For longer than its lease, in the middle of whatever it was at. Its supervisor kills it in the end."""
    if (pid := fate.signal(ENGINE, signal.SIGSTOP)) is None:
        return "no engine"
    seconds = TTL_MS / 1000 * fate.draw.uniform(0.3, 1.6)
    fate.later(seconds, lambda: send(pid, signal.SIGCONT))
    return f"engine {pid} for {seconds:.1f} s"


@misfortune
async def stop_supervisor(fate: Fate) -> str:
    if (pid := fate.signal(SUPERVISOR, signal.SIGSTOP)) is None:
        return "no supervisor"
    seconds = TTL_MS / 1000 * fate.draw.uniform(0.3, 1.6)
    fate.later(seconds, lambda: send(pid, signal.SIGCONT))
    return f"supervisor {pid} for {seconds:.1f} s"


@misfortune
async def stop_engine_inside_a_transaction(fate: Fate) -> str:
    """The server has executed its commit and holds the locks, but was not told to end it. No timeout of it counts."""
    proxy = fate.deployment.proxy
    halted = await asyncio.to_thread(proxy.halt_commit, fate.draw.randrange, HALT_S_MAX)
    if halted is None:
        return "nobody commits"
    pid = fate.deployment.engine_at(halted.port)
    seconds = TTL_MS / 1000 * fate.draw.uniform(0.3, 1.6)
    if pid is not None:
        send(pid, signal.SIGSTOP)
        fate.later(seconds, lambda: send(pid, signal.SIGCONT))
    fate.later(seconds, lambda: proxy.release(halted))
    return f"engine {pid} for {seconds:.1f} s"


@misfortune
async def stop_inside_a_transaction(fate: Fate) -> str:
    """A backend that commits stands still with its locks, as behind a disk that does not answer."""
    pid = (await fate.execute(BACKEND.format(fate.draw.randint(0, 99), "% lane%")))[0]
    if not isinstance(pid, int) or not send(pid, signal.SIGSTOP):
        return "no backend"
    seconds = fate.draw.uniform(0.3, 3.0)
    fate.later(seconds, lambda: send(pid, signal.SIGCONT))
    return f"backend {pid} for {seconds:.1f} s"


BACKEND = """
select pid from pg_stat_activity where application_name like '{1}' and application_name like 'waymark%'
 order by md5(pid::text || '{0}') limit 1
"""


@misfortune
async def terminate_backend(fate: Fate) -> str:
    pid = (await fate.execute(BACKEND.format(fate.draw.randint(0, 99), "%")))[0]
    if isinstance(pid, int):
        await fate.execute(f"select pg_terminate_backend({pid})")
    return f"backend {pid}"


@misfortune
async def cut_after_commit(fate: Fate) -> str:
    fate.deployment.proxy.cut_after_commit()
    return "the next message of each lane is the last of its connection"


@misfortune
async def black_hole(fate: Fate) -> str:
    seconds = fate.draw.uniform(1.0, 8.0)
    fate.deployment.proxy.black_hole(fate.draw.randrange, seconds)
    return f"a connection for {seconds:.1f} s"


@misfortune
async def full_disk(fate: Fate) -> str:
    if not fate.deployment.small_disk:
        return "not here: a file system of our own takes root"
    ballast = fate.deployment.fill_disk()
    seconds = fate.draw.uniform(0.5, 1.5)
    fate.later(seconds, lambda: ballast.unlink(missing_ok=True))  # another one may have been in the same file
    return f"for {seconds:.1f} s"


@misfortune
async def long_dump(fate: Fate) -> str:
    seconds = fate.draw.uniform(5.0, 15.0)
    return f"for {seconds:.1f} s" if fate.dump(seconds) else "there is one already"


@misfortune
async def step_clock(fate: Fate) -> str:
    host = fate.draw.choice(fate.deployment.hosts)
    step = fate.draw.choice((-3600.0, -5.0, 0.0, 5.0, 3600.0))
    host.set_clock(step)
    return f"of {host.name} to {step:+g} s"


@misfortune
async def migrate(fate: Fate) -> str:
    """What a release changes while older engines work: a column, an index, a function."""
    name = f"chaos_{fate.draw.randrange(1 << 32):x}"
    await fate.execute(
        "set lock_timeout = '2s'",
        f"alter table waymark.runs add column {name} integer",
        f"create index {name} on waymark.runs ({name}) where {name} is not null",
        f"create function waymark.{name}() returns integer language sql return 1",
        f"drop function waymark.{name}()",
        f"alter table waymark.runs drop column {name}",
    )
    return f"column {name}"


async def _dump(dsn: str, seconds: float) -> None:
    """As pg_dump: one snapshot of everything, every table locked against changes of its shape."""
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            tables = await connection.fetch(
                "select relname from pg_class where relnamespace = 'waymark'::regnamespace and relkind in ('r', 'p')"
            )
            for row in tables:
                await connection.execute(f'lock table waymark."{row["relname"]}" in access share mode')
            await asyncio.sleep(seconds)
            for row in tables:
                await connection.fetchval(f'select count(*) from waymark."{row["relname"]}"')
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        pass  # the server was killed under it, or it lost a lock to a migration
    finally:
        connection.terminate()
