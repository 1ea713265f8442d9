"""Looking for offers: what is called out while a look is under way is looked for at once behind it."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any, cast

from virtual_loop import VirtualLoop

from waymark.runtime.offers.claiming import PAUSE_MIN_S, Claiming


class Pool:
    free = 4


class Store:
    """Has nothing to claim. During the first look somebody offers something."""

    def __init__(self) -> None:
        self.claims: Claiming | None = None
        self.looked_s: list[float] = []

    async def claim(self, *_: object) -> list[Any]:
        assert self.claims is not None
        self.looked_s.append(asyncio.get_running_loop().time())
        await asyncio.sleep(0.001)
        if len(self.looked_s) == 1:
            self.claims.wake.set()
        return []


def test_a_word_during_a_look_is_not_lost() -> None:
    async def scene() -> None:
        store = Store()
        claims = store.claims = Claiming(cast(Any, Pool()), cast(Any, store), lambda: uuid.UUID(int=1))
        claims.actions = frozenset({"shop:pack"})
        serving = asyncio.create_task(claims.serve())
        await asyncio.sleep(0.5)
        serving.cancel()
        first, second, *_ = store.looked_s
        assert second - first < PAUSE_MIN_S, "with nothing to claim the next look by the clock is a second later"

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(scene())
