"""The offers of an engine's own runs, as far as it knows: what is to be put up, and what may stand in the table.

    put_up -> next -> (the store is asked) -> fate      drop, or withdrawing -> (the store is asked) -> settled

No I/O: the engine asks the store in between (`workers.py`), and so does a simulated one (`sim/offering.py`).
"""

from __future__ import annotations

import enum
from typing import Protocol

from msgspec.structs import replace

from ..engine.events import Dispatch
from ..model import Revision, RunRef
from .port import CallKey, Offer, OfferKind, Verdict


class Owner(Protocol):
    """Who knows the runs."""

    def revision_of(self, ref: RunRef) -> Revision: ...
    def waits_for(self, ref: RunRef, request: int) -> bool: ...


class Fate(enum.Enum):
    """What became of an offer that was asked for."""

    UP = "anybody may claim it"
    OURS = "it is claimed for the workers here"
    BUSY = "somebody answers an earlier one: it is asked for again"
    LOST = "its partition is another's by now"
    UNWANTED = "nobody waits for it any more: it is to be withdrawn"


class OwnOffers:
    def __init__(self) -> None:
        self._leaving: dict[CallKey, Offer] = {}
        self._offered: set[CallKey] = set()  # and not answered, as far as we know; or about to be

    @property
    def leaving(self) -> bool:
        """Whether there is something to put up."""
        return bool(self._leaving)

    def put_up(self, dispatch: Dispatch, kind: OfferKind, hold_ms: int) -> None:
        key = (dispatch.ref, dispatch.request)
        self._offered.add(key)
        self._leaving[key] = Offer(
            *key, dispatch.attempt, kind, dispatch.key, dispatch.arguments, dispatch.timeout_ms, hold_ms
        )

    def next(self, owner: Owner, most: int) -> list[Offer]:
        """What to ask the store for, at the revisions that its runs have now."""
        # Asked without an answer, it may have been put up, paid and consumed: at today's revision it would be put up a
        # second time. A state of that revision that waits for it has not consumed it.
        for key in [key for key in self._leaving if not owner.waits_for(*key)]:
            del self._leaving[key]
            self._offered.discard(key)
        for offer in list(self._leaving.values())[:most]:
            self._leaving[offer.key] = replace(offer, revision=owner.revision_of(offer.ref))
        return list(self._leaving.values())[:most]

    def fate(self, offer: Offer, verdict: Verdict | None) -> Fate:
        """Of one that `next` has named, by what the store said of it."""
        if self._leaving.get(offer.key) is not offer:  # revoked while it was being offered
            return Fate.UNWANTED
        if verdict is Verdict.BUSY:
            return Fate.BUSY
        del self._leaving[offer.key]
        if verdict is None:
            self._offered.discard(offer.key)
            return Fate.LOST
        return Fate.OURS if offer.hold_ms else Fate.UP

    def drop(self, key: CallKey) -> bool:
        """Nobody waits for it any more. Whether it may stand in the table, and is to be withdrawn."""
        self._leaving.pop(key, None)
        if key not in self._offered:
            return False
        self._offered.discard(key)
        return True

    def is_wanted(self, key: CallKey) -> bool:
        """Whether it was put up again since `drop`: a later attempt takes the place of the earlier one in the table,
        and a withdrawal that comes late would take that one away."""
        return key in self._offered

    def withdrawing(self, key: CallKey) -> None:
        """It is about to be withdrawn, and not to be put up after that."""
        self._leaving.pop(key, None)

    def settled(self, key: CallKey) -> None:
        """It is withdrawn or answered, or another's affair."""
        self._offered.discard(key)

    def look(self, owner: Owner) -> bool:
        """Whether any may stand in the table, of those that are still waited for."""
        self._offered = {key for key in self._offered if key in self._leaving or owner.waits_for(*key)}
        return bool(self._offered)
