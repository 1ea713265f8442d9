"""What the engine's shell asks of those who run actions, whether they are processes or this one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ..engine.events import Dispatch, Report, Revoke
from ..model import RunRef

Reporter = Callable[[Report], None]


class Workers(Protocol):
    """Runs attempts of actions, and reports each exactly once, unless it was revoked."""

    async def serve(self, report: Reporter) -> None:
        """Until cancelled; at its end nothing runs any more. `report` is called in this event loop."""
        ...

    def dispatch(self, dispatch: Dispatch) -> None: ...

    def revoke(self, revoke: Revoke) -> None: ...

    def hold(self, held: bool) -> None:
        """While held, no attempt starts that was not started: the engine does not know whether it owns anything."""
        ...

    async def drain(self, grace_s: float) -> None:
        """Start nothing more, and let what runs come to its end within this time."""
        ...


AttemptKey = tuple[RunRef, int]  # a call of a run; one attempt of it at a time
