"""`deque`, `OrderedDict` and `defaultdict` in workflow Python, with the texts and the order of effects of CPython's C.

A deque keeps its items in a dict under consecutive numbers, so both ends are O(1), and a snapshot writes what changed
as it does of any dict. An `OrderedDict` is the dict that it extends: the order of those is that of insertion.
"""

from operator import index as _index

from _copy import state as _state
from _host import since as _since

_MAXSIZE = 9223372036854775807
_MUTATED = "deque mutated during iteration"


class _NOTHING:
    pass


def _shown():
    """Those whose `repr` is under way."""
    global _SHOWN
    try:
        return _SHOWN
    except NameError:
        _SHOWN = []
        return _SHOWN


def _place(i):
    """The number of an item, as C takes it."""
    if not hasattr(type(i), "__index__"):
        raise TypeError(f"sequence index must be integer, not '{type(i).__name__}'")
    i = _index(i)
    if not -_MAXSIZE - 1 <= i <= _MAXSIZE:
        raise IndexError("cannot fit 'int' into an index-sized integer")
    return i


def _size(n):
    """A number that C keeps in a `Py_ssize_t`."""
    n = _index(n)
    if not -_MAXSIZE - 1 <= n <= _MAXSIZE:
        raise OverflowError("Python int too large to convert to C ssize_t")
    return n


def _bound(i, length):
    """Where a search begins or ends."""
    if not hasattr(type(i), "__index__"):
        raise TypeError("slice indices must be integers or have an __index__ method")
    i = _index(i)
    if i < 0:
        i += length
    return min(max(i, 0), length)


def _deque_arguments(args, named):
    """What `deque()` is given: an iterable or nothing, and its greatest length."""
    if len(args) + len(named) > 2:
        raise TypeError(f"deque() takes at most 2 arguments ({len(args) + len(named)} given)")
    given = dict(zip(("iterable", "maxlen"), args, strict=False))
    for name, value in named.items():
        if name not in ("iterable", "maxlen"):
            if _since(13):
                raise TypeError(f"deque() got an unexpected keyword argument '{name}'")
            raise TypeError(f"'{name}' is an invalid keyword argument for deque()")
        if name in given:
            raise TypeError(f"argument for deque() given by name ('{name}') and position (1)")
        given[name] = value
    maxlen = given.get("maxlen")
    if maxlen is not None:
        if not isinstance(maxlen, int):
            raise TypeError("an integer is required")
        maxlen = _size(maxlen)
        if maxlen < 0:
            raise ValueError("maxlen must be non-negative")
    return given.get("iterable", _NOTHING), maxlen


class deque:
    """deque([iterable[, maxlen]]) --> deque object"""

    __module__ = "collections"
    __waymark_named_in_full__ = True
    __slots__ = ("_deque__first", "_deque__items", "_deque__maxlen", "_deque__state")
    __abc_tpflags__ = 32
    __waymark_virtual__ = "MutableSequence"
    __hash__ = None

    def __new__(cls, /, *args, **named):
        made = super().__new__(cls)
        made.__items = {}
        made.__first = 0
        made.__maxlen = None
        made.__state = 0
        return made

    def __init__(self, /, *args, **named):
        iterable, self.__maxlen = _deque_arguments(args, named)
        if self.__items:
            self.clear()
        if iterable is not _NOTHING:
            self.extend(iterable)

    @property
    def maxlen(self):
        """maximum size of a deque or None if unbounded"""
        return self.__maxlen

    @maxlen.setter
    def maxlen(self, value):
        raise AttributeError("attribute 'maxlen' of 'collections.deque' objects is not writable")

    @maxlen.deleter
    def maxlen(self):
        raise AttributeError("attribute 'maxlen' of 'collections.deque' objects is not writable")

    # --- both ends ---

    def append(self, x, /):
        """Add an element to the right side of the deque."""
        items = self.__items
        items[self.__first + len(items)] = x
        self.__state += 1
        if self.__maxlen is not None and len(items) > self.__maxlen:
            del items[self.__first]
            self.__first += 1

    def appendleft(self, x, /):
        """Add an element to the left side of the deque."""
        items = self.__items
        self.__first -= 1
        items[self.__first] = x
        self.__state += 1
        if self.__maxlen is not None and len(items) > self.__maxlen:
            del items[self.__first + len(items) - 1]

    def pop(self):
        """Remove and return the rightmost element."""
        items = self.__items
        if not items:
            raise IndexError("pop from an empty deque")
        self.__state += 1
        return items.pop(self.__first + len(items) - 1)

    def popleft(self):
        """Remove and return the leftmost element."""
        items = self.__items
        if not items:
            raise IndexError("pop from an empty deque")
        self.__state += 1
        self.__first += 1
        return items.pop(self.__first - 1)

    def extend(self, iterable, /):
        """Extend the right side of the deque with elements from the iterable"""
        if iterable is self:
            iterable = list(iterable)
        if self.__maxlen is None and type(iterable) in (list, tuple, str, dict, set, frozenset, bytes):
            end = self.__first + len(self.__items)
            if iterable:
                self.__items.update(zip(range(end, end + len(iterable)), iterable, strict=True))
                self.__state += len(iterable)
            return
        for item in iterable:
            deque.append(self, item)

    def extendleft(self, iterable, /):
        """Extend the left side of the deque with elements from the iterable"""
        if iterable is self:
            iterable = list(iterable)
        for item in iterable:
            deque.appendleft(self, item)

    def clear(self):
        """Remove all elements from the deque."""
        if self.__items:
            self.__items.clear()
            self.__first = 0
            self.__state += 1

    def rotate(self, n=1, /):
        """Rotate the deque n steps to the right (default n=1).  If n is negative, rotates left."""
        n = _size(n)
        items = self.__items
        length = len(items)
        if length <= 1:
            return
        n %= length
        if n > length >> 1:
            n -= length
        self.__state += 1
        first = self.__first
        for _ in range(n):
            first -= 1
            items[first] = items.pop(first + length)
        for _ in range(-n):
            items[first + length] = items.pop(first)
            first += 1
        self.__first = first

    def reverse(self):
        """Reverse *IN PLACE*."""
        items = self.__items
        low, high = self.__first, self.__first + len(items) - 1
        while low < high:
            items[low], items[high] = items[high], items[low]
            low += 1
            high -= 1

    # --- items by number ---

    def __len__(self):
        return len(self.__items)

    def __getitem__(self, i, /):
        items = self.__items
        i = _place(i)
        if i < 0:
            i += len(items)
        if not 0 <= i < len(items):
            raise IndexError("deque index out of range")
        return items[self.__first + i]

    def __setitem__(self, i, x, /):
        items = self.__items
        i = _place(i)
        if i < 0:
            i += len(items)
        if not 0 <= i < len(items):
            raise IndexError("deque index out of range")
        items[self.__first + i] = x

    def __delitem__(self, i, /):
        items = self.__items
        i = _place(i)
        if i < 0:
            i += len(items)
        if not 0 <= i < len(items):
            raise IndexError("deque index out of range")
        self.__delete(i)

    def __delete(self, i):
        deque.rotate(self, -i)
        deque.popleft(self)
        deque.rotate(self, i)

    def insert(self, i, x, /):
        """Insert value before index"""
        i = _size(i)
        length = len(self.__items)
        if self.__maxlen is not None and length >= self.__maxlen:
            raise IndexError("deque already at its maximum size")
        if i >= length:
            deque.append(self, x)
        elif i <= -length or i == 0:
            deque.appendleft(self, x)
        else:
            deque.rotate(self, -i)
            if i < 0:
                deque.append(self, x)
            else:
                deque.appendleft(self, x)
            deque.rotate(self, i)

    def __find(self, value, start, stop, error):
        """The number of the first item that is equal, or -1."""
        state = self.__state
        while start < stop:
            item = self.__items[self.__first + start]
            found = item is value or item == value
            if state != self.__state:
                raise error(_MUTATED)
            if found:
                return start
            start += 1
        return -1

    def index(self, value, start=0, stop=_MAXSIZE, /):
        """D.index(value, [start, [stop]]) -- return first index of value."""
        length = len(self.__items)
        found = self.__find(value, _bound(start, length), _bound(stop, length), RuntimeError)
        if found < 0:
            raise ValueError(f"{value!r} is not in deque")
        return found

    def remove(self, value, /):
        """Remove first occurrence of value."""
        found = self.__find(value, 0, len(self.__items), IndexError)
        if found < 0:
            raise ValueError(f"{value!r} is not in deque")
        self.__delete(found)

    def __contains__(self, value, /):
        return self.__find(value, 0, len(self.__items), RuntimeError) >= 0

    def count(self, value, /):
        """D.count(value) -- return number of occurrences of value"""
        state = self.__state
        found = 0
        for i in range(len(self.__items)):
            item = self.__items[self.__first + i]
            if item is value or item == value:
                found += 1
            if state != self.__state:
                raise RuntimeError(_MUTATED)
        return found

    # --- the whole ---

    def __iter__(self):
        return _deque_iterator(self)

    def __reversed__(self):
        return _deque_reverse_iterator(self)

    def copy(self):
        """Return a shallow copy of a deque."""
        kind = type(self)
        if kind is deque or self.__maxlen is not None:
            made = kind(self, self.__maxlen)
        else:
            made = kind(self)
        if not isinstance(made, deque):
            raise TypeError(f"{kind.__name__}() must return a deque, not {type(made).__name__}")
        return made

    def __copy__(self):
        """Return a shallow copy of a deque."""
        return deque.copy(self)

    def __reduce__(self):
        """Return state information for pickling."""
        held = _state(self)
        if type(held) is tuple:
            held, slots = held
            own = {name: value for name, value in slots.items() if not name.startswith("_deque__")}
            if own:
                held = (held, own)
        args = () if self.__maxlen is None else ((), self.__maxlen)
        return type(self), args, held, iter(self)

    def __repr__(self):
        shown = _shown()
        if any(each is self for each in shown):
            return "[...]"
        shown.append(self)
        try:
            text = repr(list(self))
        finally:
            shown.pop()
        name = type(self).__name__
        return f"{name}({text})" if self.__maxlen is None else f"{name}({text}, maxlen={self.__maxlen})"

    def __compared(self, other):
        """The first two items that differ: (), if one of the deques ends before."""
        mine, theirs = iter(self), iter(other)
        while True:
            left = next(mine, _NOTHING)
            right = next(theirs, _NOTHING)
            if left is _NOTHING or right is _NOTHING:
                return ()
            if not (left is right or left == right):
                return (left, right)

    def __eq__(self, other, /):
        if not isinstance(other, deque):
            return NotImplemented
        if self is other:
            return True
        if len(self.__items) != len(other.__items):
            return False
        return not self.__compared(other)

    def __ne__(self, other, /):
        if not isinstance(other, deque):
            return NotImplemented
        if self is other:
            return False
        if len(self.__items) != len(other.__items):
            return True
        pair = self.__compared(other)
        return bool(pair) and bool(pair[0] != pair[1])

    def __lt__(self, other, /):
        if not isinstance(other, deque):
            return NotImplemented
        pair = self.__compared(other)
        return bool(pair[0] < pair[1]) if pair else len(self.__items) < len(other.__items)

    def __le__(self, other, /):
        if not isinstance(other, deque):
            return NotImplemented
        pair = self.__compared(other)
        return bool(pair[0] <= pair[1]) if pair else len(self.__items) <= len(other.__items)

    def __gt__(self, other, /):
        if not isinstance(other, deque):
            return NotImplemented
        pair = self.__compared(other)
        return bool(pair[0] > pair[1]) if pair else len(self.__items) > len(other.__items)

    def __ge__(self, other, /):
        if not isinstance(other, deque):
            return NotImplemented
        pair = self.__compared(other)
        return bool(pair[0] >= pair[1]) if pair else len(self.__items) >= len(other.__items)

    def __add__(self, other, /):
        if not isinstance(other, deque):
            if hasattr(type(other), "__radd__"):
                return NotImplemented
            raise TypeError(f'can only concatenate deque (not "{type(other).__name__}") to deque')
        made = deque.copy(self)
        made.extend(other)
        return made

    def __iadd__(self, other, /):
        deque.extend(self, other)
        return self

    def __mul__(self, n, /):
        n = _times(n)
        if n is NotImplemented:
            return n
        made = deque.copy(self)
        deque.__repeat(made, n)
        return made

    def __rmul__(self, n, /):
        return deque.__mul__(self, n)

    def __imul__(self, n, /):
        n = _times(n)
        if n is NotImplemented:
            return n
        deque.__repeat(self, n)
        return self

    def __repeat(self, n):
        length = len(self.__items)
        if not length or n == 1:
            return
        if n <= 0:
            deque.clear(self)
            return
        if self.__maxlen is not None:
            n = min(n, (self.__maxlen + length - 1) // length)
        deque.extend(self, list(self) * (n - 1))  # or MemoryError, as for a list


def _times(n):
    """How often a deque is repeated."""
    kind = type(n)
    if not hasattr(kind, "__index__"):
        if hasattr(kind, "__rmul__") and kind.__module__ != "builtins":
            return NotImplemented
        raise TypeError(f"can't multiply sequence by non-int of type '{kind.__name__}'")
    n = _index(n)
    if not -_MAXSIZE - 1 <= n <= _MAXSIZE:
        raise OverflowError("cannot fit 'int' into an index-sized integer")
    return n


class _deque_iterator:
    __waymark_named_in_full__ = True
    __slots__ = ("_left", "_next", "_source", "_state")
    _step = 1

    def __init__(self, source, index=0, /):
        if not isinstance(source, deque):
            raise TypeError(f"argument 1 must be collections.deque, not {type(source).__name__}")
        length = len(source._deque__items)
        index = min(max(index, 0), length)
        self._source = source
        self._state = source._deque__state
        self._left = length - index
        self._next = source._deque__first + (index if self._step > 0 else length - 1 - index)

    def __iter__(self):
        return self

    def __next__(self):
        source = self._source
        if self._state != source._deque__state:
            self._left = 0
            raise RuntimeError("deque mutated during iteration")
        if not self._left:
            raise StopIteration
        self._left -= 1
        at = self._next
        self._next = at + self._step
        return source._deque__items[at]

    def __length_hint__(self):
        return self._left

    def __reduce__(self):
        length = len(self._source._deque__items)
        return type(self), (self._source, length - self._left)


class _deque_reverse_iterator(_deque_iterator):
    __waymark_named_in_full__ = True
    __slots__ = ()
    _step = -1


# --- dicts ---


def _fill(made, args, named):
    """`made.update(*args, **named)`, item by item through the methods of its class."""
    if len(args) > 1:
        raise TypeError(f"update() takes at most 1 positional argument ({len(args)} given)")
    for given in args:
        if type(given) is dict:
            for key, value in list(given.items()):
                made[key] = value
        elif hasattr(given, "keys"):
            for key in given.keys():  # noqa: SIM118 (of a subclass, it is the dict that is asked)
                made[key] = given[key]
        elif hasattr(given, "items"):
            _fill_pairs(made, given.items())
        else:
            _fill_pairs(made, given)
    for key, value in named.items():
        made[key] = value


def _fill_pairs(made, pairs):
    for pair in pairs:
        source = iter(pair)
        key = next(source, _NOTHING)
        if key is _NOTHING:
            raise ValueError("need more than 0 values to unpack")
        value = next(source, _NOTHING)
        if value is _NOTHING:
            raise ValueError("need more than 1 value to unpack")
        if next(source, _NOTHING) is not _NOTHING:
            raise ValueError("too many values to unpack (expected 2)")
        made[key] = value


class OrderedDict(dict):
    """Dictionary that remembers insertion order"""

    __module__ = "collections"
    __waymark_named_in_full__ = True
    __waymark_ordered__ = True
    __hash__ = None

    def __init__(self, /, *args, **named):
        if len(args) > 1:
            raise TypeError(f"expected at most 1 arguments, got {len(args)}")
        _fill(self, args, named)

    def update(self, /, *args, **named):
        """D.update([E, ]**F) -> None.  Update D from mapping/iterable E and F."""
        _fill(self, args, named)

    @classmethod
    def fromkeys(cls, /, iterable, value=None):
        """Create a new ordered dictionary with keys from iterable and values set to value."""
        made = cls()
        for key in iterable:
            made[key] = value
        return made

    def move_to_end(self, /, key, last=True):
        """Move an existing element to the end (or beginning if last is false)."""
        if key not in dict.keys(self):
            raise KeyError(key)
        if last:
            value = dict.pop(self, key)
            dict.__setitem__(self, key, value)
            return
        value = dict.pop(self, key)
        rest = list(dict.items(self))
        dict.clear(self)
        dict.__setitem__(self, key, value)
        dict.update(self, rest)

    def popitem(self, /, last=True):
        """Remove and return a (key, value) pair from the dictionary."""
        if not dict.__len__(self):
            raise KeyError("dictionary is empty")
        if type(self) is OrderedDict and last:
            return dict.popitem(self)
        key = next(reversed(dict.keys(self)) if last else iter(dict.keys(self)))
        if type(self) is OrderedDict:
            return key, dict.pop(self, key)
        value = self[key]
        del self[key]
        return key, value

    def pop(self, /, key, default=_NOTHING):
        """od.pop(key[,default]) -> v, remove specified key and return the corresponding value."""
        if type(self) is OrderedDict:
            value = dict.pop(self, key, default)
            if value is not _NOTHING:
                return value
        elif key in self:
            value = self[key]
            del self[key]
            return value
        elif default is not _NOTHING:
            return default
        raise KeyError(key)

    def setdefault(self, /, key, default=None):
        """Insert key with a value of default if key is not in the dictionary."""
        if type(self) is OrderedDict:
            return dict.setdefault(self, key, default)
        if key in self:
            return self[key]
        self[key] = default
        return default

    def copy(self):
        """od.copy() -> a shallow copy of od"""
        made = type(self)()
        if type(self) is OrderedDict:
            dict.update(made, dict.items(self))
        else:
            for key in dict.keys(self):
                made[key] = self[key]
        return made

    def __reduce__(self):
        """Return state information for pickling"""
        held = _state(self)
        return type(self), (), held, None, iter(self.items())

    def __repr__(self):
        name = type(self).__name__
        if not dict.__len__(self):
            return f"{name}()"
        shown = _shown()
        if any(each is self for each in shown):
            return "..."
        shown.append(self)
        try:
            pairs = list(dict.items(self) if type(self) is OrderedDict else self.items())
            text = repr(dict(pairs)) if _since(12) else repr(pairs)
        finally:
            shown.pop()
        return f"{name}({text})"

    def __eq__(self, other, /):
        if not isinstance(other, dict):
            return NotImplemented
        if not dict.__eq__(self, other):
            return False
        return not isinstance(other, OrderedDict) or _same_keys(self, other)

    def __ne__(self, other, /):
        if not isinstance(other, dict):
            return NotImplemented
        if dict.__ne__(self, other):
            return True
        return isinstance(other, OrderedDict) and not _same_keys(self, other)

    def __or__(self, other, /):
        if not isinstance(other, dict):
            return NotImplemented
        made = type(self)(self)
        made.update(other)
        return made

    def __ror__(self, other, /):
        if not isinstance(other, dict):
            return NotImplemented
        made = type(self)(other)
        made.update(self)
        return made

    def __ior__(self, other, /):
        _fill(self, (other,), {})
        return self


def _same_keys(left, right):
    for mine, theirs in zip(dict.keys(left), dict.keys(right), strict=False):
        if not (mine is theirs or mine == theirs):
            return False
    return True


class defaultdict(dict):
    """defaultdict(default_factory=None, /, [...]) --> dict with default factory"""

    __module__ = "collections"
    __waymark_named_in_full__ = True
    __slots__ = ("default_factory",)
    __hash__ = None

    def __new__(cls, /, *args, **named):
        made = super().__new__(cls)
        made.default_factory = None
        return made

    def __init__(self, default_factory=None, /, *args, **named):
        if default_factory is not None and not callable(default_factory):
            raise TypeError("first argument must be callable or None")
        self.default_factory = default_factory
        super().__init__(*args, **named)

    def __missing__(self, key, /):
        """__missing__(key) # Called by __getitem__ for missing key; pseudo-code:"""
        if self.default_factory is None:
            raise KeyError(key)
        value = self.default_factory()
        self[key] = value
        return value

    def copy(self):
        """D.copy() -> a shallow copy of D."""
        return type(self)(self.default_factory, self)

    def __copy__(self):
        """D.copy() -> a shallow copy of D."""
        return type(self)(self.default_factory, self)

    def __reduce__(self):
        """Return state information for pickling."""
        args = () if self.default_factory is None else (self.default_factory,)
        return type(self), args, None, None, iter(self.items())

    def __repr__(self):
        shown = _shown()
        if any(each is self for each in shown):
            factory = "..."
            text = "{...}"
        else:
            shown.append(self)
            try:
                text = dict.__repr__(self)
                factory = repr(self.default_factory)
            finally:
                shown.pop()
        return f"{type(self).__name__}({factory}, {text})"

    def __or__(self, other, /):
        if not isinstance(other, dict):
            return NotImplemented
        made = type(self)(self.default_factory, self)
        made.update(other)
        return made

    def __ror__(self, other, /):
        if not isinstance(other, dict):
            return NotImplemented
        made = type(self)(self.default_factory, other)
        made.update(self)
        return made
