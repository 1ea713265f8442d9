"""The clock and randomness that a workflow may use. In a run they are the run's own and never change.

Outside of one (in an action, a script, a test of a helper) they do the obvious thing.
"""

from __future__ import annotations

import asyncio
import random as _random
import uuid as _uuid
from datetime import UTC, datetime


def now() -> datetime:
    """The time, with its zone: UTC. In a workflow, when the run last went on; it never goes back.

    Example:
        assert waymark.now().utcoffset() == timedelta(0)
    """
    return datetime.now(UTC)


def uuid4() -> _uuid.UUID:
    """A random UUID. In a workflow, the next one of a sequence that the run's seed fixes.

    Example:
        assert waymark.uuid4().version == 4
    """
    return _uuid.uuid4()


async def sleep_until(when: datetime) -> None:
    """Sleep until a time of the clock, which has a zone. A workflow sleeps so for a month as for a minute.

    Example:
        @workflow
        class Alarm(Workflow):
            async def run(self, at: datetime) -> str:
                await waymark.sleep_until(at)
                return "good morning"

        assert await Alarm().run(waymark.now() + timedelta(days=30)) == "good morning"
    """
    if when.utcoffset() is None:
        raise ValueError("sleep until a datetime with a time zone, such as `waymark.now()` has")
    await asyncio.sleep(max(0.0, (when - datetime.now(UTC)).total_seconds()))


def random() -> float:
    """A random float, at least 0.0 and below 1.0. In a workflow, from the same sequence.

    Example:
        assert 0 <= waymark.random() < 1
    """
    return _random.random()
