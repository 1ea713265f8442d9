"""What a simulated engine shares with other hosts, as `offers/workers.py` does it: the same questions, in that order,
and the real `offers/own.py` to decide what they are about.

A transactional call is offered always, one for want of room when chance says that all places are taken. A claimed
attempt is answered in the table; one that pays does so with what it pays, in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from waymark.vm.surface import Succeeded

from ..engine.events import Dispatch, Ended, Lost, Report, Unregistered
from ..model import RunRef
from ..offers.answers import Answer
from ..offers.own import Fate, OwnOffers
from ..offers.port import CallKey, Offer, OfferKind, Verdict
from ..ports import OutcomeUnknown, Unreachable
from .acting import read_answer
from .plan import MS
from .steps import ACTION, TICKETS

if TYPE_CHECKING:
    from .shard import Shard

Said = TypeVar("Said")

HOLD_MS = 1_500
RENEW_US = 400 * MS
LOOK_US, LOOK_IDLE_US = 10 * MS, 200 * MS
OFFERED_MAX = 3  # in one question
FREE = 3  # so many attempts are claimed at a look
CLAIMABLE = frozenset({ACTION, *TICKETS})


class Offering:
    def __init__(self, shard: Shard) -> None:
        self._shard = shard
        self._world = shard.world
        self._own = OwnOffers()
        self.claimed: dict[CallKey, int] = {}  # attempts that run here on a claim, of whoever's run
        self._answers: list[tuple[RunRef, Answer]] = []
        self._withdrawing = 0
        self._turn = False  # an offer under way must not come behind its own withdrawal

    @property
    def restless(self) -> bool:
        return bool(self._own.leaving or self._answers or self._withdrawing)

    def begin(self) -> None:
        for life in (self._offer(), self._claim(), self._renew(), self._answer()):
            self._world.spawn(self._shard, life)

    # --- what the engine asks for ---

    def take(self, dispatch: Dispatch) -> bool:
        """Whether it is offered, now or later, and not for the workers here."""
        key, core = (dispatch.ref, dispatch.request), self._shard.core
        if self.claimed.pop(key, None) is not None:  # its run has become ours since, and this is the next attempt
            self._shard.hands.running.pop(key, None)
        paid = dispatch.key in TICKETS
        core.ticketed(*key, offered=paid)
        crowded = dispatch.key == ACTION and self._world.draw.random() < 0.25
        if not paid and not crowded:
            return False
        kind = OfferKind.TRANSACTION if paid else OfferKind.ROOM
        hold_ms = HOLD_MS if paid and self._world.draw.random() < 0.5 else 0
        self._own.put_up(dispatch, kind, hold_ms)
        return True

    def revoke(self, key: CallKey) -> None:
        self.claimed.pop(key, None)
        if self._own.drop(key):
            self._world.spawn(self._shard, self._forget(key))

    async def _forget(self, key: CallKey) -> None:
        """Nobody waits for it any more. Whether it is answered meanwhile does not matter."""

        store, me = self._world.store, self._shard.id

        async def withdraw() -> None:
            epoch = self._shard.core.epochs.get(key[0].part)
            if epoch is not None and not self._own.is_wanted(key):
                await self._world.ask(partial(store.withdraw, me, epoch, *key, lapsed=False))

        await self._shard.patiently(withdraw)

    async def withdraw(self, key: CallKey) -> None:
        """No run goes on from a call whose offer may still be answered."""
        self._withdrawing += 1
        verdict = await self._withdrawn(key)
        self._withdrawing -= 1
        self._own.settled(key)
        if verdict is Verdict.WITHDRAWN and self.claimed.pop(key, None) is not None:
            self._shard.hands.running.pop(key, None)
        if verdict is not Verdict.FENCED:
            self._shard.core.withdrawn(*key, verdict is Verdict.ANSWERED)
            self._shard.poke()

    async def _withdrawn(self, key: CallKey) -> Verdict:
        store, me = self._world.store, self._shard.id
        while True:
            epoch = self._shard.core.epochs.get(key[0].part)
            if epoch is None:
                return Verdict.FENCED
            await self._take_turn()
            self._own.withdrawing(key)
            verdict: Verdict = await self._patiently(partial(store.withdraw, me, epoch, *key, lapsed=False))
            self._turn = False
            if verdict is not Verdict.BUSY:
                return verdict
            await self._world.sleep(20 * MS)

    # --- what the workers come to ---

    def reported(self, report: Report) -> bool:
        """Whether it is of a claimed attempt, and answered in the table."""
        key = (report.ref, report.request)
        if not isinstance(report, Ended | Lost | Unregistered) or self.claimed.get(key) != report.attempt:
            return False
        if isinstance(report, Ended) and self._shard.hands.pays(key):
            self._world.spawn(self._shard, self._pay(report))
        else:
            del self.claimed[key]
            self._answers.append((report.ref, Answer.of(report)))
        return True

    async def _pay(self, report: Ended) -> None:
        """Its rows and its outcome are one transaction. What becomes of one without an answer, its owner finds out."""
        world, key = self._world, (report.ref, report.request)
        if not isinstance(read_answer(report.outcome), Succeeded):
            del self.claimed[key]
            self._answers.append((report.ref, Answer.of(report)))
            return
        world.boundary(self._shard, "before it pays")
        answer = Answer.of(report)
        try:
            paid = await world.ask(lambda: world.store.pay(self._shard.id, report.ref, answer), commit=True)
            world.say(self._shard, f"has {'' if paid else 'not '}paid for call {key[1]} of {key[0].run}")
        except (Unreachable, OutcomeUnknown):
            world.say(self._shard, f"does not know whether it has paid for call {key[1]} of {key[0].run}")
        if self.claimed.get(key) == report.attempt:
            del self.claimed[key]

    async def _answer(self) -> None:
        while True:
            if self._answers:
                chosen, self._answers = self._answers[:2], self._answers[2:]
                self._world.boundary(self._shard, "before it answers an offer")
                await self._patiently(partial(self._world.store.answer, self._shard.id, chosen))
            await self._world.sleep(LOOK_US)

    # --- offers ---

    async def _offer(self) -> None:
        while True:
            if self._own.leaving:
                await self._take_turn()
                await self._shard.patiently(self._offer_once)
                self._turn = False
            await self._world.sleep(LOOK_US)

    async def _offer_once(self) -> None:
        core, world = self._shard.core, self._world
        chosen, epochs = self._own.next(core, OFFERED_MAX), dict(core.epochs)
        verdicts = await world.ask(lambda: world.store.offer(self._shard.id, epochs, chosen))
        for offer in chosen:
            match self._own.fate(offer, verdicts.get(offer.key)):
                case Fate.UNWANTED:
                    await self._forget(offer.key)
                case Fate.OURS:
                    self._begin(offer)

    # --- claims ---

    def _begin(self, offer: Offer) -> None:
        self.claimed[offer.key] = offer.attempt
        self._world.say(self._shard, f"runs attempt {offer.attempt} of call {offer.call} of {offer.ref.run} on a claim")
        self._shard.hands.run(
            Dispatch(offer.ref, offer.call, offer.attempt, offer.action, offer.arguments, offer.timeout_ms)
        )

    async def _claim(self) -> None:
        world = self._world
        while True:
            first = world.draw.randrange(256)
            claimed = await self._patiently(partial(world.store.claim, self._shard.id, CLAIMABLE, FREE, HOLD_MS, first))
            for offer in claimed:
                self._begin(offer)
            await world.sleep(LOOK_US if claimed else LOOK_IDLE_US)

    async def _renew(self) -> None:
        """Keep our claims, and take back those that others have let lapse."""
        world, me = self._world, self._shard.id
        while True:
            await world.sleep(RENEW_US)
            if held := [(ref, call, attempt) for (ref, call), attempt in self.claimed.items()]:
                kept = await self._patiently(partial(world.store.renew, me, held, HOLD_MS))
                for ref, call, attempt in held:
                    if (ref, call) not in kept and self.claimed.get((ref, call)) == attempt:
                        del self.claimed[ref, call]
                        self._shard.hands.running.pop((ref, call), None)
            if self._own.look(self._shard.core):
                await self._take_back()

    async def _take_back(self) -> None:
        core, store = self._shard.core, self._world.store
        for ref, call, attempt in await self._patiently(partial(store.lapsed_offers, core.parts)):
            if (epoch := core.epochs.get(ref.part)) is None:
                continue
            verdict = await self._patiently(partial(store.withdraw, self._shard.id, epoch, ref, call, lapsed=True))
            if verdict is Verdict.WITHDRAWN:
                self._own.settled((ref, call))
                self.claimed.pop((ref, call), None)
                self._shard.tell(Lost(ref, call, attempt, "the host that had claimed it was not heard of any more"))

    # --- questions ---

    async def _take_turn(self) -> None:
        while self._turn:
            await self._world.sleep(MS)
        self._turn = True

    async def _patiently(self, ask: Callable[[], Coroutine[Any, Any, Said]]) -> Said:
        return await self._shard.patiently(lambda: self._world.ask(ask))
