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
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from waymark.runtime.engine.inside import running_engine
from waymark.runtime.engine.settings import EngineSettings
from waymark.runtime.engine.shell import Engine
from waymark.runtime.engine.vmhost import VmHost
from waymark.runtime.model import NewRun, RunRef, StoredRun
from waymark.runtime.store.memory import MemoryStore
from waymark.runtime.workers.inline import InlineWorkers

from .registry import ActionFunction, ActionRegistry, registry

_HOST = VmHost()  # the programs that this process has loaded, for one engine after the other


class InMemory(MemoryStore):
    """A store with an engine behind it. Open it with `opened`; whoever waits learns of it if the engine fails."""

    def __init__(self) -> None:
        super().__init__(lambda: time.time_ns() // 1000)
        self._waiting = 0
        self._stop = asyncio.Event()
        self._engine: Engine | None = None
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
            settings = EngineSettings(state_dir=Path(folder), skip_sleeps=True)
            workers = InlineWorkers(PatchedActions(registry))
            running = running_engine(self, workers, settings=settings, may_skip=lambda: self._waiting > 0, host=_HOST)
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

    async def start(self, new: NewRun) -> RunRef:
        ref = await super().start(new)
        self._hint()
        return ref

    async def cancel(self, ref: RunRef, reason: str) -> None:
        await super().cancel(ref, reason)
        self._hint()

    async def resume(self, ref: RunRef) -> None:
        await super().resume(ref)
        self._hint()

    def _hint(self) -> None:
        if self._engine is not None:
            self._engine.hint()

    async def wait_ended(self, ref: RunRef, timeout_s: float) -> StoredRun | None:
        """As any store's. The engine may skip time meanwhile, and its failure is raised here."""
        assert self._engine is not None and self._serving is not None, "it was opened"
        self._waiting += 1
        self._engine.stir()
        ended = asyncio.ensure_future(super().wait_ended(ref, timeout_s))
        try:
            await asyncio.wait({ended, self._serving}, return_when=asyncio.FIRST_COMPLETED)
            if not ended.done():
                self._serving.result()
                raise RuntimeError("the engine in this process has ended: `waymark.close()` was called meanwhile")
            return ended.result()
        finally:
            self._waiting -= 1
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
