"""`Workflow.receive` under CPython: what docs/LANGUAGE.md says of messages, in asyncio's own terms.

A topic has messages that nobody has taken and a line of those who wait. A message is promised to the first in the line,
who takes the oldest there is when its turn comes; who is cancelled meanwhile leaves it to the next.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any


@dataclass
class _Topic:
    unread: list[Any] = field(default_factory=list)
    line: list[asyncio.Future[None]] = field(default_factory=list)
    promised: int = 0

    def promise(self) -> None:
        """Wake as many as there are messages promised to nobody."""
        while self.line and len(self.unread) > self.promised:
            first = self.line.pop(0)
            if not first.done():
                self.promised += 1
                first.set_result(None)


class Messages:
    """The messages of one run."""

    def __init__(self) -> None:
        self._topics: defaultdict[str, _Topic] = defaultdict(_Topic)

    def awaited(self) -> bool:
        """Whether somebody waits for one."""
        return any(not each.done() for topic in self._topics.values() for each in topic.line)

    def deliver(self, name: str, value: Any) -> None:
        topic = self._topics[name]
        topic.unread.append(value)
        topic.promise()

    async def receive(self, name: str, timeout: timedelta | float | None = None) -> Any:
        loop, topic = asyncio.get_running_loop(), self._topics[name]
        seconds = timeout.total_seconds() if isinstance(timeout, timedelta) else timeout
        place: asyncio.Future[None] = loop.create_future()
        topic.line.append(place)
        topic.promise()
        timer = None

        def too_late() -> None:
            if not place.done():
                place.set_exception(TimeoutError(f"no message {name!r} came in time"))
                place._log_traceback = False  # type: ignore[attr-defined]  # it is nobody's but ours

        if seconds is not None and not place.done():
            if seconds <= 0:
                too_late()
            else:
                timer = loop.call_later(seconds, too_late)
        try:
            await place
        except BaseException:
            if place.done() and not place.cancelled() and place.exception() is None:
                topic.promised -= 1
            else:
                topic.line = [each for each in topic.line if each is not place]
            topic.promise()
            raise
        finally:
            if timer is not None:
                timer.cancel()
        topic.promised -= 1
        return topic.unread.pop(0)
