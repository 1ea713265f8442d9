"""A state that is larger than a batch goes to the store in several commits: new pages first, then all the rest.

Pages that no durable state names harm nobody: the row keeps its root, and only its revision rises, so that a commit
which arrives late changes nothing. The last commit names them. If it is never made, the same slice makes the same
pages again, under the same numbers; the run's end drops what is left of them, or the collector does with the run.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec.structs import replace

from waymark.vm.surface import PageId

from ..model import RunWrite, Status
from .live import Flight, Inputs, LiveRun

_MAY_SPLIT = frozenset({Status.RUNNING, Status.QUEUED})  # of the others the row says more than its state


def first_part(flight: Flight, bytes_max: int) -> Flight:
    """The flight itself, if it fits or cannot be split; else one with new pages of it, which goes before it."""
    run = flight.run
    if flight.size <= bytes_max or flight.delta is None or flight.rest is not None or run.status not in _MAY_SPLIT:
        return flight
    put, size = _new_pages(flight.write.put, run.pages, bytes_max)
    if not put or len(put) == len(flight.write.put):
        return flight  # it would be two commits in the place of one, and the first as large
    begins_later = run.status is Status.QUEUED and run.stored is not None  # by its row alone: the inbox has no start
    wake_at = run.stored.wake_at if begins_later and run.stored is not None else None
    write = RunWrite(run.ref, run.revision, run.status, run.root, put, wake_at=wake_at)
    run.flight = Flight(run, write, None, Inputs(), [], [], [], [], None, [], False, size, run.dates, flight)
    return run.flight


def _new_pages(
    put: Mapping[PageId, bytes], durable: Collection[PageId], bytes_max: int
) -> tuple[dict[PageId, bytes], int]:
    taken: dict[PageId, bytes] = {}
    size = 0
    for page, body in put.items():
        if page in durable or page < 0:
            continue  # what the durable state names stays as it is until the state changes; and so do our own
        if taken and size + len(body) > bytes_max:
            break
        taken[page] = body
        size += len(body)
    return taken, size


def follow(flight: Flight, rest: Flight) -> LiveRun:
    """What went ahead is durable: the rest is to be sent."""
    run, gone = flight.run, flight.write.put
    run.flight = rest
    run.revision = flight.write.expected + 1
    run.pages.update(gone)
    put = {page: body for page, body in rest.write.put.items() if page not in gone}
    rest.write = replace(rest.write, expected=run.revision, put=put)
    rest.size -= flight.size
    return run
