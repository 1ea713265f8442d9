"""The time that a run was given runs only while engines can execute it.

While it is paused, parked or failed it stands still: `deadline_at` of its row is then too early by as long as that was.
So a page of the run that is the engine's own says how much was left when it stopped, and once the run goes on, until
when it has time. A run that was never held has no such page.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from waymark.vm.surface import Instant, PageId

from .live import LiveRun

OVERDUE_PAGE: PageId = -2  # says that the run was told that its time is over; the machine numbers its own from 1
TIME_PAGE: PageId = -4

_PAGE = msgspec.msgpack.Decoder(tuple[bool, int])  # whether it stands still; then what is left, else until when


def read_time(run: LiveRun, pages: Mapping[PageId, bytes], now: Instant) -> None:
    """Raises msgspec.DecodeError, if the page is damaged."""
    if run.deadline is None:
        return
    run.time_page = pages.get(TIME_PAGE)
    if OVERDUE_PAGE in pages:
        run.deadline, run.overdue = None, True
    elif run.time_page is not None:
        still, us = _PAGE.decode(run.time_page)
        run.deadline, run.left_us = (None, us) if still else (us, None)
        if not run.paused:
            go_on(run, now)


def stand_still(run: LiveRun, now: Instant) -> None:
    if run.deadline is not None:
        run.left_us, run.deadline = run.deadline - _begun(run, now), None


def go_on(run: LiveRun, now: Instant) -> None:
    if run.left_us is not None:
        run.deadline, run.left_us = _begun(run, now) + run.left_us, None


def time_page(run: LiveRun, now: Instant, held: bool) -> bytes | None:
    """What the page is to say with the next commit; None: there need not be any. `held`: the run does not go on."""
    left_us = run.left_us
    if left_us is None and run.deadline is None:
        return None
    if left_us is None and held:
        left_us = run.deadline - _begun(run, now) if run.deadline is not None else None
    if left_us is not None:
        return msgspec.msgpack.encode((True, left_us))
    as_given = run.stored is not None and run.deadline == run.stored.deadline_at
    return None if as_given else msgspec.msgpack.encode((False, run.deadline))


def _begun(run: LiveRun, now: Instant) -> Instant:
    """Its time counts from when it may begin, and nothing before that is any of it."""
    begins = run.stored.start_at if run.stored is not None else None
    return now if begins is None else max(now, begins)
