"""What an engine knows of the offers of its own runs, question by question."""

from __future__ import annotations

import uuid

from waymark.runtime.engine.events import Dispatch
from waymark.runtime.model import RunRef
from waymark.runtime.offers.own import Fate, OwnOffers
from waymark.runtime.offers.port import CallKey, Offer, OfferKind, Verdict

REF = RunRef(3, uuid.UUID(int=7))


class Owner:
    """Waits for these calls; its runs are at this revision."""

    def __init__(self, *calls: int, revision: int = 5) -> None:
        self._calls = calls
        self._revision = revision

    def waits_for(self, ref: RunRef, request: int) -> bool:
        return request in self._calls

    def revision_of(self, ref: RunRef) -> int:
        return self._revision


def key(call: int) -> CallKey:
    return REF, call


def put_up(own: OwnOffers, call: int, attempt: int = 1, hold_ms: int = 0) -> None:
    own.put_up(Dispatch(REF, call, attempt, "shop:pay", b"", 1_000), OfferKind.TRANSACTION, hold_ms)


def asked(own: OwnOffers, call: int) -> Offer:
    return next(offer for offer in own.next(Owner(1, 2, 3), 10) if offer.call == call)


def test_what_is_waited_for_is_asked_for_at_the_revision_of_the_day() -> None:
    own = OwnOffers()
    for call in (1, 2, 3):
        put_up(own, call)
    assert [(offer.call, offer.revision) for offer in own.next(Owner(2, 3), 1)] == [(2, 5)]
    assert [(offer.call, offer.revision) for offer in own.next(Owner(2, 3, revision=6), 5)] == [(2, 6), (3, 6)]
    assert not own.drop(key(1)) and own.drop(key(2)) and not own.drop(key(2))
    put_up(own, 3, attempt=2)
    assert own.is_wanted(key(3)) and not own.is_wanted(key(2))


def test_each_answer_of_the_store_has_a_fate() -> None:
    own = OwnOffers()
    put_up(own, 1)
    assert own.fate(asked(own, 1), Verdict.BUSY) is Fate.BUSY and own.leaving
    assert own.fate(asked(own, 1), Verdict.OFFERED) is Fate.UP and not own.leaving
    assert own.look(Owner(1)) and own.drop(key(1))
    put_up(own, 2, hold_ms=15)
    assert own.fate(asked(own, 2), Verdict.OFFERED) is Fate.OURS
    own.settled(key(2))
    put_up(own, 3)
    assert own.fate(asked(own, 3), None) is Fate.LOST
    assert not own.look(Owner(1, 2, 3))


def test_what_is_revoked_or_asked_anew_while_the_store_is_asked_is_not_wanted() -> None:
    own = OwnOffers()
    put_up(own, 1)
    offer = asked(own, 1)
    assert own.drop(key(1)) and own.fate(offer, Verdict.OFFERED) is Fate.UNWANTED
    put_up(own, 1)
    offer = asked(own, 1)
    put_up(own, 1, attempt=2)
    assert own.fate(offer, Verdict.OFFERED) is Fate.UNWANTED and own.leaving
    assert own.fate(asked(own, 1), Verdict.OFFERED) is Fate.UP


def test_what_is_being_withdrawn_is_not_put_up_any_more_but_stands_until_that_is_settled() -> None:
    own = OwnOffers()
    put_up(own, 1)
    own.withdrawing(key(1))
    assert not own.leaving and own.look(Owner(1))
    own.settled(key(1))
    assert not own.look(Owner(1))


def test_what_nobody_waits_for_is_not_looked_after() -> None:
    own = OwnOffers()
    put_up(own, 1)
    own.fate(asked(own, 1), Verdict.OFFERED)
    assert not own.look(Owner())
    put_up(own, 2)
    assert own.look(Owner()), "it is about to be put up"
