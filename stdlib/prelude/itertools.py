"""`itertools` in workflow Python: iterators with fields, so that one may stand anywhere while the run is stored.

An exception leaves each of them where CPython 3.11's would stand. `_NOTHING` marks what is not there.
"""

from operator import index as _index

_MAXSIZE = 9223372036854775807


class _NOTHING:
    pass


class count:
    """count(start=0, step=1) --> start, start+step, start+2*step, ..."""

    __waymark_named_in_full__ = True
    __slots__ = ("_step", "_value")

    def __init__(self, start=0, step=1):
        for given in (start, step):
            if not hasattr(type(given), "__add__") or isinstance(given, str | bytes | list | tuple):
                raise TypeError("a number is required")
        self._value = start
        self._step = step

    def __iter__(self):
        return self

    def __next__(self):
        value = self._value
        self._value = value + self._step
        return value

    def __repr__(self):
        name = type(self).__name__
        plain = isinstance(self._step, int) and self._step == 1
        return f"{name}({self._value!r})" if plain else f"{name}({self._value!r}, {self._step!r})"


class cycle:
    """Return elements from the iterable until it is exhausted. Then repeat the sequence indefinitely."""

    __waymark_named_in_full__ = True
    __slots__ = ("_index", "_iterator", "_saved")

    def __init__(self, iterable, /):
        self._iterator = iter(iterable)
        self._saved = []
        self._index = 0

    def __iter__(self):
        return self

    def __next__(self):
        if self._iterator is not None:
            item = next(self._iterator, _NOTHING)
            if item is not _NOTHING:
                self._saved.append(item)
                return item
            self._iterator = None
        if not self._saved:
            raise StopIteration
        item = self._saved[self._index]
        self._index += 1
        if self._index >= len(self._saved):
            self._index = 0
        return item


class repeat:
    """repeat(object [,times]) -> the object, for the given number of times, or endlessly."""

    __waymark_named_in_full__ = True
    __slots__ = ("_left", "_object")

    def __init__(self, object, times=_NOTHING):
        self._object = object
        self._left = None if times is _NOTHING else max(_index(times), 0)

    def __iter__(self):
        return self

    def __next__(self):
        if self._left is not None:
            if self._left == 0:
                raise StopIteration
            self._left -= 1
        return self._object

    def __length_hint__(self):
        if self._left is None:
            raise TypeError("len() of unsized object")
        return self._left

    def __repr__(self):
        name = type(self).__name__
        return f"{name}({self._object!r})" if self._left is None else f"{name}({self._object!r}, {self._left})"


class accumulate:
    """Return series of accumulated sums (or other binary function results)."""

    __waymark_named_in_full__ = True
    __slots__ = ("_function", "_initial", "_iterator", "_total")

    def __init__(self, iterable, func=None, *, initial=None):
        self._iterator = iter(iterable)
        self._function = func
        self._total = _NOTHING
        self._initial = initial

    def __iter__(self):
        return self

    def __next__(self):
        if self._initial is not None:
            self._total, self._initial = self._initial, None
            return self._total
        value = next(self._iterator)
        if self._total is _NOTHING:
            self._total = value
        elif self._function is None:
            self._total = self._total + value
        else:
            self._total = self._function(self._total, value)
        return self._total


class chain:
    """Return elements from the first iterable until it is exhausted, then from the next, until all are."""

    __waymark_named_in_full__ = True
    __slots__ = ("_active", "_source")

    def __init__(self, *iterables):
        self._source = iter(iterables)
        self._active = None

    @classmethod
    def from_iterable(cls, iterable, /):
        """Alternative chain() constructor taking a single iterable argument that evaluates lazily."""
        made = cls()
        made._source = iter(iterable)
        return made

    def __iter__(self):
        return self

    def __next__(self):
        while self._source is not None:
            if self._active is None:
                source, self._source = self._source, None  # whatever ends it ends the chain
                self._active = iter(next(source))
                self._source = source
            item = next(self._active, _NOTHING)
            if item is not _NOTHING:
                return item
            self._active = None
        raise StopIteration


class compress:
    """Return data elements corresponding to true selector elements."""

    __waymark_named_in_full__ = True
    __slots__ = ("_data", "_selectors")

    def __init__(self, data, selectors):
        self._data = iter(data)
        self._selectors = iter(selectors)

    def __iter__(self):
        return self

    def __next__(self):
        while True:
            item = next(self._data)
            if next(self._selectors):
                return item


class dropwhile:
    """Drop items from the iterable while predicate(item) is true. Afterwards, return every element."""

    __waymark_named_in_full__ = True
    __slots__ = ("_iterator", "_predicate", "_started")

    def __init__(self, predicate, iterable, /):
        self._iterator = iter(iterable)
        self._predicate = predicate
        self._started = False

    def __iter__(self):
        return self

    def __next__(self):
        while True:
            item = next(self._iterator)
            if self._started:
                return item
            if not self._predicate(item):
                self._started = True
                return item


class takewhile:
    """Return successive entries from an iterable as long as the predicate evaluates to true for each entry."""

    __waymark_named_in_full__ = True
    __slots__ = ("_iterator", "_predicate", "_stopped")

    def __init__(self, predicate, iterable, /):
        self._iterator = iter(iterable)
        self._predicate = predicate
        self._stopped = False

    def __iter__(self):
        return self

    def __next__(self):
        if self._stopped:
            raise StopIteration
        item = next(self._iterator)
        if self._predicate(item):
            return item
        self._stopped = True
        raise StopIteration


class filterfalse:
    """Return those items of iterable for which function(item) is false."""

    __waymark_named_in_full__ = True
    __slots__ = ("_function", "_iterator")

    def __init__(self, function, iterable, /):
        self._iterator = iter(iterable)
        self._function = function

    def __iter__(self):
        return self

    def __next__(self):
        while True:
            item = next(self._iterator)
            plain = self._function is None or self._function is bool
            if not (item if plain else self._function(item)):
                return item


class starmap:
    """Return an iterator whose values are returned from the function evaluated with an argument tuple."""

    __waymark_named_in_full__ = True
    __slots__ = ("_function", "_iterator")

    def __init__(self, function, iterable, /):
        self._iterator = iter(iterable)
        self._function = function

    def __iter__(self):
        return self

    def __next__(self):
        args = next(self._iterator)
        return self._function(*tuple(args))


class pairwise:
    """Return an iterator of overlapping pairs taken from the input iterator."""

    __waymark_named_in_full__ = True
    __slots__ = ("_iterator", "_old")

    def __init__(self, iterable, /):
        self._iterator = iter(iterable)
        self._old = _NOTHING

    def __iter__(self):
        return self

    def __next__(self):
        iterator, self._iterator = self._iterator, None  # whatever ends it ends the pairs
        if iterator is None:
            raise StopIteration
        if self._old is _NOTHING:
            self._old = next(iterator)
        new = next(iterator)
        pair = (self._old, new)
        self._old = new
        self._iterator = iterator
        return pair


class islice:
    """islice(iterable, stop), islice(iterable, start, stop[, step]): items by position."""

    __waymark_named_in_full__ = True
    __slots__ = ("_iterator", "_next", "_seen", "_step", "_stop")

    def __init__(self, iterable, /, *bounds):
        if not bounds:
            raise TypeError("islice expected at least 2 arguments, got 1")
        if len(bounds) > 3:
            raise TypeError(f"islice expected at most 4 arguments, got {len(bounds) + 1}")
        start, stop, step = (None, *bounds, None) if len(bounds) == 1 else (*bounds, None)[:3]
        self._stop = None if stop is None else _bound(stop)
        if self._stop == -1:
            raise ValueError("Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.")
        self._next = 0 if start is None else _bound(start)
        if self._next < 0 or (self._stop is not None and self._stop < 0):
            raise ValueError("Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.")
        self._step = 1 if step is None else _bound(step)
        if self._step < 1:
            raise ValueError("Step for islice() must be a positive integer or None.")
        self._iterator = iter(iterable)
        self._seen = 0

    def __iter__(self):
        return self

    def __next__(self):
        iterator, self._iterator = self._iterator, None  # whatever ends it ends the slice
        if iterator is None:
            raise StopIteration
        while self._seen < self._next:
            next(iterator)
            self._seen += 1
        if self._stop is not None and self._seen >= self._stop:
            raise StopIteration
        item = next(iterator)
        self._seen += 1
        self._next += self._step
        if self._stop is not None and self._next > self._stop:
            self._next = self._stop
        self._iterator = iterator
        return item


def _bound(given):
    """An index for islice; -1 for what is none."""
    try:
        value = _index(given)
    except TypeError:
        return -1
    return value if value <= _MAXSIZE else -1


class groupby:
    """Make an iterator that returns consecutive keys and groups from the iterable."""

    __waymark_named_in_full__ = True
    __slots__ = ("_group", "_iterator", "_key", "_key_of", "_target", "_value")

    def __init__(self, iterable, key=None):
        self._iterator = iter(iterable)
        self._key_of = key
        self._target = self._key = self._value = _NOTHING
        self._group = None

    def __iter__(self):
        return self

    def __next__(self):
        self._group = None
        while self._key is _NOTHING or (self._target is not _NOTHING and _same(self._target, self._key)):
            self._step()
        self._target = self._key
        self._group = _grouper(self, self._target)
        return (self._key, self._group)

    def _step(self):
        value = next(self._iterator)
        self._key = value if self._key_of is None else self._key_of(value)
        self._value = value


class _grouper:
    __waymark_named_in_full__ = True
    __slots__ = ("_parent", "_target")

    def __init__(self, parent, target):
        self._parent = parent
        self._target = target

    def __iter__(self):
        return self

    def __next__(self):
        parent = self._parent
        if parent._group is not self:
            raise StopIteration
        if parent._value is _NOTHING:
            parent._step()
        if not _same(self._target, parent._key):
            raise StopIteration
        value, parent._value, parent._key = parent._value, _NOTHING, _NOTHING
        return value


def _same(one, other):
    return one is other or one == other


class zip_longest:
    """Like zip(), but goes on until the longest iterable is exhausted, with `fillvalue` for the others."""

    __waymark_named_in_full__ = True
    __slots__ = ("_active", "_fill", "_iterators")

    def __init__(self, *iterables, fillvalue=None):
        self._iterators = [iter(iterable) for iterable in iterables]
        self._active = len(iterables)
        self._fill = fillvalue

    def __iter__(self):
        return self

    def __next__(self):
        if self._active == 0:
            raise StopIteration
        active, self._active = self._active, 0  # an exception ends it
        items = []
        for place, iterator in enumerate(self._iterators):
            item = self._fill if iterator is None else next(iterator, _NOTHING)
            if item is _NOTHING:
                active -= 1
                if active == 0:
                    raise StopIteration
                self._iterators[place] = None
                item = self._fill
            items.append(item)
        self._active = active
        return tuple(items)


class product:
    """Cartesian product of input iterables. Equivalent to nested for-loops."""

    __waymark_named_in_full__ = True
    __slots__ = ("_indices", "_pools")

    def __init__(self, *iterables, repeat=1):
        repeat = _index(repeat)
        if repeat < 0:
            raise ValueError("repeat argument cannot be negative")
        self._pools = [tuple(iterable) for iterable in iterables] * repeat if repeat else []
        self._indices = _NOTHING

    def __iter__(self):
        return self

    def __next__(self):
        indices, pools = self._indices, self._pools
        if indices is None:
            raise StopIteration
        if indices is _NOTHING:
            self._indices = None if any(not pool for pool in pools) else [0] * len(pools)
            if self._indices is None:
                raise StopIteration
            return tuple(pool[0] for pool in pools)
        for place in reversed(range(len(pools))):
            indices[place] += 1
            if indices[place] < len(pools[place]):
                return tuple(pool[index] for pool, index in zip(pools, indices, strict=True))
            indices[place] = 0
        self._indices = None
        raise StopIteration


class _Choices:
    """What permutations and combinations have in common: a pool, and the places in it of what is chosen next."""

    __waymark_named_in_full__ = True
    __slots__ = ("_indices", "_pool", "_started")

    def __iter__(self):
        return self

    def __next__(self):
        if self._indices is None:
            raise StopIteration
        if self._started and not self._advance():
            self._indices = None
            raise StopIteration
        self._started = True
        return tuple(self._pool[index] for index in self._chosen())

    def _chosen(self):
        return self._indices


def _length(r):
    r = _index(r)
    if r < 0:
        raise ValueError("r must be non-negative")
    return r


class permutations(_Choices):
    """Return successive r-length permutations of elements in the iterable."""

    __waymark_named_in_full__ = True
    __slots__ = ("_cycles", "_r")

    def __init__(self, iterable, r=None):
        self._pool = tuple(iterable)
        size = len(self._pool)
        if r is not None and not isinstance(r, int):
            raise TypeError("Expected int as r")
        self._r = size if r is None else _length(r)
        self._indices = None if self._r > size else list(range(size))
        self._cycles = list(range(size, size - self._r, -1))
        self._started = False

    def _chosen(self):
        return self._indices[: self._r]

    def _advance(self):
        indices, cycles, size = self._indices, self._cycles, len(self._pool)
        for place in reversed(range(self._r)):
            cycles[place] -= 1
            if cycles[place] == 0:
                indices[place:] = [*indices[place + 1 :], indices[place]]
                cycles[place] = size - place
            else:
                other = size - cycles[place]
                indices[place], indices[other] = indices[other], indices[place]
                return True
        return False


class combinations(_Choices):
    """Return successive r-length combinations of elements in the iterable."""

    __waymark_named_in_full__ = True
    __slots__ = ()

    def __init__(self, iterable, r):
        self._pool = tuple(iterable)
        r = _length(r)
        self._indices = None if r > len(self._pool) else list(range(r))
        self._started = False

    def _advance(self):
        indices, size = self._indices, len(self._pool)
        count = len(indices)
        for place in reversed(range(count)):
            if indices[place] != place + size - count:
                indices[place] += 1
                for following in range(place + 1, count):
                    indices[following] = indices[following - 1] + 1
                return True
        return False


class combinations_with_replacement(_Choices):
    """Return successive r-length combinations of elements in the iterable, allowing repeated elements."""

    __waymark_named_in_full__ = True
    __slots__ = ()

    def __init__(self, iterable, r):
        self._pool = tuple(iterable)
        r = _length(r)
        self._indices = None if not self._pool and r else [0] * r
        self._started = False

    def _advance(self):
        indices, last = self._indices, len(self._pool) - 1
        for place in reversed(range(len(indices))):
            if indices[place] != last:
                indices[place:] = [indices[place] + 1] * (len(indices) - place)
                return True
        return False


class _tee:
    """Iterator wrapped to make it copyable. What the others have not had yet is a chain of [item, following]."""

    __waymark_named_in_full__ = True
    __slots__ = ("_iterator", "_link")

    def __init__(self, iterable, /):
        if isinstance(iterable, _tee):
            self._iterator, self._link = iterable._iterator, iterable._link
        else:
            self._iterator, self._link = iter(iterable), []

    def __iter__(self):
        return self

    def __next__(self):
        link = self._link
        if not link:
            item = next(self._iterator)
            if link:
                raise RuntimeError("cannot re-enter the tee iterator")
            link += (item, [])
        item, self._link = link
        return item

    def __copy__(self):
        return _tee(self)


def tee(iterable, n=2, /):
    """Returns a tuple of n independent iterators."""
    n = _index(n)
    if n < 0:
        raise ValueError("n must be >= 0")
    if n == 0:
        return ()
    first = iterable if isinstance(iterable, _tee) else _tee(iterable)
    return (first, *[_tee(first) for _ in range(n - 1)])


class batched:
    """Batch data into tuples of length n. The last batch may be shorter than n."""

    __waymark_named_in_full__ = True
    __slots__ = ("_iterator", "_size", "_strict")

    def __init__(self, iterable, n, *, strict=False):
        n = _index(n)
        if n < 1:
            raise ValueError("n must be at least one")
        self._iterator = iter(iterable)
        self._size = n
        self._strict = bool(strict)

    def __iter__(self):
        return self

    def __next__(self):
        if self._iterator is None:
            raise StopIteration
        items = []
        while len(items) < self._size:
            item = next(self._iterator, _NOTHING)
            if item is _NOTHING:
                self._iterator = None
                if not items:
                    raise StopIteration
                if self._strict:
                    raise ValueError("batched(): incomplete batch")
                break
            items.append(item)
        return tuple(items)
