"""What an action may know of the attempt that it runs in, and say about it: `waymark.current_action()`.

One for each attempt, in a context variable: what the action awaits, and the threads that it starts with
`asyncio.to_thread`, find the same one. Whoever runs the attempt gives it an `Ears`, which hears what the action says.
"""

from __future__ import annotations

import logging
import time
import uuid
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from waymark.vm.wire import encode_value

if TYPE_CHECKING:
    from .connecting import LazyConnection

SECONDS_MAX = 10 * 365 * 86_400.0


class Ears(Protocol):
    """Where an attempt runs. Called from any thread."""

    def beat(self, progress: bytes | None) -> None: ...
    def note(self, record: logging.LogRecord) -> None: ...


class Deaf:
    """Nobody has to know: the action runs in no attempt, as when a script calls it."""

    def beat(self, progress: bytes | None) -> None:
        """There is no timeout that it would put off."""

    def note(self, record: logging.LogRecord) -> None:
        """It is told by the handlers of the process."""


class CurrentAction:
    """The attempt that runs here.

    Outside of a run, as when a script calls the action, `run_id`, `call_id` and `deadline` are None.

    Example:
        @action
        async def pay(order_id: int) -> str:
            current = waymark.current_action()
            current.logger.info("order %s, at most until %s", order_id, current.deadline)
            return current.name

        assert (await pay(7)).endswith(":pay")
    """

    def __init__(
        self,
        name: str,
        *,
        run_id: uuid.UUID | None = None,
        call_id: int | None = None,
        attempt: int = 1,
        timeout_s: float | None = None,
        ears: Ears | None = None,
        connection: LazyConnection | str | None = None,
    ) -> None:
        self.name = name  # "module:name"
        self.run_id = run_id
        self.call_id = call_id
        self.attempt = attempt
        self._stopped_at = None if timeout_s is None else time.time() + timeout_s
        self.retry_after_us: int | None = None
        self._ears: Ears = ears or Deaf()
        self._connection = connection

    def __repr__(self) -> str:
        return f"<attempt {self.attempt} of {self.name}, run {self.run_id}, call {self.call_id}>"

    # Most attempts ask for none of these, so they are made when they are asked for.

    @cached_property
    def idempotency_key(self) -> str:
        """The same in every attempt of the call: hand it to services that recognise what they were told before.

        Example:
            @action
            async def pay(order_id: int) -> str:
                return waymark.current_action().idempotency_key    # a header of the request, say

            assert await pay(7)
        """
        return f"{self.run_id}:{self.call_id}" if self.run_id is not None else str(uuid.uuid4())

    @cached_property
    def deadline(self) -> datetime | None:
        """When this attempt is stopped.

        Example:
            @action
            async def left() -> timedelta | None:
                deadline = waymark.current_action().deadline
                return None if deadline is None else deadline - datetime.now(UTC)

            assert await left() is None    # outside of a run nothing stops it
        """
        return None if self._stopped_at is None else datetime.fromtimestamp(self._stopped_at, UTC)

    @cached_property
    def logger(self) -> logging.Logger:
        """What is said to it stands in the history of the run, with its attempt.

        Example:
            @action
            async def pay(order_id: int) -> None:
                waymark.current_action().logger.warning("order %s is large", order_id)

            await pay(7)
        """
        return logging.getLogger(f"waymark.action.{self.name.replace(':', '.')}")

    def heartbeat(self, progress: Any = None) -> None:
        """Say that the action is at work, and how far it is: any value that a workflow could be given.

        Example:
            @action
            async def upload(parts: int) -> int:
                for part in range(parts):
                    waymark.current_action().heartbeat({"parts done": part})
                return parts

            assert await upload(3) == 3
        """
        self._ears.beat(None if progress is None else encode_value(progress, "progress"))

    def retry_after(self, delay: timedelta | float) -> None:
        """If this attempt raises and the policy makes another, it begins so much later, whatever the backoff says.

        Example:
            @action
            async def ask(url: str) -> None:
                waymark.current_action().retry_after(timedelta(seconds=30))    # as its answer said
                raise ConnectionError(f"{url} is busy")
        """
        seconds = delay.total_seconds() if isinstance(delay, timedelta) else delay
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise TypeError(f"retry_after takes seconds or a timedelta, and not {delay!r}")
        if not 0 <= seconds <= SECONDS_MAX:
            raise ValueError(f"retry_after takes a time from 0 to ten years, and not {delay!r}")
        self.retry_after_us = int(seconds * 1_000_000)

    @property
    def connection(self) -> LazyConnection:
        """The connection of a transactional action: what is written on it and the outcome are committed together.

        It has `execute`, `executemany`, `fetch`, `fetchrow` and `fetchval` of asyncpg; `await` it for the connection
        itself. It is opened when it is first used.

        Example:
            @action(transaction=True)
            async def book(seat: str) -> None:
                await waymark.current_action().connection.execute("insert into seats values ($1)", seat)
        """
        if self._connection is None:
            raise RuntimeError(
                f"action {self.name} has no connection: mark it @action(transaction=True), and call it in a run"
            )
        if isinstance(self._connection, str):
            raise RuntimeError(f"action {self.name} has no connection here: {self._connection}")
        return self._connection

    def hear(self, record: logging.LogRecord) -> None:
        self._ears.note(record)


_current: ContextVar[CurrentAction] = ContextVar("current action")


def current_action() -> CurrentAction:
    """The attempt that runs here. RuntimeError where no action runs.

    Example:
        @action
        async def pay(order_id: int) -> str:
            return f"attempt {waymark.current_action().attempt}"

        assert await pay(7) == "attempt 1"
    """
    try:
        return _current.get()
    except LookupError:
        raise RuntimeError("no action runs here: call current_action() in one, or in what it calls") from None


def current_or_none() -> CurrentAction | None:
    return _current.get(None)


class running:
    """Everything in this block is part of the attempt."""

    def __init__(self, current: CurrentAction) -> None:
        self._current = current

    def __enter__(self) -> CurrentAction:
        self._token = _current.set(self._current)
        return self._current

    def __exit__(self, *_: object) -> None:
        _current.reset(self._token)
