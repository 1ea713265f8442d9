"""Queues between tasks. Subclasses, a program's own too, say by `_init`, `_put` and `_get` how items are kept."""

from asyncio import QueueEmpty, QueueFull
from asyncio.locks import Event
from collections import deque

from waymark.machine import future as _future


class Queue:
    def __init__(self, maxsize=0):
        self._maxsize = maxsize
        self._getters = deque()
        self._putters = deque()
        self._unfinished_tasks = 0
        self._finished = Event()
        self._finished.set()
        self._init(maxsize)

    def _init(self, maxsize):
        self._queue = deque()

    def _get(self):
        return self._queue.popleft()

    def _put(self, item):
        self._queue.append(item)

    def __repr__(self):
        return f"<{type(self).__name__} {self._format()}>"

    def _format(self):
        result = f"maxsize={self._maxsize!r}"
        if getattr(self, "_queue", None):
            result += f" _queue={list(self._queue)!r}"
        if self._getters:
            result += f" _getters[{len(self._getters)}]"
        if self._putters:
            result += f" _putters[{len(self._putters)}]"
        if self._unfinished_tasks:
            result += f" tasks={self._unfinished_tasks}"
        return result

    def qsize(self):
        return len(self._queue)

    @property
    def maxsize(self):
        return self._maxsize

    def empty(self):
        return not self._queue

    def full(self):
        return self._maxsize > 0 and self.qsize() >= self._maxsize

    async def put(self, item):
        while self.full():
            await self._stand_in(self._putters, self.full)
        return self.put_nowait(item)

    def put_nowait(self, item):
        if self.full():
            raise QueueFull
        self._put(item)
        self._unfinished_tasks += 1
        self._finished.clear()
        _wake_next(self._getters)

    async def get(self):
        while self.empty():
            await self._stand_in(self._getters, self.empty)
        return self.get_nowait()

    def get_nowait(self):
        if self.empty():
            raise QueueEmpty
        item = self._get()
        _wake_next(self._putters)
        return item

    async def _stand_in(self, line, blocked):
        """Wait in a line until woken; who leaves it otherwise passes on a wake-up that it got and cannot use."""
        waiter = _future()
        line.append(waiter)
        try:
            await waiter
        except:
            waiter.cancel()
            if waiter in line:
                line.remove(waiter)
            if not blocked() and not waiter.cancelled():
                _wake_next(line)
            raise

    def task_done(self):
        if self._unfinished_tasks <= 0:
            raise ValueError("task_done() called too many times")
        self._unfinished_tasks -= 1
        if self._unfinished_tasks == 0:
            self._finished.set()

    async def join(self):
        if self._unfinished_tasks > 0:
            await self._finished.wait()


def _wake_next(line):
    """Wake the first who still waits."""
    while line:
        waiter = line.popleft()
        if not waiter.done():
            waiter.set_result(None)
            break


class PriorityQueue(Queue):
    def _init(self, maxsize):
        self._queue = []

    def _put(self, item):
        self._queue.append(item)
        _sift_down(self._queue, 0, len(self._queue) - 1)

    def _get(self):
        last = self._queue.pop()
        if not self._queue:
            return last
        first = self._queue[0]
        self._queue[0] = last
        _sift_up(self._queue)
        return first


# The same comparisons in the same order as `heapq`'s.


def _sift_down(heap, start, place):
    item = heap[place]
    while place > start:
        above = (place - 1) >> 1
        if not item < heap[above]:
            break
        heap[place] = heap[above]
        place = above
    heap[place] = item


def _sift_up(heap):
    item, place, end = heap[0], 0, len(heap)
    child = 1
    while child < end:
        if child + 1 < end and not heap[child] < heap[child + 1]:
            child += 1
        heap[place] = heap[child]
        place, child = child, 2 * child + 1
    heap[place] = item
    _sift_down(heap, 0, place)


class LifoQueue(Queue):
    def _init(self, maxsize):
        self._queue = []

    def _get(self):
        return self._queue.pop()
