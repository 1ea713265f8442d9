"""A run that was started, in the hand of whoever wants something of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from waymark.runtime.messages import encode_message
from waymark.runtime.model import ENDED, RunRef, Status, StoredRun
from waymark.runtime.people import ClientStore, RunRow
from waymark.runtime.workers.fitting import fitted
from waymark.runtime.workers.misfits import Misfit
from waymark.vm.surface import Raised
from waymark.vm.wire import decode_outcome

from .exceptions import (
    BadOption,
    BadResult,
    NotEnded,
    NotFailed,
    NotPaused,
    RunEnded,
    UnknownRun,
    WorkflowFailed,
    WorkflowParked,
)
from .failures import lines_of
from .tracebacks import with_traceback
from .who import who_asks

if TYPE_CHECKING:
    from typing_extensions import TypeVar as WithDefault

    from waymark.vm.standing import Standing

    from .histories import Event, Progress

    T = WithDefault("T", default=Any)
else:
    T = TypeVar("T")

# One question to the store, asked again until there is an answer. In between we look whether the run was parked, which
# most often happens at its beginning.
WAIT_S_MIN = 1.0
WAIT_S_MAX = 60.0

Opened = Callable[[], Awaitable[ClientStore]]


class RunStatus(str):
    """queued, running, finished, failed, parked or paused; `text` is what the program says of itself, `reason` why it
    is parked."""

    text: str | None = None
    reason: str | None = None


class Handle(Generic[T]):
    """A run. `start()` gives one, and `Checkout.handle("order-7")`, from any process."""

    def __init__(
        self,
        opened: Opened,
        workflow: str,
        key: str,
        ref: RunRef | None = None,
        *,
        returns: Any = Any,
        apart: bool = False,
        promised: bool = False,
    ) -> None:
        """`ref`: None until it was looked up. `promised`: a transaction adds the run, which may not have committed."""
        self._opened = opened
        self._found = ref
        self._returns = returns
        self._apart = apart
        self._promised = promised
        self.workflow = workflow
        self.id = key

    def __repr__(self) -> str:
        return f"<run {self.id!r} of {self.workflow!r}>"

    @property
    def ref(self) -> RunRef:
        """Where its row is. A handle that was made from an id alone knows it after the first use."""
        if self._found is None:
            raise UnknownRun(self.workflow, self.id)
        return self._found

    async def result(self, timeout: float | None = None) -> T:
        """Wait for the run to end: its value, or WorkflowFailed. NotEnded, a TimeoutError, if it takes longer."""
        if timeout is not None and (isinstance(timeout, bool) or not isinstance(timeout, int | float)):
            raise BadOption(f"result(timeout=...) is a number of seconds, not {timeout!r}")
        loop = asyncio.get_running_loop()
        deadline = None if timeout is None else loop.time() + timeout
        store, ref = await self._there()
        wait_s = WAIT_S_MIN
        while True:
            left_s = wait_s if deadline is None else max(0.0, min(wait_s, deadline - loop.time()))
            ended = await store.wait_ended(ref, left_s)
            if ended is not None:
                return self._outcome(ended)  # type: ignore[no-any-return]
            stored = await self._stored_or_promised(store, ref)
            if stored is not None and stored.status is Status.PARKED:
                raise WorkflowParked(self.workflow, self.id, stored.reason or "no reason was stored")
            has_ended = stored is not None and stored.status in ENDED
            if not has_ended and deadline is not None and loop.time() >= deadline:
                raise NotEnded(f"{self!r} has not ended within {timeout} s; it goes on, ask again")
            wait_s = min(wait_s * 2, WAIT_S_MAX)

    # --- what it is doing ---

    async def status(self) -> RunStatus:
        """One of queued, running, finished, failed, parked and paused, with what the program says in `.text`."""
        row = await self.row()
        status = RunStatus(row.status.value)
        status.text, status.reason = row.status_text, row.reason
        return status

    async def row(self) -> RunRow:
        """The run as lists show it: its times, tags, parent, and what it failed with."""
        store, ref = await self._there()
        return await store.run_row(ref) or self._gone()

    async def stored(self) -> StoredRun:
        """The run as the database has it now."""
        store, ref = await self._there()
        return await store.get_run(ref) or self._gone()

    async def history(self) -> Sequence[Event]:
        """What happened so far, in order: calls of actions with their attempts, logs, and what people did."""
        from .histories import events_of

        store, ref = await self._there()
        return events_of(await store.history_of(ref))

    async def inspect(self) -> Standing:
        """Where it stands: of every fiber the file, line, function and variables, what it awaits and since when.

        Read from the stored state, so that no worker has to run.
        """
        from .inspecting import standing_of

        store, ref = await self._there()
        state = await store.state_of(ref)
        return await standing_of(store, state or self._gone())

    async def progress(self) -> Progress:
        """How far it is: what the program says, how many calls are done, and which are under way."""
        from .histories import Progress

        store, ref = await self._there()
        row, history = await store.run_row(ref) or self._gone(), await store.history_of(ref)
        open_calls = () if row.status in (*ENDED, Status.QUEUED) else (await self.inspect()).calls
        return Progress(row.status.value, row.status_text, sum(each.kind == "call" for each in history), open_calls)

    # --- what is wanted of it ---

    async def cancel(self, reason: str = "") -> None:
        """Ask the run to stop: it gets CancelledError at its await, and may clean up. RunEnded if it has ended."""
        if not isinstance(reason, str):
            raise BadOption(f"cancel(reason=...) is a text, not {reason!r}")
        store, ref = await self._alive("be cancelled")
        await store.cancel(ref, reason)
        await store.note(who_asks(), "cancel", ref, reason)

    async def pause(self) -> None:
        """Execute nothing of it until it is resumed. Actions under way end, and what they come to is kept."""
        store, ref = await self._alive("be paused")
        await store.pause(ref)
        await store.note(who_asks(), "pause", ref, "")

    async def resume(self) -> None:
        """Take a run that is paused or parked up again, from where it stood. NotPaused if it is neither."""
        store, ref = await self._alive("be resumed")
        stored = await store.get_run(ref) or self._gone()
        if stored.status not in (Status.PARKED, Status.PAUSED) and not await store.is_pausing(ref):
            raise NotPaused(f"{self!r} is {stored.status.value}, neither paused nor parked: it goes on by itself")
        await store.resume(ref)
        await store.note(who_asks(), "resume", ref, "")

    async def send(self, topic: str, payload: Any = None) -> None:
        """Send a message, for `self.receive(topic)` in the program. RunEnded if nobody will ever receive it."""
        if not isinstance(topic, str):
            raise BadOption(f"send(topic, ...) takes the topic as a text, not {topic!r}")
        body = encode_message(topic, payload)
        store, ref = await self._there()
        if not await store.send(ref, body):
            stored = await store.get_run(ref) or self._gone()
            raise RunEnded(f"{self!r} has {stored.status.value}, so nobody will receive {topic!r}")
        await store.note(who_asks(), "message", ref, topic)

    async def retry(self) -> None:
        """Try a run that has failed again, from its last state before the failure. NotFailed if it has not."""
        store, ref = await self._there()
        if not await store.retry(ref):
            stored = await store.get_run(ref) or self._gone()
            why = "it was cancelled" if stored.status is Status.FAILED else f"it is {stored.status.value}"
            raise NotFailed(f"{self!r} cannot be retried: {why}. Only a run that raised is")
        await store.note(who_asks(), "retry", ref, "")

    # --- the store ---

    async def _there(self) -> tuple[ClientStore, RunRef]:
        store = await self._opened()
        if self._found is None:
            self._found = await store.find_run(self.workflow, self.id)
        return store, self.ref

    async def _alive(self, wanted: str) -> tuple[ClientStore, RunRef]:
        store, ref = await self._there()
        stored = await store.get_run(ref) or self._gone()
        if stored.status in ENDED:
            raise RunEnded(f"{self!r} has {stored.status.value}, so it cannot {wanted} any more")
        return store, ref

    async def _stored_or_promised(self, store: ClientStore, ref: RunRef) -> StoredRun | None:
        stored = await store.get_run(ref)
        if stored is None and not self._promised:
            self._gone()
        return stored

    def _gone(self) -> Any:
        raise UnknownRun(self.workflow, self.id)

    def _outcome(self, stored: StoredRun) -> Any:
        assert stored.outcome is not None, "a run that has ended has an outcome"
        outcome = decode_outcome(stored.outcome, inside=self._apart)
        if not isinstance(outcome, Raised):
            return self._fitted(outcome.value)
        raise WorkflowFailed(self.workflow, self.id, with_traceback(outcome.error), lines_of(outcome.error))

    def _fitted(self, value: Any) -> Any:
        """The result as `run()` is annotated to return it."""
        try:
            return fitted(value, self._returns, "result")
        except Misfit as problem:
            if _holds_error(value):  # of `gather(..., return_exceptions=True)`, which no annotation speaks of
                return value
            text = f"the result of {self!r} is not what its `run()` is annotated to return: {problem}"
        raise BadResult(text)


def _holds_error(value: Any, depth: int = 0) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list | tuple) or depth > 3:
        return isinstance(value, BaseException)
    return any(_holds_error(each, depth + 1) for each in value)
