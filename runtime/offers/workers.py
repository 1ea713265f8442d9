"""The workers of an engine that shares its calls with other hosts, and theirs with them: a pool, and offers around it.

    dispatched -> the pool                         started within 50 ms
               -> an offer -> any host's pool      what was not, if other engines live
               -> an offer -> this pool first      transactional, always: the offer is its ticket

An attempt that was claimed is answered in the table, also if its run is of this engine: the answer comes to the owner
by its inbox. A claim is renewed as long as its attempt runs; one whose claimer is silent is taken back by the owner,
for whom that attempt was lost.
"""

from __future__ import annotations

import asyncio
import logging
import math
import random
import time
from functools import partial
from typing import Protocol

import msgspec

from ..engine.events import Beat, Dispatch, Lost, Report, Revoke
from ..engine.patience import patiently
from ..model import PARTITIONS, RunRef
from ..ports import Store
from ..workers import protocol
from ..workers.dispatch import WorkerPool
from ..workers.port import AttemptKey, Reporter, Shared, Ticketed
from .answering import Answering
from .noting import Noting
from .port import Offer, OfferKind, OfferStore, Verdict
from .standing import Standing

log = logging.getLogger("waymark.offers")

START_S_MAX = 0.05  # what has not started here by then may start elsewhere
HOLD_MS = 15_000  # a claim lasts so long without a word of its claimer
RENEW_S = 5.0
KEPT_PER_SLOT = 2  # attempts that wait here for each that runs: the next ones begin without a question to the store
OFFERED_MAX = 500  # in one statement
CLAIMED_MAX = 100
PAUSE_MIN_S, PAUSE_MAX_S = 0.02, 1.0  # between looks for offers, while there are some and while there are none
BUSY_S = 0.02  # somebody is answering: look again
PEERS_S = 1.0  # how long it is remembered whether others live


class OffersAndRuns(Store, OfferStore, Protocol):
    """What the store of such an engine can do."""


class OfferingWorkers:
    """See `workers.port.Workers`. `belongs_to` is called before it is served."""

    def __init__(self, pool: WorkerPool, store: OffersAndRuns) -> None:
        self._pool = pool
        self._store = store
        self._noting = Noting(store)
        self._answering = Answering(store, self._answered)
        self._engine: Shared | None = None
        self._report: Reporter | None = None
        self._actions: frozenset[str] | None = None  # None: no worker was ready yet
        self._transactional: frozenset[str] = frozenset()
        self._standing = Standing(pool, store, lambda: self._owner.id)
        self._unknown: dict[AttemptKey, Dispatch] = {}  # of actions that no worker here has
        self._early: dict[AttemptKey, Dispatch] = {}  # dispatched before it was known what they are
        self._local: dict[AttemptKey, tuple[Dispatch, float]] = {}  # in the pool, with the time since when
        self._leaving: dict[AttemptKey, Offer] = {}  # to be offered
        self._offered: set[AttemptKey] = set()  # of runs of this engine, and not answered as far as we know
        self._claimed: dict[AttemptKey, int] = {}  # attempts that run here on a claim, of whoever's run
        self._peers: tuple[float, bool] = (0.0, False)
        self._draining = False
        self._turn = asyncio.Lock()  # an offer under way must not come behind its own withdrawal
        self._wake_offers, self._wake_claims, self._changed = asyncio.Event(), asyncio.Event(), asyncio.Event()
        pool.listen(self)

    def belongs_to(self, engine: Shared) -> None:
        self._engine = engine

    @property
    def _owner(self) -> Shared:
        assert self._engine is not None, "belongs_to is called first"
        return self._engine

    async def serve(self, report: Reporter) -> None:
        self._report = report
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._pool.serve(self._reported), name="action workers")
            tasks.create_task(self._offer(), name="offers")
            tasks.create_task(self._claim(), name="claims")
            tasks.create_task(self._renew(), name="renewals of claims")
            tasks.create_task(self._introduce(), name="introductions of workers")
            tasks.create_task(self._answering.serve(self._owner.id), name="answers to offers")
            tasks.create_task(self._noting.serve(), name="notes of attempts")

    # --- what the engine asks for ---

    def dispatch(self, dispatch: Dispatch) -> None:
        key = (dispatch.ref, dispatch.request)
        if self._claimed.pop(key, None) is not None:  # its run has become ours since, and this is the next attempt
            self._pool.revoke(Revoke(*key))
        if self._actions is None:
            self._early[key] = dispatch
        elif dispatch.key not in self._actions:
            asyncio.ensure_future(self._look_elsewhere(dispatch)).add_done_callback(_tell_failure)
            self._unknown[key] = dispatch
        elif dispatch.key in self._transactional:
            self._owner.ticketed(*key, offered=True)
            hold_ms = HOLD_MS if self._pool.free > 0 else 0
            self._put_up(dispatch, OfferKind.TRANSACTION, hold_ms)
        else:
            self._owner.ticketed(*key, offered=False)
            if not self._local:
                self._wake_offers.set()
            self._local[key] = (dispatch, time.monotonic())
            self._pool.dispatch(dispatch)

    def revoke(self, revoke: Revoke) -> None:
        key = (revoke.ref, revoke.request)
        self._early.pop(key, None)
        self._unknown.pop(key, None)
        self._local.pop(key, None)
        self._leaving.pop(key, None)
        self._claimed.pop(key, None)
        self._pool.revoke(revoke)
        if key in self._offered:
            self._offered.discard(key)
            asyncio.ensure_future(self._forget_offer(key)).add_done_callback(_tell_failure)

    async def _look_elsewhere(self, dispatch: Dispatch) -> None:
        """Offer it to whoever has its action. If nobody has, the workers here say what they miss, and its run waits."""
        key = (dispatch.ref, dispatch.request)
        kind = await self._standing.find_knowing(dispatch.key)
        if self._unknown.get(key) is not dispatch:
            return  # nobody waits for it any more
        if kind is None:
            del self._unknown[key]
            self._pool.dispatch(dispatch)
        else:
            self._owner.ticketed(*key, offered=kind is OfferKind.TRANSACTION)
            self._put_up(dispatch, kind, 0)

    async def _look_again(self) -> None:
        """Whether those that are to run elsewhere still can."""
        for key, dispatch in list(self._unknown.items()):
            if not self._owner.waits_for(*key):
                self._unknown.pop(key, None)
                continue
            gone = await self._standing.find_knowing(dispatch.key) is None and self._unknown.get(key) is dispatch
            if gone and await self.withdraw(*key) is False and self._unknown.pop(key, None) is dispatch:
                self._pool.dispatch(dispatch)

    def hold(self, held: bool, until_s: float = math.inf) -> None:
        self._pool.hold(held, until_s)

    async def drain(self, grace_s: float) -> None:
        self._draining = True
        await self._pool.drain(grace_s)
        await self._answering.flush()
        await self._noting.flush()
        await self._standing.leave()

    async def withdraw(self, ref: RunRef, request: int) -> bool | None:
        """Whether the call's offer is answered; else there is none any more. None: the partition is another's."""
        while True:
            epoch = self._owner.epochs.get(ref.part)
            if epoch is None:
                return None
            async with self._turn:
                self._leaving.pop((ref, request), None)
                asked = partial(self._store.withdraw, self._owner.id, epoch, ref, request, lapsed=False)
                verdict = await patiently(asked)
            if verdict is not Verdict.BUSY:
                break
            await asyncio.sleep(BUSY_S)
        key = (ref, request)
        self._offered.discard(key)
        if verdict is Verdict.FENCED:
            return None
        if verdict is Verdict.ANSWERED:
            self._owner.hint()
        elif self._claimed.pop(key, None) is not None:
            self._pool.revoke(Revoke(ref, request))
        return verdict is Verdict.ANSWERED

    async def _forget_offer(self, key: AttemptKey) -> None:
        """Nobody waits for it any more. Whether it is answered meanwhile does not matter."""
        epoch = self._owner.epochs.get(key[0].part)
        if epoch is not None:
            await patiently(lambda: self._store.withdraw(self._owner.id, epoch, *key, lapsed=False))

    # --- what the pool says ---

    def known(self, actions: frozenset[str], transactional: frozenset[str]) -> None:
        self._actions = actions
        self._transactional = transactional
        early, self._early = self._early, {}
        for dispatch in early.values():
            self.dispatch(dispatch)
        self._wake_claims.set()
        self._changed.set()

    def logged(self, dispatch: Dispatch, lines: tuple[protocol.Line, ...]) -> None:
        self._noting.logged(dispatch, lines)

    def answered(self, dispatch: Dispatch, committed: bool) -> None:
        self._claimed.pop((dispatch.ref, dispatch.request), None)
        self._wake_claims.set()
        if committed:
            self._answered(dispatch.ref)

    def _answered(self, ref: RunRef) -> None:
        if ref.part in self._owner.epochs:
            self._owner.hint()

    def _reported(self, report: Report) -> None:
        key = (report.ref, report.request)
        assert self._report is not None, "it is served"
        if isinstance(report, Beat):
            if key not in self._claimed or report.ref.part in self._owner.epochs:
                self._report(report)
            return
        self._noting.ended(report)
        self._local.pop(key, None)
        if self._claimed.pop(key, None) is not None:
            self._answering.put(report)
            self._wake_claims.set()
        else:
            self._report(report)

    # --- offers ---

    def _put_up(self, dispatch: Dispatch, kind: OfferKind, hold_ms: int) -> None:
        key = (dispatch.ref, dispatch.request)
        self._offered.add(key)
        self._leaving[key] = Offer(
            dispatch.ref,
            dispatch.request,
            dispatch.attempt,
            kind,
            dispatch.key,
            dispatch.arguments,
            dispatch.timeout_ms,
            hold_ms,
        )
        self._wake_offers.set()

    async def _offer(self) -> None:
        """Until cancelled."""
        while True:
            if not (self._leaving or self._local):
                self._wake_offers.clear()
                await self._wake_offers.wait()
            await self._put_up_what_waits()
            if self._leaving:
                async with self._turn:
                    await patiently(self._offer_once)
            if self._leaving or self._local:
                await _soon(self._wake_offers, BUSY_S)

    async def _put_up_what_waits(self) -> None:
        """What has waited here for too long, but for the first few, if there is anybody else."""
        if self._draining or not await self._others_live():
            return
        late = time.monotonic() - START_S_MAX
        waiting = [key for key, (_, since) in self._local.items() if since <= late and self._pool.has_waiting(key)]
        started = [key for key, (_, since) in self._local.items() if since <= late and not self._pool.has_waiting(key)]
        for key in started:
            del self._local[key]
        for key in waiting[KEPT_PER_SLOT * self._pool.slots :]:
            dispatch, _ = self._local.get(key, (None, 0.0))
            if dispatch is not None and dispatch.heartbeat_ms is None and self._pool.take_back(key) is not None:
                del self._local[key]
                self._put_up(dispatch, OfferKind.ROOM, 0)

    async def _others_live(self) -> bool:
        asked, others = self._peers
        if time.monotonic() - asked > PEERS_S:
            peers = await patiently(lambda: self._store.peers(self._owner.id))
            others = len(peers.live - {self._owner.id}) > 0
            self._peers = (time.monotonic(), others)
        return others

    async def _offer_once(self) -> None:
        # Asked without an answer, it may have been put up, paid and consumed: at today's revision it would be put up a
        # second time. A state of that revision that waits for it has not consumed it.
        for key in [key for key in self._leaving if not self._owner.waits_for(*key)]:
            del self._leaving[key]
            self._offered.discard(key)
        chosen = list(self._leaving.values())[:OFFERED_MAX]
        if not chosen:
            return
        revision_of = self._owner.revision_of
        current = [msgspec.structs.replace(offer, revision=revision_of(offer.ref)) for offer in chosen]
        verdicts = await self._store.offer(self._owner.id, dict(self._owner.epochs), current)
        for offer in chosen:
            if self._leaving.get(offer.key) is not offer:  # revoked while it was being offered
                await self._forget_offer(offer.key)
                continue
            verdict = verdicts.get(offer.key)
            if verdict is Verdict.BUSY:
                self._owner.hint()
                continue
            del self._leaving[offer.key]
            if verdict is None:  # its partition is another's by now
                self._offered.discard(offer.key)
            elif offer.hold_ms:
                self._begin(offer)
            else:
                self._wake_claims.set()

    # --- claims ---

    def _begin(self, offer: Offer) -> None:
        self._claimed[offer.key] = offer.attempt
        ticket = protocol.Ticket(offer.ref.part, self._owner.id) if offer.kind is OfferKind.TRANSACTION else None
        self._pool.dispatch(
            Ticketed(
                offer.ref,
                offer.call,
                offer.attempt,
                offer.action,
                offer.arguments,
                offer.timeout_ms,
                ticket=ticket,
            )
        )

    async def _claim(self) -> None:
        """Until cancelled."""
        pause_s = PAUSE_MAX_S
        while True:
            free = 0 if self._draining else min(self._pool.free, CLAIMED_MAX)
            if free and self._actions:
                pause_s = PAUSE_MIN_S if await self._claim_once(free) else min(2 * pause_s, PAUSE_MAX_S)
            await _soon(self._wake_claims, pause_s)

    async def _claim_once(self, free: int) -> bool:
        assert self._actions is not None, "somebody has said what actions there are"
        actions, first = self._actions, random.randrange(PARTITIONS)
        claimed = await patiently(lambda: self._store.claim(self._owner.id, actions, free, HOLD_MS, first))
        for offer in claimed:
            self._begin(offer)
        return bool(claimed)

    async def _introduce(self) -> None:
        """Until cancelled: say which workers are ready, as soon as one is."""
        while True:
            self._changed.clear()
            await self._standing.tell()
            await self._changed.wait()

    async def _renew(self) -> None:
        """Until cancelled: keep our claims, and take back those that others have let lapse."""
        while True:
            await asyncio.sleep(RENEW_S)
            await self._standing.tell()
            await self._look_again()
            if self._claimed:
                held = [(ref, call, attempt) for (ref, call), attempt in self._claimed.items()]
                kept = await patiently(partial(self._store.renew, self._owner.id, held, HOLD_MS))
                for ref, call, attempt in held:
                    if (ref, call) not in kept and self._claimed.get((ref, call)) == attempt:
                        del self._claimed[ref, call]
                        self._pool.revoke(Revoke(ref, call))
            self._offered = {key for key in self._offered if key in self._leaving or self._owner.waits_for(*key)}
            if self._offered and self._owner.epochs:
                await self._take_back()

    async def _take_back(self) -> None:
        for ref, call, attempt in await patiently(lambda: self._store.lapsed_offers(list(self._owner.epochs))):
            epoch = self._owner.epochs.get(ref.part)
            if epoch is None:
                continue
            verdict = await self._store.withdraw(self._owner.id, epoch, ref, call, lapsed=True)
            if verdict is Verdict.WITHDRAWN and self._report is not None:
                self._offered.discard((ref, call))
                self._claimed.pop((ref, call), None)
                self._report(Lost(ref, call, attempt, "the host that had claimed it was not heard of any more"))


async def _soon(called: asyncio.Event, pause_s: float) -> None:
    """When somebody calls, or after that time."""
    called.clear()
    try:
        async with asyncio.timeout(pause_s):
            await called.wait()
    except TimeoutError:
        return  # nobody did; looking is the truth


def _tell_failure(task: asyncio.Future[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("an offer could not be withdrawn: %s", error)
