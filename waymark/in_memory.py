"""Runs without a database: engine, store and actions in the caller's own process, with time that is skipped.

Used under pytest, and where `WAYMARK_BRIDGE_IN_MEMORY` is set. Nothing survives the process. While somebody awaits a
result and nothing else is left to do, the clock goes on to the next timer, so a run that sleeps a month ends at once;
before that it stands still, so that a test can start a run, send it a message, and only then wait.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from waymark.runtime.engine.inside import running_engine
from waymark.runtime.engine.settings import EngineSettings
from waymark.runtime.engine.shell import Engine
from waymark.runtime.engine.vmhost import VmHost
from waymark.runtime.model import EndedRun, RunRef
from waymark.runtime.schedules import ScheduleWrite
from waymark.runtime.store.memory import MemoryStore
from waymark.runtime.workers.inline import InlineWorkers
from waymark.runtime.workers.perform import Actions
from waymark.vm.surface import Instant

from .exceptions import WaymarkError
from .registry import ActionFunction, ActionRegistry, registry

REST_PASSES = 12  # of the event loop, without anything to do; what an entry takes from the inbox to its commit is less
LEASE_MS = 1000 * 366 * 86_400_000  # time is skipped, and nobody else wants the partitions

make_workers: Callable[[Actions], InlineWorkers] = InlineWorkers  # `waymark.testing` puts its own in its place

_HOST = VmHost()  # the programs that this process has loaded, for one engine after the other


class NotAtRest(WaymarkError):
    """A test let time pass, and something went on all the while: an action that waits for what never comes."""


class InMemory(MemoryStore):
    """A store with an engine behind it. Open it with `opened`; whoever waits learns of it if the engine fails."""

    def __init__(self) -> None:
        self._engine: Engine | None = None
        super().__init__(self._virtual_now)
        self._awaited: Counter[RunRef] = Counter()
        self._until: Instant | None = None  # while a test lets time pass
        self._stop = asyncio.Event()
        self._serving: asyncio.Task[None] | None = None

    @classmethod
    async def opened(cls) -> InMemory:
        store, ready = cls(), asyncio.Event()
        store._serving = asyncio.create_task(store._serve(ready), name="waymark in memory")
        ready_or_failed = asyncio.create_task(ready.wait())
        await asyncio.wait({store._serving, ready_or_failed}, return_when=asyncio.FIRST_COMPLETED)
        ready_or_failed.cancel()
        if store._serving.done():
            store._serving.result()
        return store

    async def _serve(self, ready: asyncio.Event) -> None:
        with tempfile.TemporaryDirectory(prefix="waymark-") as folder:
            settings = EngineSettings(state_dir=Path(folder), skip_sleeps=True, lock_ttl_ms=LEASE_MS)
            workers = make_workers(PatchedActions(registry))
            running = running_engine(self, workers, settings=settings, may_skip=self._may_skip, host=_HOST)
            async with running as engine:
                self._engine = engine
                ready.set()
                await self._stop.wait()

    async def close(self) -> None:
        self._stop.set()
        assert self._serving is not None, "it was opened"
        await asyncio.wait({self._serving})
        if not self._serving.cancelled() and (error := self._serving.exception()) is not None:
            raise error

    def _may_skip(self) -> bool:
        """Somebody waits, and nobody waits for what is there already: the time after it is that one's own."""
        if self._until is not None:
            alarm = self._engine.next_alarm() if self._engine is not None else None
            return alarm is not None and alarm <= self._until
        return bool(self._awaited) and not any(self._has_ended(ref) for ref in self._awaited)

    async def advance(self, us: int, settle_s_max: float) -> None:
        """Let so much time pass, alarm by alarm, until nothing more is due and everything has come to rest."""
        engine = self._engine
        assert engine is not None, "it was opened"
        self._until = engine.now() + us
        try:
            async with asyncio.timeout(settle_s_max):
                await self._rested(engine, self._until)
            engine.skip_to(self._until)
        except TimeoutError:
            raise NotAtRest(f"nothing came to rest within {settle_s_max} s: {engine.busy_with()}") from None
        finally:
            self._until = None

    async def _rested(self, engine: Engine, until: Instant) -> None:
        assert self._serving is not None, "it was opened"
        passes = 0
        while passes < REST_PASSES:
            alarm = engine.next_alarm()
            due = alarm is not None and alarm <= until
            passes = 0 if due or not engine.at_rest() else passes + 1
            if self._serving.done():
                self._serving.result()
            engine.stir()
            await asyncio.sleep(0 if passes or due else 0.0005)

    def _virtual_now(self) -> Instant:
        """The engine's clock, which skips; so that what starts later, or is scheduled, counts from there."""
        return time.time_ns() // 1000 if self._engine is None else self._engine.now()

    def _put_entry(self, ref: RunRef, kind: int, body: bytes) -> None:
        super()._put_entry(ref, kind, body)
        self._hint()

    async def write_schedule(self, write: ScheduleWrite) -> bool:
        written = await super().write_schedule(write)
        if self._engine is not None:
            self._engine.schedules_changed()
        return written

    def _hint(self) -> None:
        if self._engine is not None:
            self._engine.hint()

    async def wait_ended(self, ref: RunRef, timeout_s: float) -> EndedRun | None:
        """As any store's. The engine may skip time meanwhile, and its failure is raised here."""
        assert self._engine is not None and self._serving is not None, "it was opened"
        self._awaited[ref] += 1
        self._engine.stir()
        ended = asyncio.ensure_future(super().wait_ended(ref, timeout_s))
        try:
            await asyncio.wait({ended, self._serving}, return_when=asyncio.FIRST_COMPLETED)
            if not ended.done():
                self._serving.result()
                raise RuntimeError("the engine in this process has ended: `waymark.close()` was called meanwhile")
            return ended.result()
        finally:
            self._awaited -= Counter([ref])
            self._engine.stir()
            ended.cancel()


class PatchedActions(Mapping[str, ActionFunction]):
    """The registered actions, or what a test has put in the place of one: `monkeypatch.setattr(shop, "charge", fake)`.

    Looked at are the module that defines an action, and the modules of workflows that have imported it.
    """

    def __init__(self, registered: ActionRegistry) -> None:
        self._registered = registered

    def __getitem__(self, key: str) -> Callable[..., Any]:
        registered = self._registered[key]
        for (module, name), known in self._registered.places_of(key).items():
            standing = getattr(sys.modules.get(module), name, known)
            if standing is not known and callable(standing):
                return standing  # type: ignore[no-any-return]
        return registered

    def __iter__(self) -> Iterator[str]:
        return iter(self._registered)

    def __len__(self) -> int:
        return len(self._registered)
