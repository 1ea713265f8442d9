"""The part of `heapq` that CPython has in Python: what takes iterables and keys. Heaps themselves are the host's."""

from _heapq import heapify_max, heappop_max, heapreplace_max
from heapq import heapify, heappop, heapreplace


class _NOTHING:
    pass


def merge(*iterables, key=None, reverse=False):
    """Merge multiple sorted inputs into a single sorted output."""
    if reverse:
        order, replace, remove, step = heapify_max, heapreplace_max, heappop_max, -1
    else:
        order, replace, remove, step = heapify, heapreplace, heappop, 1
    heap = []
    for number, source in enumerate(map(iter, iterables)):
        try:
            first = next(source)
            heap.append([first if key is None else key(first), number * step, first, source])
        except StopIteration:
            pass
    order(heap)
    while len(heap) > 1:
        try:
            while True:
                entry = heap[0]
                yield entry[2]
                value = next(entry[3])
                entry[0] = value if key is None else key(value)
                entry[2] = value
                replace(heap, entry)
        except StopIteration:
            remove(heap)
    if heap:
        yield heap[0][2]
        yield from heap[0][3]


def _all_sorted(n, iterable, key, reverse):
    """The whole of it in order, if it has a length and no more than n are there; None otherwise."""
    try:
        size = len(iterable)
    except (TypeError, AttributeError):
        return None
    return sorted(iterable, key=key, reverse=reverse)[:n] if n >= size else None


def nsmallest(n, iterable, key=None):
    """Find the n smallest elements in a dataset."""
    if n == 1:
        found = min(iter(iterable), default=_NOTHING, key=key)
        return [] if found is _NOTHING else [found]
    ready = _all_sorted(n, iterable, key, False)
    if ready is not None:
        return ready
    source = iter(iterable)
    if key is None:
        result = [(each, i) for i, each in zip(range(n), source, strict=False)]
        if not result:
            return result
        heapify_max(result)
        top, number = result[0][0], n
        for each in source:
            if each < top:
                heapreplace_max(result, (each, number))
                top = result[0][0]
                number += 1
        result.sort()
        return [pair[0] for pair in result]
    result = [(key(each), i, each) for i, each in zip(range(n), source, strict=False)]
    if not result:
        return result
    heapify_max(result)
    top, number = result[0][0], n
    for each in source:
        k = key(each)
        if k < top:
            heapreplace_max(result, (k, number, each))
            top = result[0][0]
            number += 1
    result.sort()
    return [entry[2] for entry in result]


def nlargest(n, iterable, key=None):
    """Find the n largest elements in a dataset."""
    if n == 1:
        found = max(iter(iterable), default=_NOTHING, key=key)
        return [] if found is _NOTHING else [found]
    ready = _all_sorted(n, iterable, key, True)
    if ready is not None:
        return ready
    source = iter(iterable)
    if key is None:
        result = [(each, i) for i, each in zip(range(0, -n, -1), source, strict=False)]
        if not result:
            return result
        heapify(result)
        top, number = result[0][0], -n
        for each in source:
            if top < each:
                heapreplace(result, (each, number))
                top = result[0][0]
                number -= 1
        result.sort(reverse=True)
        return [pair[0] for pair in result]
    result = [(key(each), i, each) for i, each in zip(range(0, -n, -1), source, strict=False)]
    if not result:
        return result
    heapify(result)
    top, number = result[0][0], -n
    for each in source:
        k = key(each)
        if top < k:
            heapreplace(result, (k, number, each))
            top = result[0][0]
            number -= 1
    result.sort(reverse=True)
    return [entry[2] for entry in result]
