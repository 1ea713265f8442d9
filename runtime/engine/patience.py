"""Asking a database that does not answer again, with growing pauses, until it does. Nothing is given up meanwhile."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

from ..ports import Rejected, Unreachable

log = logging.getLogger("waymark.engine")

Answer = TypeVar("Answer")

PAUSE_FIRST_S = 0.05
PAUSE_MAX_S = 2.0


def pauses_s() -> Iterator[float]:
    """Twice as long each time, and each somewhat shorter by chance, so that many engines do not ask in step."""
    pause = PAUSE_FIRST_S
    while True:
        yield pause * random.uniform(0.5, 1.0)
        pause = min(pause * 2, PAUSE_MAX_S)


async def patiently(step: Callable[[], Awaitable[Answer]]) -> Answer:
    said = logging.WARNING
    for pause in pauses_s():
        try:
            return await step()
        except Unreachable as error:
            log.log(said, "the database cannot be reached; asking again: %s", error)
            said = logging.DEBUG  # the same again would bury what else there is to read
        except Rejected as error:  # of a read: something in the database is damaged, and may be mended
            log.error("the database cannot read what it holds; asking again: %s", error)
        await asyncio.sleep(pause)
    raise AssertionError("the pauses never end")
