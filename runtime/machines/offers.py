"""The life of an offer: an action call that any host may claim, and answer in a transaction of its own.

The row is the ticket. Whoever deletes it decides: the claimer by its answer, the owner of the run by a withdrawal; the
other one finds nothing and gives up. An answer counts only from whom the claim is, and for the attempt it is at.
"""

from __future__ import annotations

import msgspec

from waymark.vm.surface import Instant

from ..model import EngineId
from .table import Row, Table, Word


class OfferState(Word):
    OPEN = "open"
    CLAIMED = "claimed"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class OfferEvent(Word):
    CLAIMED = "a host claims it"
    RENEWED = "its claimer is still at work"
    ANSWERED = "its claimer has the outcome"
    LAPSED = "the claim's time has passed"
    WITHDRAWN = "the run was cancelled, or its call timed out"


OFFERS: Table[OfferState, OfferEvent] = Table(
    "offer",
    "Claimed with `for update skip locked`, so two claimers never wait for each other. A lapsed claim is taken back by "
    "the owner, who deletes the offer and commits the next attempt.",
    OfferState.OPEN,
    (
        Row(OfferState.OPEN, OfferEvent.CLAIMED, OfferState.CLAIMED, "for a bounded time"),
        Row(OfferState.OPEN, OfferEvent.WITHDRAWN, OfferState.WITHDRAWN, "nobody had begun"),
        Row(OfferState.CLAIMED, OfferEvent.RENEWED, OfferState.CLAIMED, "for as long again"),
        Row(OfferState.CLAIMED, OfferEvent.ANSWERED, OfferState.ANSWERED, "the outcome is in the inbox"),
        Row(OfferState.CLAIMED, OfferEvent.LAPSED, OfferState.WITHDRAWN, "the next attempt is offered anew"),
        Row(OfferState.CLAIMED, OfferEvent.WITHDRAWN, OfferState.WITHDRAWN, "the claimer's answer finds no ticket"),
    ),
)


class Offer(msgspec.Struct, frozen=True):
    attempt: int
    state: OfferState = OfferState.OPEN
    claimer: EngineId | None = None
    claimed_until: Instant = 0


def claim(offer: Offer, claimer: EngineId, now: Instant, hold_us: int) -> Offer | None:
    """None: it is another's."""
    if not OFFERS.allows(offer.state, OfferEvent.CLAIMED):
        return None
    state = OFFERS.step(offer.state, OfferEvent.CLAIMED)
    return msgspec.structs.replace(offer, state=state, claimer=claimer, claimed_until=now + hold_us)


def renew(offer: Offer, claimer: EngineId, now: Instant, hold_us: int) -> Offer | None:
    """None: the claim is lost, and the attempt is to be stopped."""
    if not _is_of(offer, claimer, offer.attempt) or offer.claimed_until < now:
        return None
    return msgspec.structs.replace(offer, claimed_until=now + hold_us)


def answer(offer: Offer, claimer: EngineId, attempt: int) -> Offer | None:
    """None: nobody waits for this outcome, which is dropped. One that comes late but finds its ticket counts."""
    if not _is_of(offer, claimer, attempt):
        return None
    return msgspec.structs.replace(offer, state=OFFERS.step(offer.state, OfferEvent.ANSWERED))


def withdraw(offer: Offer, now: Instant, *, lapsed: bool) -> Offer | None:
    """None: it is not to be had: the claim lasts, or the outcome is in the inbox already."""
    event = OfferEvent.LAPSED if lapsed else OfferEvent.WITHDRAWN
    if not OFFERS.allows(offer.state, event) or (lapsed and offer.claimed_until >= now):
        return None
    return msgspec.structs.replace(offer, state=OFFERS.step(offer.state, event))


def _is_of(offer: Offer, claimer: EngineId, attempt: int) -> bool:
    return offer.state is OfferState.CLAIMED and offer.claimer == claimer and offer.attempt == attempt
