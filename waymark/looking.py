"""A run, as whoever has its id can look at it at any time, without waiting for anything."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

from waymark.runtime.model import ENDED, RunRef, Status, StoredRun
from waymark.runtime.people import ClientStore, RunRow

from .exceptions import UnknownRun

if TYPE_CHECKING:
    from waymark.vm.standing import Standing

    from .histories import Event, Progress

Opened = Callable[[], Awaitable[ClientStore]]


class RunStatus(str):
    """queued, running, finished, failed, parked or paused; `text` is what the program says of itself, `reason` why it
    is parked.

    Example:
        status = await handle.status()
        assert status == "running" and status.text == "waiting"
    """

    text: str | None = None
    reason: str | None = None


class Looking:
    """What a handle is on: a run, by its row, or by the id that its row is looked up by at the first use."""

    def __init__(self, opened: Opened, workflow: str, key: str, ref: RunRef | None) -> None:
        self._opened = opened
        self._found = ref
        self.workflow = workflow
        self.id = key

    def __repr__(self) -> str:
        return f"<run {self.id!r} of {self.workflow!r}>"

    @property
    def ref(self) -> RunRef:
        """Where its row is. A handle that was made from an id alone knows it after the first use.

        Example:
            assert (await handle.stored()).ref == handle.ref
        """
        if self._found is None:
            raise UnknownRun(self.workflow, self.id)
        return self._found

    async def status(self) -> RunStatus:
        """One of queued, running, finished, failed, parked and paused, with what the program says in `.text`.

        Example:
            assert await handle.status() == "running"
        """
        row = await self.row()
        status = RunStatus(row.status.value)
        status.text, status.reason = row.status_text, row.reason
        return status

    async def row(self) -> RunRow:
        """The run as lists show it: its times, tags, parent, and what it failed with.

        Example:
            row = await handle.row()
            assert (row.workflow, row.key, row.tags) == ("order", "order-7", ("eu",))
        """
        store, ref = await self._there()
        return await store.run_row(ref) or self._gone()

    async def stored(self) -> StoredRun:
        """The run as the database has it now.

        Example:
            assert (await handle.stored()).status.value == "running"
        """
        store, ref = await self._there()
        return await store.get_run(ref) or self._gone()

    async def history(self) -> Sequence[Event]:
        """What happened so far, in order: calls of actions with their attempts, logs, and what people did.

        Example:
            await handle.send("approved", "ada")
            await handle.result()
            assert [event.kind for event in await handle.history()] == ["message", "call"]
        """
        from .histories import events_of

        store, ref = await self._there()
        return events_of(await store.history_of(ref))

    async def inspect(self) -> Standing:
        """Where it stands: of every fiber the file, line, function and variables, what it awaits and since when.

        Read from the stored state, so that no worker has to run.

        Example:
            (fiber,) = (await handle.inspect()).fibers
            assert fiber.lines[-1].function == "Order.run"
        """
        from .inspecting import standing_of

        store, ref = await self._there()
        state = await store.state_of(ref)
        return await standing_of(store, state or self._gone())

    async def progress(self) -> Progress:
        """How far it is: what the program says, how many calls are done, and which are under way.

        Example:
            progress = await handle.progress()
            assert (progress.text, progress.calls_done) == ("waiting", 0)
        """
        from .histories import Progress

        store, ref = await self._there()
        row, history = await store.run_row(ref) or self._gone(), await store.history_of(ref)
        open_calls = () if row.status in (*ENDED, Status.QUEUED) else (await self.inspect()).calls
        return Progress(row.status.value, row.status_text, sum(each.kind == "call" for each in history), open_calls)

    async def _there(self) -> tuple[ClientStore, RunRef]:
        store = await self._opened()
        if self._found is None:
            self._found = await store.find_run(self.workflow, self.id)
        return store, self.ref

    def _gone(self) -> Any:
        raise UnknownRun(self.workflow, self.id)
