"""`async with asyncio.timeout(...)`: the task is cancelled at the deadline, and that becomes a TimeoutError."""

from asyncio.exceptions import CancelledError

from waymark.machine import call_at as _call_at
from waymark.machine import call_soon as _call_soon
from waymark.machine import current_task as _current_task
from waymark.machine import time as _time


def timeout(delay):
    return Timeout(None if delay is None else _time() + delay)


def timeout_at(when):
    return Timeout(when)


class Timeout:
    """States as asyncio's messages name them: created, active, expiring (the task was cancelled), expired, finished."""

    def __init__(self, when):
        self._state = "created"
        self._when = when
        self._task = None
        self._cancelling = 0
        self._timer = None

    def when(self):
        return self._when

    def expired(self):
        return self._state in ("expiring", "expired")

    def reschedule(self, when):
        if self._state != "active":
            if self._state == "created":
                raise RuntimeError("Timeout has not been entered")
            raise RuntimeError(f"Cannot change state of {self._state} Timeout")
        self._when = when
        if self._timer is not None:
            self._timer.cancel()
        if when is None:
            self._timer = None
        elif when <= _time():
            self._timer = _call_soon(self._overdue, (), None)
        else:
            self._timer = _call_at(when, self._overdue, (), None)

    def _overdue(self):
        self._task.cancel()
        self._state = "expiring"
        self._timer = None

    async def __aenter__(self):
        if self._state != "created":
            raise RuntimeError("Timeout has already been entered")
        task = _current_task()
        if task is None:
            raise RuntimeError("Timeout should be used inside a task")
        self._state = "active"
        self._task = task
        self._cancelling = task.cancelling()
        self.reschedule(self._when)
        return self

    async def __aexit__(self, exc_type, exc_val, exc_tb):
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._state == "expiring":
            self._state = "expired"
            if self._task.uncancel() <= self._cancelling and exc_type is CancelledError:
                raise TimeoutError from exc_val
        elif self._state == "active":
            self._state = "finished"
        return

    def __repr__(self):
        if self._state != "active":
            return f"<Timeout [{self._state}]>"
        when = None if self._when is None else round(self._when, 3)
        return f"<Timeout [active] when={when}>"
