"""Several databases as one store: each run lives whole in the database that is home to its partition.

No transaction spans two of them. What is asked of one run goes to its home, and the other databases may be away
meanwhile; what is asked of all (lists, schedules) is put together, and of lists what is away is left out, and the log
says so. Engines work on one database each (home_store.py), so that this store is the clients'.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Self

from waymark.vm.surface import Instant, PageId

from ..model import Batch, CallRow, EndedRun, NewRun, Part, RunId, RunRef, StoredRun, partition_of
from ..ports import Away
from .homes import Homes
from .opening import Database
from .routed_owners import RoutedOwners
from .routed_people import RoutedPeople
from .rules import check_new


class RoutedStore(RoutedPeople, RoutedOwners):
    """See `ports.Store` for what each method promises."""

    def __init__(self, homes: Homes) -> None:
        """Not for callers: use `connect`."""
        self._homes = homes

    @classmethod
    async def connect(
        cls, databases: Sequence[Database], *, application_name: str = "waymark", migrate: bool = True, lanes: int = 1
    ) -> Self:
        """Those that are away are opened when they are back; a mistake in one of them is told at once."""
        assert lanes == 1, "an engine has one database, and lanes there"
        homes = Homes(databases, application_name, migrate)
        try:
            await homes.reachable(lambda store: store.now())
        except BaseException:
            await homes.close()
            raise
        return cls(homes)

    async def close(self) -> None:
        await self._homes.close()

    async def now(self) -> Instant:
        """Of the first that answers: their clocks are kept together by whoever runs them."""
        return next(
            now for _, now in await self._homes.reachable(lambda store: store.now()) if not isinstance(now, Away)
        )

    # --- units ---
    async def put_units(self, units: Mapping[bytes, bytes]) -> None:
        """In all of them, since children live anywhere. One that is away gets them before anything is started there."""
        for home, answer in await self._homes.reachable(lambda store: store.put_units(units)):
            if isinstance(answer, Away):
                home.keep_units(units)

    async def get_unit(self, code_hash: bytes) -> bytes | None:
        found = await self._homes.reachable(lambda store: store.get_unit(code_hash))
        return next((body for _, body in found if isinstance(body, bytes)), None)

    # --- clients ---
    async def start(self, new: NewRun) -> RunRef:
        check_new(new)
        return await (await self._homes.at(new.ref.part)).start(new)

    async def start_many(self, news: Sequence[NewRun]) -> list[RunRef]:
        for new in news:
            check_new(new)

        async def some(parts: frozenset[Part]) -> dict[tuple[str, str], RunRef]:
            mine = [new for new in news if new.ref.part in parts]
            store = await self._homes.at(mine[0].ref.part)
            refs = await store.start_many(mine)
            return {(new.workflow, new.key): ref for new, ref in zip(mine, refs, strict=True)}

        split = self._homes.split(new.ref.part for new in news)
        refs: dict[tuple[str, str], RunRef] = {}
        for answer in await asyncio.gather(*(some(parts) for _, parts in split)):
            refs |= answer
        return [refs[new.workflow, new.key] for new in news]

    async def cancel(self, ref: RunRef, reason: str) -> None:
        await (await self._homes.at(ref.part)).cancel(ref, reason)

    async def resume(self, ref: RunRef) -> None:
        await (await self._homes.at(ref.part)).resume(ref)

    async def pause(self, ref: RunRef) -> None:
        await (await self._homes.at(ref.part)).pause(ref)

    async def retry(self, ref: RunRef) -> bool:
        return await (await self._homes.at(ref.part)).retry(ref)

    async def send(self, ref: RunRef, body: bytes) -> bool:
        return await (await self._homes.at(ref.part)).send(ref, body)

    async def get_run(self, ref: RunRef) -> StoredRun | None:
        return await (await self._homes.at(ref.part)).get_run(ref)

    async def find_run(self, workflow: str, key: str) -> RunRef | None:
        return await (await self._homes.at(partition_of(workflow, key))).find_run(workflow, key)

    async def wait_ended(self, ref: RunRef, timeout_s: float) -> EndedRun | None:
        return await (await self._homes.at(ref.part)).wait_ended(ref, timeout_s)

    # --- runs ---
    async def get_runs(self, refs: Collection[RunRef]) -> Sequence[StoredRun]:
        async def some(parts: frozenset[Part]) -> Sequence[StoredRun]:
            mine = [ref for ref in refs if ref.part in parts]
            return await (await self._homes.at(mine[0].part)).get_runs(mine)

        split = self._homes.split(ref.part for ref in refs)
        return [run for runs in await asyncio.gather(*(some(parts) for _, parts in split)) for run in runs]

    async def load_pages(self, ref: RunRef) -> dict[PageId, bytes]:
        return await (await self._homes.at(ref.part)).load_pages(ref)

    async def calls_of(self, ref: RunRef) -> Sequence[CallRow]:
        return await (await self._homes.at(ref.part)).calls_of(ref)

    async def pages_of(self, runs: Collection[RunId]) -> int:
        return sum(await self._homes.every(lambda store: store.pages_of(runs)))

    async def commit(self, batch: Batch) -> bool:
        split = self._homes.split(batch.fence)
        if len(split) != 1:
            raise ValueError(f"a batch is of one database, and this one names partitions of {len(split)}")
        return await (await split[0][0].opened()).commit(batch)
