"""Start runs and wait for them. The workflow itself runs where the workers are."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from waymark.runtime.ids import new_run_id
from waymark.runtime.model import NewRun, RunRef, Status, StoredRun
from waymark.runtime.ports import Store
from waymark.vm.errors import TRACE
from waymark.vm.surface import Raised
from waymark.vm.wire import decode_outcome, encode_value

from .exceptions import ConfigurationError, WaymarkError, WorkflowFailed, WorkflowParked

if TYPE_CHECKING:
    from .programs import CompiledWorkflow

WAIT_S = 60.0  # one question to the store; asked again until there is an answer


class Handle:
    """A run that was started."""

    def __init__(self, store: Store, ref: RunRef, workflow: str, key: str) -> None:
        self._store = store
        self.ref = ref
        self.workflow = workflow
        self.id = key

    def __repr__(self) -> str:
        return f"<run {self.id!r} of {self.workflow!r}>"

    async def result(self, timeout: float | None = None) -> Any:
        """Wait for the run to end: its value, or WorkflowFailed. TimeoutError if it takes longer than `timeout`."""
        loop = asyncio.get_running_loop()
        deadline = None if timeout is None else loop.time() + timeout
        while True:
            patience = WAIT_S if deadline is None else min(WAIT_S, deadline - loop.time())
            stored = await self._store.wait_ended(self.ref, max(0.0, patience))
            if stored is not None:
                return self._outcome(stored)
            if deadline is not None and loop.time() >= deadline:
                raise TimeoutError(f"{self!r} has not ended within {timeout} s; it goes on, ask again")
            current = await self._store.get_run(self.ref)
            if current is not None and current.status is Status.PARKED:
                raise WorkflowParked(self.workflow, self.id, current.reason or "no reason was stored")

    async def status(self) -> str:
        """One of queued, running, finished, failed, parked."""
        stored = await self._store.get_run(self.ref)
        if stored is None:
            raise WaymarkError(f"{self!r} is not stored any more")
        return stored.status.value

    async def cancel(self, reason: str = "") -> None:
        """Ask the run to stop: it gets CancelledError at its await, and may clean up."""
        await self._store.cancel(self.ref, reason)

    def _outcome(self, stored: StoredRun) -> Any:
        assert stored.outcome is not None, "a run that has ended has an outcome"
        outcome = decode_outcome(stored.outcome)
        if not isinstance(outcome, Raised):
            return outcome.value
        trace = reversed(getattr(outcome.error, TRACE, ()))
        lines = [f"{source}:{line} in {function}" for source, line, function in trace]
        raise WorkflowFailed(self.workflow, self.id, outcome.error, tuple(lines))


class Client:
    """Starts runs in one store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._stored: set[bytes] = set()  # entry units that this client has put there

    async def start(self, compiled: CompiledWorkflow, arguments: Mapping[str, Any], key: str | None = None) -> Handle:
        """Store the program, if this client has not yet, then the run."""
        if key is not None and (not isinstance(key, str) or not key):
            raise ValueError(f"the id of a run is a text of its own, not {key!r}")
        if compiled.entry not in self._stored:
            await self.store.put_units(compiled.units)
            self._stored.add(compiled.entry)
        run = new_run_id()
        new = NewRun(
            workflow=compiled.name,
            key=key or str(run),
            run=run,
            unit=compiled.entry,
            arguments=encode_value(dict(arguments), "arguments"),
            seed=uuid.uuid4().bytes,
        )
        return Handle(self.store, await self.store.start(new), new.workflow, new.key)


_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, Client] = WeakKeyDictionary()


async def default_client() -> Client:
    """The client of this event loop, on the database that `WAYMARK_DATABASE_URL` names."""
    loop = asyncio.get_running_loop()
    client = _clients.get(loop)
    if client is None:
        dsn = os.environ.get("WAYMARK_DATABASE_URL")
        if not dsn:
            raise ConfigurationError(
                "WAYMARK_DATABASE_URL is not set: it names the Postgres that runs are kept in, such as "
                "postgresql://user:password@localhost:5432/app. `waymark run FILE:Workflow` brings one of its own"
            )
        from waymark.runtime.store.postgres import PostgresStore

        client = _clients[loop] = Client(await PostgresStore.connect(dsn))
    return client


def use_store(store: Store) -> Client:
    """Make the workflows of this event loop use a store that is open already."""
    client = _clients[asyncio.get_running_loop()] = Client(store)
    return client
