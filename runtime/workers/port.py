"""What the engine's shell asks of those who run actions, whether they are processes or this one."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Protocol, runtime_checkable

from ..engine.events import Dispatch, Report, Revoke
from ..model import EngineId, Epoch, Part, Revision, RunRef
from . import protocol

Reporter = Callable[[Report], None]


class Ticketed(Dispatch, frozen=True, gc=False):
    """A transactional attempt: with the offer that its transaction deletes."""

    ticket: protocol.Ticket | None = None


class Listener(Protocol):
    """Who wants to know what a pool sees beside the outcomes."""

    def known(self, actions: frozenset[str], transactional: frozenset[str]) -> None:
        """What a worker that has become ready has registered."""
        ...

    def logged(self, dispatch: Dispatch, lines: tuple[protocol.Line, ...]) -> None: ...

    def answered(self, dispatch: Dispatch, committed: bool) -> None:
        """A transactional attempt is over. Committed: its outcome is in the inbox; else its ticket was gone."""
        ...


class Shared(Protocol):
    """The engine that such workers are of."""

    @property
    def id(self) -> EngineId: ...
    @property
    def epochs(self) -> Mapping[Part, Epoch]: ...
    def ticketed(self, ref: RunRef, request: int, offered: bool) -> None: ...
    def hint(self) -> None: ...

    def revision_of(self, ref: RunRef) -> Revision:
        """Of its last commit that is known here; -1 of a run that is not held."""
        ...

    def waits_for(self, ref: RunRef, request: int) -> bool:
        """Whether an attempt of this call is under way, somewhere."""
        ...


@runtime_checkable
class Offering(Protocol):
    """Workers that put calls up for other hosts, too."""

    def belongs_to(self, engine: Shared) -> None: ...

    async def withdraw(self, ref: RunRef, request: int) -> bool | None:
        """Whether the call's offer is answered; else there is none any more. None: the partition is another's."""
        ...


class Workers(Protocol):
    """Runs attempts of actions, and reports each exactly once, unless it was revoked."""

    async def serve(self, report: Reporter) -> None:
        """Until cancelled; at its end nothing runs any more. `report` is called in this event loop."""
        ...

    def dispatch(self, dispatch: Dispatch) -> None: ...

    def revoke(self, revoke: Revoke) -> None: ...

    def hold(self, held: bool, until_s: float = math.inf) -> None:
        """While held, no attempt starts that was not started: the engine does not know whether it owns anything.

        It is held again after `until_s` of the monotonic clock, whatever this process has had the time to notice: one
        that was stopped finds what it had asked for before, and its partitions may be another's since.
        """
        ...

    async def drain(self, grace_s: float) -> None:
        """Start nothing more, and let what runs come to its end within this time."""
        ...


AttemptKey = tuple[RunRef, int]  # a call of a run; one attempt of it at a time
