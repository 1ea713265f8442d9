"""Start runs and wait for them. The workflow itself runs where the workers are."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from waymark.runtime.ids import new_run_id
from waymark.runtime.model import ENDED, NewRun, RunRef, Status, StoredRun
from waymark.runtime.ports import Store
from waymark.runtime.workers.fitting import fitted, result_type
from waymark.runtime.workers.misfits import Misfit
from waymark.vm.surface import Raised
from waymark.vm.wire import decode_outcome, encode_value

from .exceptions import WaymarkError, WorkflowFailed, WorkflowParked
from .failures import lines_of

if TYPE_CHECKING:
    from .programs import CompiledWorkflow

# One question to the store, asked again until there is an answer. In between we look whether the run was parked, which
# most often happens at its beginning.
WAIT_S_MIN = 1.0
WAIT_S_MAX = 60.0


class Client:
    """Starts runs in one database.

        async with await Client.connect("postgresql://...") as client: ...

    `Workflow.run()` and `.start()` use one of their own, see `waymark.default`.
    """

    def __init__(self, store: Store, *, apart: bool = False) -> None:
        """On a store that is open already, and that this client closes only if it is asked to.

        `apart`: nothing of the project is imported here, so that results are only to be looked at.
        """
        self.store = store
        self._apart = apart
        self._stored: set[bytes] = set()  # entry units that this client has put there

    @classmethod
    async def connect(cls, dsn: str) -> Self:
        """On a database, whose schema is brought up to date. Unreachable says what is wrong with it."""
        from waymark.runtime.store.postgres import PostgresStore

        return cls(await PostgresStore.connect(dsn, application_name="waymark client"))

    async def close(self) -> None:
        await self.store.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def start(self, compiled: CompiledWorkflow, arguments: Mapping[str, Any], key: str | None = None) -> Handle:
        """Store the program, if this client has not yet, then the run. With `key`, starting twice gives one run."""
        if key is not None and not (isinstance(key, str) and key):
            raise ValueError(f"the id of a run is a text that is not empty, such as 'order-7', and not {key!r}")
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
        ref = await self.store.start(new)
        returns = result_type(compiled.body)
        return Handle(self.store, ref, new.workflow, new.key, returns=returns, apart=self._apart)


class Handle:
    """A run that was started."""

    def __init__(
        self, store: Store, ref: RunRef, workflow: str, key: str, *, returns: Any = Any, apart: bool = False
    ) -> None:
        self._store = store
        self.ref = ref
        self.workflow = workflow
        self.id = key
        self._returns = returns
        self._apart = apart

    def __repr__(self) -> str:
        return f"<run {self.id!r} of {self.workflow!r}>"

    async def result(self, timeout: float | None = None) -> Any:
        """Wait for the run to end: its value, or WorkflowFailed. TimeoutError if it takes longer than `timeout`."""
        loop = asyncio.get_running_loop()
        deadline = None if timeout is None else loop.time() + timeout
        wait_s = WAIT_S_MIN
        while True:
            left_s = wait_s if deadline is None else max(0.0, min(wait_s, deadline - loop.time()))
            stored = await self._store.wait_ended(self.ref, left_s)
            if stored is not None:
                return self._outcome(stored)
            stored = await self.stored()
            if stored.status is Status.PARKED:
                raise WorkflowParked(self.workflow, self.id, stored.reason or "no reason was stored")
            if stored.status not in ENDED and deadline is not None and loop.time() >= deadline:
                raise TimeoutError(f"{self!r} has not ended within {timeout} s; it goes on, ask again")
            wait_s = min(wait_s * 2, WAIT_S_MAX)

    async def status(self) -> str:
        """One of queued, running, finished, failed, parked."""
        return (await self.stored()).status.value

    async def cancel(self, reason: str = "") -> None:
        """Ask the run to stop: it gets CancelledError at its await, and may clean up."""
        await self._store.cancel(self.ref, reason)

    async def resume(self) -> None:
        """Take a parked run up again, from where it stood. Of a run that is not parked: nothing."""
        await self._store.resume(self.ref)

    async def stored(self) -> StoredRun:
        """The run as the database has it now."""
        stored = await self._store.get_run(self.ref)
        if stored is None:
            raise WaymarkError(f"{self!r} is not stored any more")
        return stored

    def _fitted(self, value: Any) -> Any:
        """The result as `run()` is annotated to return it."""
        try:
            return fitted(value, self._returns, "result")
        except Misfit as problem:
            text = f"the result of {self!r} is not what its `run()` is annotated to return: {problem}"
        raise TypeError(text)

    def _outcome(self, stored: StoredRun) -> Any:
        assert stored.outcome is not None, "a run that has ended has an outcome"
        outcome = decode_outcome(stored.outcome, inside=self._apart)
        if not isinstance(outcome, Raised):
            return self._fitted(outcome.value)
        raise WorkflowFailed(self.workflow, self.id, outcome.error, lines_of(outcome.error))
