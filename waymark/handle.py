"""A run that was started, in the hand of whoever wants something of it: its result, or that it stops, or goes on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from waymark.runtime.messages import encode_message
from waymark.runtime.model import ENDED, Revision, RunRef, Status, StoredRun
from waymark.runtime.people import ClientStore

from .exceptions import (
    BadOption,
    NotEnded,
    NotFailed,
    NotPaused,
    RunEnded,
    WorkflowParked,
)
from .looking import Looking, Opened
from .outcomes import outcome_of
from .who import who_asks

if TYPE_CHECKING:
    from typing_extensions import TypeVar as WithDefault

    T = WithDefault("T", default=Any)
else:
    T = TypeVar("T")

# One question to the store, asked again until there is an answer. In between we look whether the run was parked, which
# most often happens at its beginning.
WAIT_S_MIN = 1.0
WAIT_S_MAX = 60.0
TAKEN_UP_S_MIN = 0.02


class Handle(Looking, Generic[T]):
    """A run. `start()` gives one, and `Checkout.handle("order-7")`, from any process.

    Example:
        handle = Order.handle("order-7")
        assert await handle.status() == "running"
    """

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
        super().__init__(opened, workflow, key, ref)
        self._returns = returns
        self._apart = apart
        self._promised = promised
        self._retried: Revision | None = None  # the revision of the failure that is not to be the outcome any more

    async def result(self, timeout: float | None = None) -> T:
        """Wait for the run to end: its value, or WorkflowFailed. NotEnded, a TimeoutError, if it takes longer.

        Example:
            await handle.send("approved", "ada")
            assert await handle.result(timeout=30) == "order 7, approved by ada"
        """
        if timeout is not None and (isinstance(timeout, bool) or not isinstance(timeout, int | float)):
            raise BadOption(f"result(timeout=...) is a number of seconds, not {timeout!r}")
        loop = asyncio.get_running_loop()
        deadline = None if timeout is None else loop.time() + timeout
        store, ref = await self._there()
        await self._taken_up(store, ref, deadline)
        wait_s = WAIT_S_MIN
        while True:
            left_s = wait_s if deadline is None else max(0.0, min(wait_s, deadline - loop.time()))
            ended = await store.wait_ended(ref, left_s)
            if ended is not None:
                came: T = outcome_of(ended, self.workflow, self.id, self._returns, apart=self._apart)
                return came
            stored = await self._stored_or_promised(store, ref)
            if stored is not None and stored.status is Status.PARKED:
                raise WorkflowParked(self.workflow, self.id, stored.reason or "no reason was stored")
            has_ended = stored is not None and stored.status in ENDED
            if not has_ended and deadline is not None and loop.time() >= deadline:
                raise NotEnded(f"{self!r} has not ended within {timeout} s; it goes on, ask again")
            wait_s = min(wait_s * 2, WAIT_S_MAX)

    # --- what is wanted of it ---

    async def cancel(self, reason: str = "") -> None:
        """Ask the run to stop: it gets CancelledError at its await, and may clean up. RunEnded if it has ended.

        Example:
            await handle.cancel("ordered twice")
            try:
                await handle.result()
            except waymark.WorkflowFailed as failed:
                assert "ordered twice" in str(failed)
        """
        if not isinstance(reason, str):
            raise BadOption(f"cancel(reason=...) is a text, not {reason!r}")
        store, ref = await self._alive("be cancelled")
        await store.cancel(ref, reason)
        await store.note(who_asks(), "cancel", ref, reason)

    async def pause(self) -> None:
        """Execute nothing of it until it is resumed. Actions under way end, and what they come to is kept.

        Example:
            await handle.pause()
            await stage.settle()
            assert await handle.status() == "paused"
        """
        store, ref = await self._alive("be paused")
        await store.pause(ref)
        await store.note(who_asks(), "pause", ref, "")

    async def resume(self) -> None:
        """Take a run that is paused or parked up again, from where it stood. NotPaused if it is neither.

        Example:
            await handle.pause()
            await handle.resume()
            await handle.send("approved", "ada")
            assert await handle.result()
        """
        store, ref = await self._alive("be resumed")
        stored = await store.get_run(ref) or self._gone()
        if stored.status not in (Status.PARKED, Status.PAUSED) and not await store.is_pausing(ref):
            raise NotPaused(f"{self!r} is {stored.status.value}, neither paused nor parked: it goes on by itself")
        await store.resume(ref)
        await store.note(who_asks(), "resume", ref, "")

    async def send(self, topic: str, payload: Any = None) -> None:
        """Send a message, for `self.receive(topic)` in the program. RunEnded if nobody will ever receive it.

        Example:
            await handle.send("approved", "ada")
            assert await handle.result() == "order 7, approved by ada"
        """
        if not isinstance(topic, str):
            raise BadOption(f"send(topic, ...) takes the topic as a text, not {topic!r}")
        body = encode_message(topic, payload)
        store, ref = await self._there()
        if not await store.send(ref, body):
            stored = await store.get_run(ref) or self._gone()
            raise RunEnded(f"{self!r} has {stored.status.value}, so nobody will receive {topic!r}")
        await store.note(who_asks(), "message", ref, topic)

    async def retry(self) -> None:
        """Try a run that has failed again, from its last state before the failure. NotFailed if it has not.

        Example:
            stage.on(charge).raises(ConnectionError("away")).returns(True)    # as if it was mended meanwhile
            await handle.send("approved", "ada")
            try:
                await handle.result()
            except waymark.WorkflowFailed:
                await handle.retry()
            assert await handle.result() == "order 7, approved by ada"
        """
        store, ref = await self._there()
        stored = await store.get_run(ref) or self._gone()
        if not await store.retry(ref):
            why = "it was cancelled" if stored.status is Status.FAILED else f"it is {stored.status.value}"
            raise NotFailed(f"{self!r} cannot be retried: {why}. Only a run that raised is")
        self._retried = stored.revision
        await store.note(who_asks(), "retry", ref, "")

    # --- how it stands ---

    async def _alive(self, wanted: str) -> tuple[ClientStore, RunRef]:
        store, ref = await self._there()
        stored = await store.get_run(ref) or self._gone()
        if stored.status in ENDED:
            raise RunEnded(f"{self!r} has {stored.status.value}, so it cannot {wanted} any more")
        return store, ref

    async def _taken_up(self, store: ClientStore, ref: RunRef, deadline: float | None) -> None:
        """After `retry`: wait until an engine has taken the run up, since its row has the old failure until then."""
        pause_s = TAKEN_UP_S_MIN
        while self._retried is not None:
            stored = await store.get_run(ref) or self._gone()
            if stored.revision != self._retried or stored.status not in ENDED:
                self._retried = None
                return
            if deadline is not None and asyncio.get_running_loop().time() >= deadline:
                raise NotEnded(f"{self!r} is to be retried, and no engine has taken it up yet; ask again")
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, WAIT_S_MIN)

    async def _stored_or_promised(self, store: ClientStore, ref: RunRef) -> StoredRun | None:
        stored = await store.get_run(ref)
        if stored is None and not self._promised:
            self._gone()
        return stored
