"""What a supervisor does at the database for the engines of its host: it sends their heartbeats, looks at their inboxes
while nothing happens, hears LISTEN, and says what a dead one died of.

One poller and one listener serve a host, however many engines it has. An engine that works polls by itself, every few
milliseconds; once nothing is new it leaves that to us (engine/reader.py), and is woken by a byte.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

import msgspec

from ..config import Config
from ..engine.burial import bury
from ..engine.patience import pauses_s
from ..engine.proof import acquit, host_id, last_run, lock_path
from ..engine.vitals import STARTS, URGENT, Vitals, monotonic_us
from ..model import EngineId, EngineRow
from ..ports import Store, StoreError
from ..store.channels import ONLY_STARTS, inbox_channels, parts_of
from ..store.errors import Address
from ..store.links import Target
from ..store.listener import Listener, listening_target
from ..store.opening import Database, listening, open_store

log = logging.getLogger("waymark.supervisor")

NAME = "waymark supervisor"

HEARD_S = 1.0  # between looks while LISTEN is heard
ANSWER_S_MAX = 5.0  # a connection that does not answer is given up before a lease runs out
LAST_WORD_S_MAX = 2.0  # for what is told of an engine that is dead or about to be
RETRY_S = 0.25


class Charge(msgspec.Struct, frozen=True, eq=False):
    """An engine process that is up, or was until now."""

    engine: EngineId
    pid: int
    vitals: Vitals
    hint_fd: int

    def hint(self, word: bytes = URGENT) -> None:
        try:
            os.write(self.hint_fd, word)
        except (BlockingIOError, BrokenPipeError):
            pass  # it has more hints than it can read, or it is no more


class Duties:
    def __init__(self, config: Config, databases: tuple[Database, ...]) -> None:
        self._config = config
        self._databases = databases
        self._store: Store | None = None
        self._charges: dict[Charge, int] = {}  # with what its counter was at its last heartbeat
        self._look = asyncio.Event()
        listens = [
            listening_target(Target(each.dsn, Address.of(each.dsn), NAME, each.pooled), listening(each))
            for each in databases
        ]
        self._listeners = [Listener(target, self._heard, self._look.set) for target in listens if target is not None]

    def take_on(self, charge: Charge) -> None:
        self._charges[charge] = 0

    def let_go(self, charge: Charge) -> None:
        self._charges.pop(charge, None)

    async def serve(self) -> None:
        """Until cancelled."""
        self._store = await self._connected()
        try:
            for listener in self._listeners:
                listener.listen(inbox_channels())
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._beat(self._store))
                tasks.create_task(self._poll(self._store))
        finally:
            for listener in self._listeners:
                await listener.close()
            await self._store.close()

    async def _connected(self) -> Store:
        for pause_s in pauses_s():
            try:
                return await open_store(self._databases, application_name=NAME)
            except StoreError as error:  # the engines say the same, and more than once
                log.debug("no heartbeats yet: %s", error)
            await asyncio.sleep(pause_s)
        raise AssertionError("the pauses never end")

    # --- heartbeats ---

    async def _beat(self, store: Store) -> None:
        due_s: dict[EngineId, float] = {}
        clock = asyncio.get_running_loop().time
        while True:
            await asyncio.sleep(min(RETRY_S, self._config.heartbeat_ms / 2000))
            for charge, seen in list(self._charges.items()):
                if charge not in self._charges:
                    continue  # it has ended, and its vitals with it, while another's heartbeat was under way
                count = charge.vitals.count
                if not charge.vitals.leased or count == seen or clock() < due_s.get(charge.engine, 0.0):
                    continue  # what stands still gets no heartbeat, and loses its partitions
                if await self._beat_for(store, charge):
                    due_s[charge.engine] = clock() + self._config.heartbeat_ms / 1000
                    if charge in self._charges:
                        self._charges[charge] = count
            due_s = {each.engine: due_s[each.engine] for each in self._charges if each.engine in due_s}

    async def _beat_for(self, store: Store, charge: Charge) -> bool:
        """Whether the store has answered."""
        sent_us = monotonic_us()
        try:
            async with asyncio.timeout(ANSWER_S_MAX):
                extended = await store.beat(charge.engine, self._config.lock_ttl_ms)
        except (StoreError, TimeoutError) as error:
            log.warning("a heartbeat of engine %s was not answered: %s", charge.engine, error or "no answer in time")
            return False
        if charge not in self._charges:
            return False
        if extended:
            charge.vitals.beat_us = sent_us
        else:
            charge.vitals.refused()
        return True

    # --- wake-ups ---

    def _heard(self, channel: str, payload: str) -> None:
        parts = parts_of(channel)
        word = STARTS if payload == ONLY_STARTS else URGENT
        for charge in self._charges:
            if not charge.vitals.parts.isdisjoint(parts):
                charge.hint(word)

    async def _poll(self, store: Store) -> None:
        while True:
            self._look.clear()
            quiet = [charge for charge in self._charges if charge.vitals.leased and not charge.vitals.polling]
            try:
                async with asyncio.timeout(ANSWER_S_MAX):
                    await self._look_for(store, quiet)
            except (StoreError, TimeoutError) as error:
                log.debug("the inboxes could not be looked at: %s", error)
            else:
                for charge in self._charges:
                    charge.vitals.polled_us = monotonic_us()
            try:
                async with asyncio.timeout(self._pause_s()):
                    await self._look.wait()
            except TimeoutError:
                pass  # nobody called; polling is the truth

    async def _look_for(self, store: Store, charges: Iterable[Charge]) -> None:
        owned = {charge: charge.vitals.parts for charge in charges}
        parts = frozenset[int]().union(*owned.values())
        found = await store.parts_with_entries(parts) if parts else parts
        for charge, own in owned.items():
            if charge in self._charges and not found.isdisjoint(own):
                charge.hint()

    def _pause_s(self) -> float:
        heard = all(listener.hears(channel) for listener in self._listeners for channel in inbox_channels())
        everywhere = heard and len(self._listeners) == len(self._databases)
        return HEARD_S if everywhere else self._config.poll_interval_ms / 1000

    # --- the dead ---

    async def strike(self, charge: Charge) -> None:
        """It is about to be killed over the run that it executes."""
        row = self._row(charge)
        if (ref := last_run(row)) is None:
            return

        async def told(store: Store) -> None:
            await store.strike(ref, f"engine {charge.engine} did not come out of it, and was killed")
            acquit(Path(row.lock))
            log.warning("run %s gets a strike", ref.run)

        await self._last_word(told)

    async def bury(self, charge: Charge) -> None:
        """It has ended, in whatever way."""
        row = self._row(charge)

        async def told(store: Store) -> None:
            await bury(store, row, host_id())

        await self._last_word(told)

    async def _last_word(self, tell: Callable[[Store], Awaitable[None]]) -> None:
        if self._store is None:
            return  # the next engine of this host finds out by itself
        try:
            async with asyncio.timeout(LAST_WORD_S_MAX):
                await tell(self._store)
        except (StoreError, TimeoutError) as error:
            log.warning("the database was not told of a dead engine; the next one tells it: %s", error)

    def _row(self, charge: Charge) -> EngineRow:
        return EngineRow(charge.engine, host_id(), str(lock_path(self._config.state_dir, charge.engine)))
