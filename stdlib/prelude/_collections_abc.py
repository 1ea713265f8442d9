"""`collections.abc` in workflow Python: what a container offers, as classes to ask for and to extend.

Who has the methods of `__waymark_methods__` is of a class without being told. `__waymark_abc__` is what CPython calls
the class: the host answers for its own types, and for classes of the prelude that name one in `__waymark_virtual__`.
"""

from _abc import Abstracted as _Abstracted
from abc import abstractmethod
from sys import maxsize as _maxsize


class _NOTHING:
    pass


# --- one method each ---


class Hashable(_Abstracted):
    __module__ = "collections.abc"
    __slots__ = ()
    __waymark_abc__ = "Hashable"
    __waymark_methods__ = ("__hash__",)

    @abstractmethod
    def __hash__(self):
        return 0


class Awaitable(_Abstracted):
    __module__ = "collections.abc"
    __slots__ = ()
    __waymark_abc__ = "Awaitable"
    __waymark_methods__ = ("__await__",)

    @abstractmethod
    def __await__(self):
        yield


class Coroutine(Awaitable):
    __module__ = "collections.abc"
    __slots__ = ()
    __waymark_abc__ = "Coroutine"
    __waymark_methods__ = ("__await__", "send", "throw", "close")

    @abstractmethod
    def send(self, value):
        """Send a value into the coroutine."""
        raise StopIteration

    @abstractmethod
    def throw(self, typ, val=None, tb=None):
        """Raise an exception in the coroutine."""
        _throw(typ, val, tb)

    def close(self):
        """Raise GeneratorExit inside coroutine."""
        _close(self, "coroutine ignored GeneratorExit")


class AsyncIterable(_Abstracted):
    __module__ = "collections.abc"
    __slots__ = ()
    __waymark_abc__ = "AsyncIterable"
    __waymark_methods__ = ("__aiter__",)

    @abstractmethod
    def __aiter__(self):
        return AsyncIterator()


class AsyncIterator(AsyncIterable):
    __module__ = "collections.abc"
    __slots__ = ()
    __waymark_abc__ = "AsyncIterator"
    __waymark_methods__ = ("__anext__", "__aiter__")

    @abstractmethod
    async def __anext__(self):
        """Return the next item or raise StopAsyncIteration when exhausted."""
        raise StopAsyncIteration

    def __aiter__(self):
        return self


class AsyncGenerator(AsyncIterator):
    __module__ = "collections.abc"
    __slots__ = ()
    __waymark_abc__ = "AsyncGenerator"
    __waymark_methods__ = ("__aiter__", "__anext__", "asend", "athrow", "aclose")

    async def __anext__(self):
        """Return the next item from the asynchronous generator."""
        return await self.asend(None)

    @abstractmethod
    async def asend(self, value):
        """Send a value into the asynchronous generator."""
        raise StopAsyncIteration

    @abstractmethod
    async def athrow(self, typ, val=None, tb=None):
        """Raise an exception in the asynchronous generator."""
        _throw(typ, val, tb)

    async def aclose(self):
        """Raise GeneratorExit inside coroutine."""
        try:
            await self.athrow(GeneratorExit)
        except (GeneratorExit, StopAsyncIteration):
            pass
        else:
            raise RuntimeError("asynchronous generator ignored GeneratorExit")


def _throw(typ, val, tb):
    if val is None:
        if tb is None:
            raise typ
        val = typ()
    if tb is not None:
        val = val.with_traceback(tb)
    raise val


def _close(generator, text):
    try:
        generator.throw(GeneratorExit)
    except (GeneratorExit, StopIteration):
        pass
    else:
        raise RuntimeError(text)


class Iterable(_Abstracted):
    __module__ = "collections.abc"
    __slots__ = ()
    __waymark_abc__ = "Iterable"
    __waymark_methods__ = ("__iter__",)

    @abstractmethod
    def __iter__(self):
        while False:
            yield None


class Iterator(Iterable):
    __module__ = "collections.abc"
    __slots__ = ()
    __waymark_abc__ = "Iterator"
    __waymark_methods__ = ("__iter__", "__next__")

    @abstractmethod
    def __next__(self):
        """Return the next item from the iterator. When exhausted, raise StopIteration"""
        raise StopIteration

    def __iter__(self):
        return self


class Reversible(Iterable):
    __module__ = "collections.abc"
    __slots__ = ()
    __waymark_abc__ = "Reversible"
    __waymark_methods__ = ("__reversed__", "__iter__")

    @abstractmethod
    def __reversed__(self):
        while False:
            yield None


class Generator(Iterator):
    __module__ = "collections.abc"
    __slots__ = ()
    __waymark_abc__ = "Generator"
    __waymark_methods__ = ("__iter__", "__next__", "send", "throw", "close")

    def __next__(self):
        """Return the next item from the generator."""
        return self.send(None)

    @abstractmethod
    def send(self, value):
        """Send a value into the generator."""
        raise StopIteration

    @abstractmethod
    def throw(self, typ, val=None, tb=None):
        """Raise an exception in the generator."""
        _throw(typ, val, tb)

    def close(self):
        """Raise GeneratorExit inside generator."""
        _close(self, "generator ignored GeneratorExit")


class Sized(_Abstracted):
    __module__ = "collections.abc"
    __slots__ = ()
    __waymark_abc__ = "Sized"
    __waymark_methods__ = ("__len__",)

    @abstractmethod
    def __len__(self):
        return 0


class Container(_Abstracted):
    __module__ = "collections.abc"
    __slots__ = ()
    __waymark_abc__ = "Container"
    __waymark_methods__ = ("__contains__",)

    @abstractmethod
    def __contains__(self, x):
        return False


class Collection(Sized, Iterable, Container):
    __module__ = "collections.abc"
    __slots__ = ()
    __waymark_abc__ = "Collection"
    __waymark_methods__ = ("__len__", "__iter__", "__contains__")


class Callable(_Abstracted):
    __module__ = "collections.abc"
    __slots__ = ()
    __waymark_abc__ = "Callable"
    __waymark_methods__ = ("__call__",)

    @abstractmethod
    def __call__(self, *args, **kwds):
        return False


# --- sets ---


class Set(Collection):
    """A set is a finite, iterable container."""

    __module__ = "collections.abc"
    __slots__ = ()
    __waymark_abc__ = "Set"

    def __le__(self, other):
        if not isinstance(other, Set):
            return NotImplemented
        if len(self) > len(other):
            return False
        for each in self:  # noqa: SIM110 (no generator stands between)
            if each not in other:
                return False
        return True

    def __lt__(self, other):
        if not isinstance(other, Set):
            return NotImplemented
        return len(self) < len(other) and self.__le__(other)

    def __gt__(self, other):
        if not isinstance(other, Set):
            return NotImplemented
        return len(self) > len(other) and self.__ge__(other)

    def __ge__(self, other):
        if not isinstance(other, Set):
            return NotImplemented
        if len(self) < len(other):
            return False
        for each in other:  # noqa: SIM110 (as above)
            if each not in self:
                return False
        return True

    def __eq__(self, other):
        if not isinstance(other, Set):
            return NotImplemented
        return len(self) == len(other) and self.__le__(other)

    @classmethod
    def _from_iterable(cls, it):
        """Construct an instance of the class from any iterable input."""
        return cls(it)

    def __and__(self, other):
        if not isinstance(other, Iterable):
            return NotImplemented
        return self._from_iterable(value for value in other if value in self)

    def __rand__(self, other):
        if not isinstance(other, Iterable):
            return NotImplemented
        return self._from_iterable(value for value in other if value in self)

    def isdisjoint(self, other):
        """Return True if two sets have a null intersection."""
        for value in other:  # noqa: SIM110 (as above)
            if value in self:
                return False
        return True

    def __or__(self, other):
        if not isinstance(other, Iterable):
            return NotImplemented
        return self._from_iterable(each for part in (self, other) for each in part)

    def __ror__(self, other):
        if not isinstance(other, Iterable):
            return NotImplemented
        return self._from_iterable(each for part in (self, other) for each in part)

    def __sub__(self, other):
        if not isinstance(other, Set):
            if not isinstance(other, Iterable):
                return NotImplemented
            other = self._from_iterable(other)
        return self._from_iterable(value for value in self if value not in other)

    def __rsub__(self, other):
        if not isinstance(other, Set):
            if not isinstance(other, Iterable):
                return NotImplemented
            other = self._from_iterable(other)
        return self._from_iterable(value for value in other if value not in self)

    def __xor__(self, other):
        if not isinstance(other, Set):
            if not isinstance(other, Iterable):
                return NotImplemented
            other = self._from_iterable(other)
        return (self - other) | (other - self)

    def __rxor__(self, other):
        if not isinstance(other, Set):
            if not isinstance(other, Iterable):
                return NotImplemented
            other = self._from_iterable(other)
        return (self - other) | (other - self)

    def _hash(self):
        """Compute the hash value of a set."""
        most = 2 * _maxsize + 1
        found = 1927868237 * (len(self) + 1)
        found &= most
        for each in self:
            one = hash(each)
            found ^= (one ^ (one << 16) ^ 89869747) * 3644798167
            found &= most
        found ^= (found >> 11) ^ (found >> 25)
        found = found * 69069 + 907133923
        found &= most
        if found > _maxsize:
            found -= most + 1
        if found == -1:
            found = 590923713
        return found


class MutableSet(Set):
    """A mutable set is a finite, iterable container."""

    __module__ = "collections.abc"
    __slots__ = ()
    __waymark_abc__ = "MutableSet"

    @abstractmethod
    def add(self, value):
        """Add an element."""
        raise NotImplementedError

    @abstractmethod
    def discard(self, value):
        """Remove an element.  Do not raise an exception if absent."""
        raise NotImplementedError

    def remove(self, value):
        """Remove an element. If not a member, raise a KeyError."""
        if value not in self:
            raise KeyError(value)
        self.discard(value)

    def pop(self):
        """Return the popped value.  Raise KeyError if empty."""
        it = iter(self)
        try:
            value = next(it)
        except StopIteration:
            raise KeyError from None
        self.discard(value)
        return value

    def clear(self):
        """This is slow (creates N new iterators!) but effective."""
        try:
            while True:
                self.pop()
        except KeyError:
            pass

    def __ior__(self, it):
        for value in it:
            self.add(value)
        return self

    def __iand__(self, it):
        for value in self - it:
            self.discard(value)
        return self

    def __ixor__(self, it):
        if it is self:
            self.clear()
        else:
            if not isinstance(it, Set):
                it = self._from_iterable(it)
            for value in it:
                if value in self:
                    self.discard(value)
                else:
                    self.add(value)
        return self

    def __isub__(self, it):
        if it is self:
            self.clear()
        else:
            for value in it:
                self.discard(value)
        return self


# --- mappings ---


class Mapping(Collection):
    """A Mapping is a generic container for associating key/value"""

    __module__ = "collections.abc"
    __slots__ = ()
    __waymark_abc__ = "Mapping"
    __abc_tpflags__ = 64

    @abstractmethod
    def __getitem__(self, key):
        raise KeyError

    def get(self, key, default=None):
        """D.get(k[,d]) -> D[k] if k in D, else d.  d defaults to None."""
        try:
            return self[key]
        except KeyError:
            return default

    def __contains__(self, key):
        try:
            self[key]
        except KeyError:
            return False
        else:
            return True

    def keys(self):
        """D.keys() -> a set-like object providing a view on D's keys"""
        return KeysView(self)

    def items(self):
        """D.items() -> a set-like object providing a view on D's items"""
        return ItemsView(self)

    def values(self):
        """D.values() -> an object providing a view on D's values"""
        return ValuesView(self)

    def __eq__(self, other):
        if not isinstance(other, Mapping):
            return NotImplemented
        return dict(self.items()) == dict(other.items())

    __reversed__ = None


class MappingView(Sized):
    __module__ = "collections.abc"
    __slots__ = ("_mapping",)
    __waymark_abc__ = "MappingView"

    def __init__(self, mapping):
        self._mapping = mapping

    def __len__(self):
        return len(self._mapping)

    def __repr__(self):
        return f"{type(self).__name__}({self._mapping!r})"


class KeysView(MappingView, Set):
    __module__ = "collections.abc"
    __slots__ = ()
    __waymark_abc__ = "KeysView"

    @classmethod
    def _from_iterable(cls, it):
        return set(it)

    def __contains__(self, key):
        return key in self._mapping

    def __iter__(self):
        yield from self._mapping


class ItemsView(MappingView, Set):
    __module__ = "collections.abc"
    __slots__ = ()
    __waymark_abc__ = "ItemsView"

    @classmethod
    def _from_iterable(cls, it):
        return set(it)

    def __contains__(self, item):
        key, value = item
        try:
            held = self._mapping[key]
        except KeyError:
            return False
        else:
            return held is value or held == value

    def __iter__(self):
        for key in self._mapping:
            yield (key, self._mapping[key])


class ValuesView(MappingView, Collection):
    __module__ = "collections.abc"
    __slots__ = ()
    __waymark_abc__ = "ValuesView"

    def __contains__(self, value):
        for key in self._mapping:
            held = self._mapping[key]
            if held is value or held == value:
                return True
        return False

    def __iter__(self):
        for key in self._mapping:
            yield self._mapping[key]


class MutableMapping(Mapping):
    """A MutableMapping is a generic container for associating"""

    __module__ = "collections.abc"
    __slots__ = ()
    __waymark_abc__ = "MutableMapping"

    @abstractmethod
    def __setitem__(self, key, value):
        raise KeyError

    @abstractmethod
    def __delitem__(self, key):
        raise KeyError

    def pop(self, key, default=_NOTHING):
        """D.pop(k[,d]) -> v, remove specified key and return the corresponding value."""
        try:
            value = self[key]
        except KeyError:
            if default is _NOTHING:
                raise
            return default
        else:
            del self[key]
            return value

    def popitem(self):
        """D.popitem() -> (k, v), remove and return some (key, value) pair"""
        try:
            key = next(iter(self))
        except StopIteration:
            raise KeyError from None
        value = self[key]
        del self[key]
        return key, value

    def clear(self):
        """D.clear() -> None.  Remove all items from D."""
        try:
            while True:
                self.popitem()
        except KeyError:
            pass

    def update(self, other=(), /, **kwds):
        """D.update([E, ]**F) -> None.  Update D from mapping/iterable E and F."""
        if isinstance(other, Mapping):
            for key in other:
                self[key] = other[key]
        elif hasattr(other, "keys"):
            for key in other.keys():  # noqa: SIM118 (CPython asks for them)
                self[key] = other[key]
        else:
            for key, value in other:
                self[key] = value
        for key, value in kwds.items():
            self[key] = value

    def setdefault(self, key, default=None):
        """D.setdefault(k[,d]) -> D.get(k,d), also set D[k]=d if k not in D"""
        try:
            return self[key]
        except KeyError:
            self[key] = default
        return default


# --- sequences ---


class Sequence(Reversible, Collection):
    """All the operations on a read-only sequence."""

    __module__ = "collections.abc"
    __slots__ = ()
    __waymark_abc__ = "Sequence"
    __abc_tpflags__ = 32

    @abstractmethod
    def __getitem__(self, index):
        raise IndexError

    def __iter__(self):
        i = 0
        try:
            while True:
                held = self[i]
                yield held
                i += 1
        except IndexError:
            return

    def __contains__(self, value):
        for held in self:  # noqa: SIM110 (as above)
            if held is value or held == value:
                return True
        return False

    def __reversed__(self):
        for i in reversed(range(len(self))):
            yield self[i]

    def index(self, value, start=0, stop=None):
        """S.index(value, [start, [stop]]) -> integer -- return first index of value."""
        if start is not None and start < 0:
            start = max(len(self) + start, 0)
        if stop is not None and stop < 0:
            stop += len(self)
        i = start
        while stop is None or i < stop:
            try:
                held = self[i]
            except IndexError:
                break
            if held is value or held == value:
                return i
            i += 1
        raise ValueError

    def count(self, value):
        """S.count(value) -> integer -- return number of occurrences of value"""
        return sum(1 for held in self if held is value or held == value)


class ByteString(Sequence):
    """This unifies bytes and bytearray."""

    __module__ = "collections.abc"
    __slots__ = ()
    __waymark_abc__ = "ByteString"


class MutableSequence(Sequence):
    """All the operations on a read-write sequence."""

    __module__ = "collections.abc"
    __slots__ = ()
    __waymark_abc__ = "MutableSequence"

    @abstractmethod
    def __setitem__(self, index, value):
        raise IndexError

    @abstractmethod
    def __delitem__(self, index):
        raise IndexError

    @abstractmethod
    def insert(self, index, value):
        """S.insert(index, value) -- insert value before index"""
        raise IndexError

    def append(self, value):
        """S.append(value) -- append value to the end of the sequence"""
        self.insert(len(self), value)

    def clear(self):
        """S.clear() -> None -- remove all items from S"""
        try:
            while True:
                self.pop()
        except IndexError:
            pass

    def reverse(self):
        """S.reverse() -- reverse *IN PLACE*"""
        length = len(self)
        for i in range(length // 2):
            self[i], self[length - i - 1] = self[length - i - 1], self[i]

    def extend(self, values):
        """S.extend(iterable) -- extend sequence by appending elements from the iterable"""
        if values is self:
            values = list(values)
        for value in values:
            self.append(value)

    def pop(self, index=-1):
        """S.pop([index]) -> item -- remove and return item at index (default last)."""
        value = self[index]
        del self[index]
        return value

    def remove(self, value):
        """S.remove(value) -- remove first occurrence of value."""
        del self[self.index(value)]

    def __iadd__(self, values):
        self.extend(values)
        return self
