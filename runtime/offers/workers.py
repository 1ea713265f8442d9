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
import time
from functools import partial
from typing import Protocol

from ..engine.events import Beat, Dispatch, Lost, Report, Revoke
from ..engine.patience import patiently
from ..model import RunRef
from ..ports import Store
from ..workers import protocol
from ..workers.dispatch import WorkerPool
from ..workers.port import AttemptKey, Reporter, Shared
from .answering import Answering
from .claiming import HOLD_MS, Claiming
from .elsewhere import Elsewhere
from .noting import Noting
from .own import Fate, OwnOffers
from .port import OfferKind, OfferStore, Verdict
from .standing import Standing
from .waiting import soon

log = logging.getLogger("waymark.offers")

START_S_MAX = 0.05  # what has not started here by then may start elsewhere
RENEW_S = 5.0  # claims, and what is said of the workers
KEPT_PER_SLOT = 2  # attempts that wait here for each that runs: the next ones begin without a question to the store
OFFERED_MAX = 500  # in one statement
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
        self._claims = Claiming(pool, store, lambda: self._owner.id)
        self._elsewhere = Elsewhere(self._standing, self, lambda: self._owner, pool.dispatch)
        self._early: dict[AttemptKey, Dispatch] = {}  # dispatched before it was known what they are
        self._local: dict[AttemptKey, tuple[Dispatch, float]] = {}  # in the pool, with the time since when
        self._own = OwnOffers()
        self._peers: tuple[float, bool] = (0.0, False)
        self._forgetting: set[asyncio.Task[None]] = set()
        self._draining = False
        self._turn = asyncio.Lock()  # an offer under way must not come behind its own withdrawal
        self._wake_offers, self._changed = asyncio.Event(), asyncio.Event()
        pool.listen(self)

    def belongs_to(self, engine: Shared) -> None:
        self._engine = engine

    @property
    def _owner(self) -> Shared:
        assert self._engine is not None, "belongs_to is called first"
        return self._engine

    async def serve(self, report: Reporter) -> None:
        self._report = report
        try:
            await self._serve()
        finally:
            for task in self._forgetting:
                task.cancel()

    async def _serve(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._pool.serve(self._reported), name="action workers")
            tasks.create_task(self._offer(), name="offers")
            tasks.create_task(self._claims.serve(), name="claims")
            tasks.create_task(self._renew(), name="renewals of claims")
            tasks.create_task(self._introduce(), name="introductions of workers")
            tasks.create_task(self._elsewhere.serve(), name="calls for others")
            tasks.create_task(self._elsewhere.watch(), name="calls that others may have lost")
            tasks.create_task(self._answering.serve(self._owner.id), name="answers to offers")
            tasks.create_task(self._noting.serve(), name="notes of attempts")

    # --- what the engine asks for ---

    def dispatch(self, dispatch: Dispatch) -> None:
        key = (dispatch.ref, dispatch.request)
        self._claims.stop(key)  # its run has become ours since, and this is the next attempt
        self._elsewhere.drop(key)  # the attempt before was there
        if self._actions is None:
            self._early[key] = dispatch
        elif dispatch.key not in self._actions:
            self._elsewhere.take(dispatch)
        elif dispatch.key in self._transactional:
            self._owner.ticketed(*key, offered=True)
            hold_ms = HOLD_MS if self._pool.free > 0 else 0
            self.put_up(dispatch, OfferKind.TRANSACTION, hold_ms)
        else:
            self._owner.ticketed(*key, offered=False)
            if not self._local:
                self._wake_offers.set()
            self._local[key] = (dispatch, time.monotonic())
            self._pool.dispatch(dispatch)

    def revoke(self, revoke: Revoke) -> None:
        key = (revoke.ref, revoke.request)
        self._early.pop(key, None)
        self._elsewhere.drop(key)
        self._local.pop(key, None)
        self._claims.held.pop(key, None)
        self._pool.revoke(revoke)
        if self._own.drop(key):
            forgetting = asyncio.create_task(self._forget_offer(key), name="an offer to be forgotten")
            self._forgetting.add(forgetting)
            forgetting.add_done_callback(self._forgotten)

    def hold(self, held: bool, until_s: float = math.inf) -> None:
        self._pool.hold(held, until_s)

    async def drain(self, grace_s: float) -> None:
        self._draining = self._claims.closed = True
        await self._pool.drain(grace_s)
        await self._answering.flush()
        await self._noting.flush()
        await self._standing.leave()

    async def withdraw(self, ref: RunRef, request: int) -> bool | None:
        """Whether the call's offer is answered; else there is none any more. None: the partition is another's."""
        key = (ref, request)
        while True:
            epoch = self._owner.epochs.get(ref.part)
            if epoch is None:
                return None
            async with self._turn:
                self._own.withdrawing(key)
                asked = partial(self._store.withdraw, self._owner.id, epoch, ref, request, lapsed=False)
                verdict = await patiently(asked)
            if verdict is not Verdict.BUSY:
                break
            await asyncio.sleep(BUSY_S)
        self._own.settled(key)
        if verdict is Verdict.FENCED:
            return None
        if verdict is Verdict.ANSWERED:
            self._owner.hint()
        else:
            self._claims.stop(key)
        return verdict is Verdict.ANSWERED

    async def _forget_offer(self, key: AttemptKey) -> None:
        """Nobody waits for it any more. Whether it is answered meanwhile does not matter."""

        async def withdraw() -> None:
            epoch = self._owner.epochs.get(key[0].part)
            if epoch is not None and not self._own.is_wanted(key):
                await self._store.withdraw(self._owner.id, epoch, *key, lapsed=False)

        await patiently(withdraw)

    def _forgotten(self, task: asyncio.Task[None]) -> None:
        self._forgetting.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("an offer could not be withdrawn: %s", error)

    # --- what the pool says ---

    def known(self, actions: frozenset[str], transactional: frozenset[str]) -> None:
        self._actions = actions
        self._transactional = transactional
        early, self._early = self._early, {}
        for dispatch in early.values():
            self.dispatch(dispatch)
        self._claims.actions = actions
        self._claims.wake.set()
        self._changed.set()

    def logged(self, dispatch: Dispatch, lines: tuple[protocol.Line, ...]) -> None:
        self._noting.logged(dispatch, lines)

    def answered(self, dispatch: Dispatch, committed: bool) -> None:
        self._claims.held.pop((dispatch.ref, dispatch.request), None)
        self._claims.wake.set()
        if committed:
            self._answered(dispatch.ref)

    def _answered(self, ref: RunRef) -> None:
        if ref.part in self._owner.epochs:
            self._owner.hint()

    def _reported(self, report: Report) -> None:
        key = (report.ref, report.request)
        assert self._report is not None, "it is served"
        if isinstance(report, Beat):
            if key not in self._claims.held or report.ref.part in self._owner.epochs:
                self._report(report)
            return
        self._noting.ended(report)
        self._local.pop(key, None)
        if self._claims.held.pop(key, None) is not None:
            self._answering.put(report)
            self._claims.wake.set()
        else:
            self._report(report)

    # --- offers ---

    def put_up(self, dispatch: Dispatch, kind: OfferKind, hold_ms: int) -> None:
        """Offer it, soon. For so long its workers here may claim it, and nobody else."""
        self._own.put_up(dispatch, kind, hold_ms)
        self._wake_offers.set()

    async def _offer(self) -> None:
        """Until cancelled."""
        while True:
            if not (self._own.leaving or self._local):
                await self._wake_offers.wait()
            self._wake_offers.clear()
            await self._put_up_what_waits()
            if self._own.leaving:
                async with self._turn:
                    await patiently(self._offer_once)
            if self._own.leaving or self._local:
                await soon(self._wake_offers, BUSY_S)

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
                self.put_up(dispatch, OfferKind.ROOM, 0)

    async def _others_live(self) -> bool:
        asked, others = self._peers
        if time.monotonic() - asked > PEERS_S:
            peers = await patiently(lambda: self._store.peers(self._owner.id))
            others = len(peers.live - {self._owner.id}) > 0
            self._peers = (time.monotonic(), others)
        return others

    async def _offer_once(self) -> None:
        chosen = self._own.next(self._owner, OFFERED_MAX)
        if not chosen:
            return
        verdicts = await self._store.offer(self._owner.id, dict(self._owner.epochs), chosen)
        for offer in chosen:
            match self._own.fate(offer, verdicts.get(offer.key)):
                case Fate.UNWANTED:
                    await self._forget_offer(offer.key)
                case Fate.BUSY:
                    self._owner.hint()
                case Fate.OURS:
                    self._claims.begin(offer)
                case Fate.UP:
                    self._claims.wake.set()
                case Fate.LOST:
                    pass  # whoever has its run by now sees to it

    # --- what is kept up ---

    async def _introduce(self) -> None:
        """Until cancelled: say which workers are ready, as soon as one is, and now and then that they still are."""
        while True:
            self._changed.clear()
            await self._standing.tell()
            await soon(self._changed, RENEW_S)

    async def _renew(self) -> None:
        """Until cancelled: keep our claims, and take back those that others have let lapse."""
        while True:
            await asyncio.sleep(RENEW_S)
            await self._claims.renew()
            if self._own.look(self._owner) and self._owner.epochs:
                await self._take_back()

    async def _take_back(self) -> None:
        for ref, call, attempt in await patiently(lambda: self._store.lapsed_offers(list(self._owner.epochs))):
            epoch = self._owner.epochs.get(ref.part)
            if epoch is None:
                continue
            verdict = await self._store.withdraw(self._owner.id, epoch, ref, call, lapsed=True)
            if verdict is Verdict.WITHDRAWN and self._report is not None:
                self._own.settled((ref, call))
                self._claims.held.pop((ref, call), None)
                self._report(Lost(ref, call, attempt, "the host that had claimed it was not heard of any more"))
