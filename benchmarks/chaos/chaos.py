"""Start runs, let misfortunes happen, wait for everything, and hold the result against what was promised."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from waymark.client import Client
from waymark.exceptions import WorkflowFailed, WorkflowParked
from waymark.runtime.ports import StoreError
from waymark.runtime.store.opening import Database, open_store
from waymark.workflow import compiled_of

from . import deeds, ledger
from .deployment import Deployment
from .ledger import Event
from .misfortunes import MISFORTUNES, Fate
from .stalls import watch_stalls

Answer = TypeVar("Answer")

DEADLOCK = re.compile(r"deadlock detected|40P01")
STARTS_AT_ONCE = 50
RETRY_S = 0.2
STALLS = "stalls.log"
STOP_S = 40.0


class Plan(msgspec.Struct, frozen=True):
    seed: int
    runs: int = 1_000
    hosts: int = 2
    shards: int = 2
    pause_s: tuple[float, float] = (0.5, 2.0)  # between misfortunes
    chaos_s_max: float = 300.0  # afterwards nothing happens any more
    rest_s_max: float = 120.0  # within which all runs have ended then
    names: tuple[str, ...] = tuple(MISFORTUNES)


class Report(msgspec.Struct, frozen=True):
    faults: list[str]
    events: list[Event]
    took_s: float
    attempts: int
    repetitions: int

    def __str__(self) -> str:
        counts = Counter(event.name for event in self.events)
        happened = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
        said = [f"{self.attempts} attempts, {self.repetitions} of them repetitions, in {self.took_s:.0f} s", happened]
        return "\n".join([*said, *(f"FAULT: {fault}" for fault in self.faults)])


async def unleash(plan: Plan, say: Callable[[str], None], keep: Path | None = None) -> Report:
    """`keep`: a folder for the logs of everybody, for whoever has to find out what happened."""
    began = time.monotonic()
    with Deployment(plan.hosts, plan.shards) as deployment:
        for host in deployment.hosts:
            host.start()
        events: list[Event] = []
        faults: list[str] = []
        fate = Fate(deployment, plan.seed)
        try:
            ends = asyncio.create_task(_live(deployment.dsn, plan.runs, plan.chaos_s_max + plan.rest_s_max))
            happening = asyncio.create_task(_happen(fate, plan, events, say))
            watching = asyncio.create_task(watch_stalls(deployment, deployment.folder / STALLS))
            await asyncio.wait({ends, happening}, return_when=asyncio.FIRST_COMPLETED)
            happening.cancel()
            await asyncio.gather(happening, return_exceptions=True)
            say(f"{time.monotonic() - began:.1f} s: nothing happens any more")
            await fate.settle()
            faults += await ends
            watching.cancel()
            await asyncio.wait({watching})
            codes = [await asyncio.to_thread(host.stop, STOP_S) for host in deployment.hosts if host.runs]
            faults += [f"a supervisor ended with code {code}" for code in codes if code != 0]
            await asyncio.sleep(1.0)  # for the kernel to end who had a parent
            faults += [f"an orphan: {each}" for each in deployment.orphans()]
        finally:
            if keep is not None:
                _keep_logs(deployment, keep)
        entries = ledger.read(deployment.ledger)
        faults += ledger.faults(entries, events, plan.runs)
        faults += [f"the server says: {line}" for line in _deadlocks(deployment.server_log)]
        return Report(faults, events, time.monotonic() - began, len(entries), ledger.repetitions(entries))


async def _happen(fate: Fate, plan: Plan, events: list[Event], say: Callable[[str], None]) -> None:
    began = time.monotonic()
    while time.monotonic() - began < plan.chaos_s_max:
        await asyncio.sleep(fate.draw.uniform(*plan.pause_s))
        name = fate.draw.choice(plan.names)
        at = time.monotonic()
        try:
            detail = await MISFORTUNES[name](fate)
        except Exception as error:  # of what it does to the server: another misfortune was in its way
            detail = f"not done: {type(error).__name__}: {error}"
        events.append(Event(at, name, detail))
        say(f"{at - began:6.1f} s  {name}: {detail}")


async def _live(dsn: str, runs: int, seconds: float) -> list[str]:
    """Start the runs, a few at a time, and wait for each. What went wrong with their results."""
    turn = asyncio.Semaphore(STARTS_AT_ONCE)
    store = await _patiently(lambda: open_store((Database(dsn),), application_name="waymark client"))
    client = Client(store)
    try:
        async with asyncio.timeout(seconds):
            faults = await asyncio.gather(*(_one(client, turn, number) for number in range(runs)))
        return [fault for fault in faults if fault]
    except TimeoutError:
        return [f"not all runs had ended after {seconds:.0f} s"]
    finally:
        await store.close()


async def _one(client: Client, turn: asyncio.Semaphore, number: int) -> str:
    async with turn:
        handle = await _patiently(lambda: client.start(compiled_of(deeds.Deeds), {"number": number}, f"run {number}"))
        try:
            result = await _patiently(handle.result)
        except (WorkflowFailed, WorkflowParked) as error:
            return f"run {number}: {type(error).__name__}: {error}: {error.__cause__!r}"
    return "" if result == deeds.expected(number) else f"run {number} came to {result}"


async def _patiently(ask: Callable[[], Awaitable[Answer]]) -> Answer:
    while True:
        try:
            return await ask()
        except StoreError:
            await asyncio.sleep(RETRY_S)


def _deadlocks(log: Path) -> Sequence[str]:
    return [line for line in log.read_text(errors="replace").splitlines() if DEADLOCK.search(line)]


def _keep_logs(deployment: Deployment, keep: Path) -> None:
    keep.mkdir(parents=True, exist_ok=True)
    for host in deployment.hosts:
        (keep / f"{host.name.replace(' ', '-')}.log").write_bytes(host.log.read_bytes())
    logs = {"server.log": deployment.server_log, "ledger": deployment.ledger, STALLS: deployment.folder / STALLS}
    for name, path in logs.items():
        if path.exists():
            (keep / name).write_bytes(path.read_bytes())
