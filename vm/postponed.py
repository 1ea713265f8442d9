"""Attempts of action calls that follow by themselves, at a time: part of the run's state, as its own timers are.

The driver says when, and the machine asks for the attempt when that time has come, whoever drives it by then. The heap
is derived from the requests; one that was answered or withdrawn meanwhile is passed over.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator

from .surface import Instant, StartAction
from .values.futures import Future

Requests = dict[int, Future]


class Postponed:
    def __init__(self, requests: Requests) -> None:
        self._heap = [(due, number) for number, future in requests.items() if (due := _due(future)) is not None]
        heapq.heapify(self._heap)

    def add(self, number: int, due: Instant) -> None:
        heapq.heappush(self._heap, (due, number))

    def next(self, requests: Requests) -> Instant | None:
        while self._heap and not _meant(self._heap[0], requests):
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def take_due(self, requests: Requests, now: Instant) -> Iterator[Future]:
        while self._heap and self._heap[0][0] <= now:
            entry = heapq.heappop(self._heap)
            if _meant(entry, requests):
                yield requests[entry[1]]


def _due(future: Future) -> Instant | None:
    return None if future.request is None else future.request.due


def _meant(entry: tuple[Instant, int], requests: Requests) -> bool:
    due, number = entry
    return number in requests and _due(requests[number]) == due


def start_of(future: Future) -> StartAction:
    """What an open request of an action asks for."""
    asked = future.request
    assert asked is not None
    return StartAction(
        asked.number, asked.key, asked.args, asked.kwargs, asked.attempt, asked.policy, asked.began, asked.due
    )
