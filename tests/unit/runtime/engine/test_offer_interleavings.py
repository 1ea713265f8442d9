"""Transactional calls in worlds drawn from a seed: claimers, owners, cancels and crashes take steps in any order.

The store is the memory one, and its answers are the ticket protocol of both. A claimer's row is written with its
answer, as by a transaction. At the end a call has its one row exactly if its outcome is known to be a value.
"""

from __future__ import annotations

import random
import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.examples import FACTORS, profile
from waymark.runtime.engine import answered, turns
from waymark.runtime.engine.core import Core
from waymark.runtime.engine.events import Dispatch, Lost, Revoke
from waymark.runtime.machines.attempts import AttemptPolicy, Backoff
from waymark.runtime.model import ENDED, RunRef
from waymark.runtime.offers.answers import Answer
from waymark.runtime.offers.port import Offer, OfferKind, Verdict
from waymark.vm.surface import Raised, Succeeded

from .doubles import ACTION
from .world import TTL_MS, World, at_once

SEEDS = 60 * FACTORS[profile()]
HOSTS = [uuid.UUID(int=n) for n in (91, 92)]
HOLD_MS = 1_000
STEPS = 120
POLICY = AttemptPolicy(attempts_max=2, backoff=Backoff(base_us=0, cap_us=0))
PROGRAMS = ([["call", 1], ["call", 2]], [["race", 3], ["call", 4]], [["fan", 3]], [["call", 1], ["sleep", 500_000]])


class Offering(Core):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.ticketing()


class Tickets(World):
    """Every call is transactional."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw
        self.rows: Counter[tuple[RunRef, int]] = Counter()
        self.running_there: list[tuple[Offer, uuid.UUID]] = []
        super().__init__(Offering, POLICY)

    def boot(self) -> None:
        super().boot()
        self.offers: dict[tuple[RunRef, int], Dispatch] = {}
        self.sent: tuple[Offer, Dispatch] | None = None
        self.withdrawals: list[tuple[RunRef, int]] = []

    def leave(self) -> None:
        self.notices += self.core.notices()
        for release in self.core.releases():
            match release:
                case Dispatch(ref=ref, request=request):
                    self.check(release)
                    self.core.ticketed(ref, request, offered=True)
                    self.offers[ref, request] = release
                case Revoke(ref=ref, request=request):
                    self.offers.pop((ref, request), None)
        self.withdrawals += self.core.withdrawals()

    # --- steps that anybody may take at any time ---

    def offer(self) -> None:
        """It is under way; one at a time."""
        if self.sent is None and self.offers:
            key = self.draw.choice(list(self.offers))
            each, revision = self.offers[key], self.core.revision_of(key[0])
            offer = Offer(*key, each.attempt, OfferKind.TRANSACTION, ACTION, each.arguments, 1_000, revision=revision)
            self.sent = (offer, each)

    def arrive(self) -> None:
        if self.sent is None:
            return
        (offer, each), self.sent = self.sent, None
        verdict = at_once(self.store.offer(self.engine, dict(self.core.epochs), [offer])).get(offer.key)
        if self.offers.get(offer.key) is each:
            if verdict is not Verdict.BUSY:
                del self.offers[offer.key]
        elif self.draw.random() < 0.5:  # nobody waits for it any more, which may be noticed too late
            at_once(self.store.withdraw(self.engine, self.core.epochs[offer.ref.part], *offer.key, lapsed=False))

    def claim(self) -> None:
        host = self.draw.choice(HOSTS)
        claimed = at_once(self.store.claim(host, [ACTION], 2, HOLD_MS, 0))
        self.running_there += [(offer, host) for offer in claimed]

    def end_one(self, good: bool = False) -> None:
        if not self.running_there:
            return
        offer, host = self.running_there.pop(self.draw.randrange(len(self.running_there)))
        luck = 1.0 if good else self.draw.random()
        if luck < 0.2:
            return  # its host is lost
        said = Raised(ValueError("no")) if luck < 0.4 else Succeeded(10)
        answer = Answer(offer.call, offer.attempt, self.host.encode_outcome(said))
        counted = at_once(self.store.answer(host, [(offer.ref, answer)]))
        if offer.key in counted and isinstance(said, Succeeded):
            self.rows[offer.key] += 1

    def take_back(self) -> None:
        for ref, call, attempt in at_once(self.store.lapsed_offers(list(self.core.parts))):
            verdict = at_once(self.store.withdraw(self.engine, self.core.epochs[ref.part], ref, call, lapsed=True))
            if verdict is Verdict.WITHDRAWN:
                self.core.report(Lost(ref, call, attempt, "silent"), self.now)

    def withdraw(self) -> None:
        given, self.withdrawals = self.withdrawals, []
        self.arrive()  # never behind a withdrawal
        for ref, call in given:
            self.offers.pop((ref, call), None)
            verdict = at_once(self.store.withdraw(self.engine, self.core.epochs[ref.part], ref, call, lapsed=False))
            if verdict in (Verdict.WITHDRAWN, Verdict.ANSWERED):
                self.core.withdrawn(ref, call, verdict is Verdict.ANSWERED)

    def commit(self) -> None:
        if not self.send():
            return
        luck = self.draw.random()
        if luck < 0.8:
            self.answer()
        else:
            if luck < 0.9:
                self.write()
            self.core.unknown()
            self.batch = None

    def wait(self) -> None:
        self.now += self.draw.choice([1_000, 200_000, HOLD_MS * 1_100])

    def cancel_one(self) -> None:
        at_once(self.store.cancel(self.draw.choice(self.refs), "enough"))

    def lose_power(self) -> None:
        if self.draw.random() < 0.3:
            self.now += TTL_MS * 1_000 + 1
            self.boot()

    # --- the whole ---

    def play(self) -> None:
        self.refs = [self.start(f"run-{n}", *self.draw.choice(PROGRAMS)) for n in range(3)]
        usual: list[Callable[[], object]] = [
            self.poll,
            self.read,
            self.turn,
            self.commit,
            self.leave,
            self.offer,
            self.arrive,
            self.claim,
            self.end_one,
            self.take_back,
            self.withdraw,
            self.wait,
        ]
        for _ in range(STEPS):
            self.draw.choice(usual)()
            if self.draw.random() < 0.03:
                self.draw.choice([self.cancel_one, self.lose_power])()
            self.leave()

    def come_to_an_end(self) -> None:
        for _ in range(400):
            if all(self.row(ref).status in ENDED for ref in self.refs):
                return
            self.now += 100_000
            for step in (self.poll, self.read, self.turn, self.leave, self.claim, self.take_back):
                step()
            for _ in range(len(self.offers) + 1):
                self.offer()
                self.arrive()
            while self.running_there:
                self.end_one(good=True)
            self.withdraw()
            if self.send():
                self.answer()
            self.leave()
        raise AssertionError([self.row(ref) for ref in self.refs])

    def wrong(self) -> list[str]:
        known = {(row.ref, row.call) for ref in self.refs for row in at_once(self.store.calls_of(ref)) if row.ok}
        written = {key for key, count in self.rows.items() if count}
        return [
            *(f"{key} has {count} rows" for key, count in self.rows.items() if count > 1),
            *(f"{key} has a row that nobody knows of" for key in written - known),
            *(f"{key} is said to be done, and has no row" for key in known - written),
        ]


def played(seed: int) -> Tickets:
    world = Tickets(random.Random(seed))
    world.play()
    world.come_to_an_end()
    return world


@pytest.mark.parametrize("first", range(0, SEEDS, 20))
def test_a_call_has_its_row_exactly_if_its_outcome_is_a_value(first: int):
    for seed in range(first, first + 20):
        assert played(seed).wrong() == [], f"seed {seed}"


def ignores_its_offers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "cut_off", lambda run: set())


def believes_only_the_attempt_that_it_stands_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("waymark.runtime.engine.arrivals.Arrivals.earlier", lambda *_: None)


def goes_on_though_it_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    true = answered.withdrawn
    monkeypatch.setattr(
        "waymark.runtime.engine.core.withdrawn", lambda m, ref, request, _: true(m, ref, request, False)
    )


def offers_again_what_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("waymark.runtime.store.memory_offers.MemoryOffers._answered", lambda *_: False)


@pytest.mark.parametrize(
    "planted",
    [
        ignores_its_offers,
        believes_only_the_attempt_that_it_stands_at,
        goes_on_though_it_is_answered,
        offers_again_what_is_answered,
    ],
)
def test_a_planted_fault_is_found(planted: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch):
    planted(monkeypatch)
    for seed in range(400):
        try:
            if played(seed).wrong():
                return
        except AssertionError:
            return  # a run that never ends is a fault, too
    raise AssertionError("400 worlds did not show it")
