"""Calls of actions that no worker here has: offered to whoever has them, as long as somebody does.

Whoever has an action is asked for once for all calls of it that have come meanwhile: a host may have nothing but calls
for others. What nobody has goes to the workers here, who say what they miss, and its run waits for them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Protocol

from ..engine.events import Dispatch
from ..model import RunRef
from ..workers.port import AttemptKey, Shared
from .port import OfferKind
from .standing import Standing

LOOK_S = 5.0  # how often it is asked whether those that are to run elsewhere still can


class Offering(Protocol):
    """The workers that these calls are dispatched to."""

    def put_up(self, dispatch: Dispatch, kind: OfferKind, hold_ms: int) -> None: ...

    async def withdraw(self, ref: RunRef, request: int) -> bool | None: ...


class Elsewhere:
    """`missed`: takes the calls whose action nobody has."""

    def __init__(
        self,
        standing: Standing,
        offering: Offering,
        owner: Callable[[], Shared],
        missed: Callable[[Dispatch], None],
    ) -> None:
        self._standing = standing
        self._offering = offering
        self._owner = owner
        self._missed = missed
        self._calls: dict[AttemptKey, Dispatch] = {}
        self._new: dict[AttemptKey, Dispatch] = {}  # of these: not looked at so far
        self._come = asyncio.Event()

    def take(self, dispatch: Dispatch) -> None:
        key = (dispatch.ref, dispatch.request)
        self._calls[key] = self._new[key] = dispatch
        self._come.set()

    def drop(self, key: AttemptKey) -> None:
        """Nobody waits for it any more."""
        self._calls.pop(key, None)
        self._new.pop(key, None)

    async def serve(self) -> None:
        """Until cancelled: offer what comes."""
        while True:
            await self._come.wait()
            self._come.clear()
            new, self._new = self._new, {}
            for action, calls in _by_action(new).items():
                kind = await self._standing.find_knowing(action)
                for key, dispatch in calls.items():
                    if self._calls.get(key) is dispatch:
                        self._place(key, dispatch, kind)

    async def watch(self) -> None:
        """Until cancelled: take back what nobody has any more."""
        while True:
            await asyncio.sleep(LOOK_S)
            await self.look_again()

    async def look_again(self) -> None:
        for key in [key for key in self._calls if not self._owner().waits_for(*key)]:
            self.drop(key)
        placed = {key: dispatch for key, dispatch in self._calls.items() if key not in self._new}
        for action, calls in _by_action(placed).items():
            if await self._standing.find_knowing(action) is not None:
                continue
            for key, dispatch in calls.items():
                if self._calls.get(key) is dispatch and await self._offering.withdraw(*key) is False:
                    self._miss(key, dispatch)

    def _place(self, key: AttemptKey, dispatch: Dispatch, kind: OfferKind | None) -> None:
        if kind is None:
            self._miss(key, dispatch)
        else:
            self._owner().ticketed(*key, offered=kind is OfferKind.TRANSACTION)
            self._offering.put_up(dispatch, kind, 0)

    def _miss(self, key: AttemptKey, dispatch: Dispatch) -> None:
        if self._calls.get(key) is dispatch:  # and nobody has dropped it meanwhile
            del self._calls[key]
            self._missed(dispatch)


def _by_action(calls: Mapping[AttemptKey, Dispatch]) -> dict[str, dict[AttemptKey, Dispatch]]:
    found: dict[str, dict[AttemptKey, Dispatch]] = {}
    for key, dispatch in calls.items():
        found.setdefault(dispatch.key, {})[key] = dispatch
    return found
