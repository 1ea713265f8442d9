"""Offers: one ticket, and whoever takes it away decides."""

from __future__ import annotations

from uuid import UUID

import pytest

from waymark.runtime.machines.offers import OFFERS, Offer, OfferEvent, OfferState, answer, claim, renew, withdraw
from waymark.runtime.machines.table import Refused

ME, OTHER = UUID(int=1), UUID(int=2)
OPEN = Offer(attempt=3)


def claimed() -> Offer:
    offer = claim(OPEN, ME, now=100, hold_us=50)
    assert offer is not None
    return offer


def test_one_host_claims_it() -> None:
    assert claimed() == Offer(3, OfferState.CLAIMED, ME, 150)
    assert claim(claimed(), OTHER, now=101, hold_us=50) is None


@pytest.mark.parametrize(("claimer", "now", "kept"), [(ME, 150, True), (ME, 151, False), (OTHER, 120, False)])
def test_only_its_claimer_renews_it_while_it_lasts(claimer: UUID, now: int, kept: bool) -> None:
    renewed = renew(claimed(), claimer, now, hold_us=50)
    assert (renewed is not None) == kept
    if renewed is not None:
        assert renewed.claimed_until == now + 50


@pytest.mark.parametrize(("claimer", "attempt", "counts"), [(ME, 3, True), (ME, 2, False), (OTHER, 3, False)])
def test_an_answer_counts_from_its_claimer_and_for_its_attempt(claimer: UUID, attempt: int, counts: bool) -> None:
    answered = answer(claimed(), claimer, attempt)
    assert (answered is not None) == counts
    if answered is not None:
        assert answered.state is OfferState.ANSWERED
        assert withdraw(answered, 200, lapsed=False) is None, "the outcome is in the inbox"
        assert answer(answered, claimer, attempt) is None, "it counts once"


def test_a_claim_lapses_only_when_its_time_has_passed() -> None:
    assert withdraw(claimed(), 150, lapsed=True) is None
    taken = withdraw(claimed(), 151, lapsed=True)
    assert taken is not None and taken.state is OfferState.WITHDRAWN
    assert answer(taken, ME, 3) is None, "the late answer finds no ticket"


def test_a_withdrawn_offer_cannot_be_claimed() -> None:
    withdrawn = withdraw(OPEN, 0, lapsed=False)
    assert withdrawn is not None and claim(withdrawn, ME, 1, 1) is None
    with pytest.raises(Refused):
        OFFERS.step(withdrawn.state, OfferEvent.CLAIMED)
