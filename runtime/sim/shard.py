"""An engine in the world: the real core and clock, under a shell like `engine/shell.py` that can be stopped anywhere.

It has a life of its own (heartbeats, polls, reads, one commit at a time, action workers) as coroutines that the world
drives. Whatever it asks the database goes over the world's network.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from ..engine.clock import EngineClock
from ..engine.core import Core
from ..engine.events import Completed, Dispatch, Faulted, Parked, Report, Revoke, Said
from ..engine.sharing import Sharing
from ..model import Batch, EngineId, Epoch, Part, RunRef, Status
from ..ports import Arrived, Fenced, OutcomeUnknown, Rejected, StaleRevision, Unreachable
from .acting import ScriptHost
from .hands import Hands
from .plan import MS
from .reader import Reader
from .timetable import Timetable

if TYPE_CHECKING:
    from .world import World

Answer = TypeVar("Answer")

TTL_MS = 2_000
BEAT_US = 500 * MS


class Shard:
    def __init__(self, world: World, name: str) -> None:
        self.world = world
        self.name = name
        self.id = world.uuid()
        self.host = f"host-{world.draw.randint(1, 2)}"
        self.dead = False
        self.frozen_until = 0
        self.doubtful = 0  # commits that it has given up, and that may arrive yet
        self.crumb: RunRef | None = None  # as in its lock file, which survives it
        self.clock = EngineClock(world.monotonic)
        self.core: Core = world.bugs.core(
            self.id, ScriptHost(world.deeds, world.pool), world.policy, world.limits, self._crumb, ticks_per_slice=10
        )
        self._sharing = Sharing(self.id, self.core, sorted(world.people.parts))
        self.hands = Hands(self)
        if self.hands.offering is not None:
            self.core.ticketing()
        self.reader = Reader(self)
        self.timetable = Timetable(self)
        self.lease_us = 0  # until when new attempts may begin
        self._unadopted: frozenset[Part] = frozenset()
        self._stepping = False
        self._sending: set[int] = set()
        self._alarm: int | None = None
        self._left = False  # something lies in the outbox, as a commit said
        world.spawn(self, self._lease())

    @property
    def restless(self) -> bool:
        """Whether something is under way that ends by itself."""
        core = self.core
        at_work = self.hands.running or (self.hands.offering is not None and self.hands.offering.restless)
        return bool(at_work or self._sending or self.reader.reading or core.needs() or core.unwritten)

    def _crumb(self, ref: RunRef | None) -> None:
        if self.world.deeds.dying:
            return  # what clears it in the core does not run when a process is killed
        self.crumb = ref
        if ref is not None:
            self.world.boundary(self, "in the middle of a slice")

    # --- partitions ---

    async def _lease(self) -> None:
        store, world = self.world.store, self.world
        await self.patiently(lambda: store.register(self.id, self.host, self.name))
        await self.patiently(self._take)
        await self.patiently(self._adopt)
        world.spawn(self, self.reader.poll())
        world.spawn(self, self._post())
        world.spawn(self, self.timetable.keep())
        if self.hands.offering is not None:
            self.hands.offering.begin()
        while True:
            await world.sleep(BEAT_US)
            await self.patiently(self._beat)
            await self.patiently(self._take)
            await self.patiently(self._adopt)
            await self.patiently(self._sweep)

    async def _post(self) -> None:
        """Move what runs send to others."""
        world, store = self.world, self.world.store
        while True:
            await world.sleep(MS if self._left else 500 * MS)
            self._left = False
            if parts := self.core.parts:
                world.boundary(self, "before it moves what its runs have sent")
                moved = await self.patiently(partial(world.ask, partial(store.move_outbox, parts, 2)))
                self._left = self._left or moved.more

    async def _sweep(self) -> None:
        store, parts = self.world.store, sorted(self.core.parts - self._unadopted)
        if parts:
            some = self.world.draw.sample(parts, -(-len(parts) // 16))
            await self.certain()
            as_of = self.core.commits
            if self.core.adopt(await self.world.ask(lambda: store.live_runs(some)), as_of):
                self.poke()

    async def _take(self) -> None:
        world, store = self.world, self.world.store
        for row in await world.ask(store.engines):
            dead = world.proved_dead(row)
            if dead is not None and row.host == self.host:
                if (ref := dead.crumb) is not None:
                    await world.ask(partial(store.strike, ref, "an engine died"))
                    dead.crumb = None
                await world.ask(partial(store.expire, row.engine))
        sent = world.monotonic()
        moves = self._sharing.look(await world.ask(lambda: store.peers(self.id)), self.clock.now())
        await self._give(moves.give)
        if moves.want:
            await world.ask(lambda: store.want(self.id, moves.want))
        before, wanted = self.core.parts, world.taken_by(moves.take)
        held: dict[Part, Epoch] = await world.ask(lambda: store.acquire(self.id, wanted, TTL_MS))
        self.core.lost((before & wanted) - held.keys())
        fresh = self.core.granted(held)
        if fresh or before & wanted != before & wanted & held.keys():
            self.hands.pauses.forget()
        if fresh:
            world.say(self, f"has taken partitions {sorted(fresh)}")
        self.lease_us = sent + TTL_MS * MS * 3 // 4
        self._unadopted |= fresh
        await self._sample()

    async def _give(self, give: Mapping[Part, EngineId]) -> None:
        world, store = self.world, self.world.store
        for other in sorted(set(give.values())):
            epochs = {part: self.core.epochs[part] for part, to in give.items() if to == other}
            given = await world.ask(partial(store.hand_over, self.id, epochs, other))
            self._sharing.handed_over(given)
            if given:
                world.say(self, f"has handed over partitions {sorted(given)}")

    async def _adopt(self) -> None:
        if self._unadopted:
            store, parts = self.world.store, self._unadopted & self.core.parts

            async def read() -> Arrived:
                return Arrived(await store.read_strikes(parts), ())

            await self.reader.show(read)
            await self.certain()
            as_of = self.core.commits
            self.core.adopt(await self.world.ask(lambda: store.live_runs(parts)), as_of)
            self._unadopted -= parts
            self.poke()

    async def _beat(self) -> None:
        sent = self.world.monotonic()
        if await self.world.ask(lambda: self.world.store.beat(self.id, TTL_MS)):
            self.lease_us = sent + TTL_MS * MS * 3 // 4
            await self._sample()
            return
        self.world.say(self, "has lost its lease")
        self.core.lost(self.core.parts)
        self.hands.pauses.forget()
        self._unadopted = frozenset()
        self.poke()

    async def _sample(self) -> None:
        asked = self.world.monotonic()
        self.clock.sample(await self.world.ask(self.world.store.now), asked, self.world.monotonic())
        self._ring()

    async def certain(self) -> None:
        """Returns when what is read now cannot be changed by a commit that was given up."""
        while self.doubtful:
            await self.world.sleep(5 * MS)

    async def patiently(self, step: Callable[[], Awaitable[Answer]]) -> Answer:
        while True:
            try:
                return await step()
            except Unreachable:
                await self.world.sleep(self.world.draw.randint(5 * MS, 50 * MS))

    # --- the core ---

    def poke(self) -> None:
        if not self._stepping and not self.dead:
            self._stepping = True
            self.world.later(self.world.draw.randint(0, 300), self._step, self)

    def _step(self) -> None:
        self._stepping = False
        core, world = self.core, self.world
        more = core.turn(self.clock.now(), world.draw.randint(1, 8))
        self._leave()
        for lane in core.lanes:
            batch = core.batch(lane) if lane not in self._sending else None
            if batch is not None:
                self._sending.add(lane)
                world.spawn(self, self._commit(batch, lane))
        for key in core.withdrawals():
            assert self.hands.offering is not None, "only offers are withdrawn"
            world.spawn(self, self.hands.offering.withdraw(key))
        self.reader.fetch()
        if more:
            self.poke()
        elif (alarm := core.next_alarm()) is not None and alarm != self._alarm:
            self._alarm = alarm
            world.later(max(0, alarm - self.clock.now()), self._ring, self)

    def leapt(self, us: int) -> None:
        """So much time has passed at once."""
        self.lease_us += us
        self._ring()

    def tell(self, report: Report) -> None:
        """What a worker has to say."""
        self.core.report(report, self.clock.now())
        self.poke()

    def _ring(self) -> None:
        self._alarm = None
        self.poke()

    async def _commit(self, batch: Batch, lane: int) -> None:
        core, world = self.core, self.world
        what = f"a commit of {len(batch.runs)} runs"
        world.boundary(self, f"before {what}")
        try:
            self._left |= await world.ask(lambda: world.store.commit(batch), commit=True)
        except Fenced as error:
            core.fenced(error.parts, lane)
        except StaleRevision as error:
            core.stale(error.runs, lane)
        except Rejected as error:
            core.refused(str(error), lane)
        except OutcomeUnknown:
            core.unknown(lane)
        except Unreachable:
            await world.sleep(world.draw.randint(5 * MS, 50 * MS))
            core.unreachable(lane)
        else:
            core.committed(lane)
            self._look_after(batch)
            self._sending.discard(lane)
            self._leave()
            self.poke()
            return
        self.hands.pauses.forget()
        self._sending.discard(lane)
        self._leave()
        self.poke()

    def _look_after(self, batch: Batch) -> None:
        for write in batch.runs:
            row = self.world.store.row(write.ref)
            same = row is not None and row.revision == write.expected + 1 and row.status is Status.RUNNING
            if row is not None and same and write.ref.part in self.core.parts and write.ref not in self.core.runs:
                self.world.checker.left_memory(row)

    def _leave(self) -> None:
        world = self.world
        for notice in self.core.notices():
            world.say(self, str(notice))
            if isinstance(notice, Faulted | Parked):
                self.hands.pauses.forget()
        for release in self.core.releases():
            world.checker.released(release)
            match release:
                case Dispatch(ref=ref):
                    world.checker.orders.dispatched(release, self.clock.now())
                    world.say(self, f"starts attempt {release.attempt} of call {release.request} of {release.ref.run}")
                    self.hands.take(release)
                case Revoke(ref=ref, request=request):
                    self.hands.revoke((ref, request))
                case Completed(ref=ref, status=status):
                    world.say(self, f"tells that {ref.run} is {status.value}")
                case Said(text=text):
                    world.say(self, f"prints {text!r}")
            world.boundary(self, "between two effects")
