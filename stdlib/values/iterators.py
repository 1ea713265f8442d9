"""What `iter` and `reversed` give, as objects with fields, where CPython's cannot be stored.

Those that only walk over a dict, a set or a view are in `walks.py`. An error leaves one of these as it leaves
CPython's, so it can be asked again. Where what one reads from is code of the program, the prelude takes the same steps
by frames (`prelude/`), which read and write the same fields.

    reversed            `source[index]`, and index goes down by one; an IndexError or StopIteration ends it for good
    list_reverseiterator  the same, but an index that is none of the list's ends it
    callable_iterator   `function()`, until that equals `sentinel`
    iterator            `source[index]`, and index goes up by one; an IndexError or StopIteration ends it for good
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator
from typing import Any

from ..natives.services import services
from .sets import OrderedFrozenSet, OrderedSet
from .standing import stands_for
from .views import DictItems, DictKeys, DictValues
from .walks import (
    ItemWalk,
    KeyWalk,
    ReverseItemWalk,
    ReverseKeyWalk,
    ReverseValueWalk,
    SetWalk,
    ValueWalk,
)

_WALKS: dict[type, Callable[[Any], Iterator[Any]]] = {
    dict: KeyWalk,
    DictKeys: lambda view: KeyWalk(view.mapping),
    DictValues: lambda view: ValueWalk(view.mapping),
    DictItems: lambda view: ItemWalk(view.mapping),
    OrderedSet: SetWalk,
    OrderedFrozenSet: SetWalk,
}
_REVERSED: dict[type, Callable[[Any], Iterator[Any]]] = {
    dict: ReverseKeyWalk,
    DictKeys: lambda view: ReverseKeyWalk(view.mapping),
    DictValues: lambda view: ReverseValueWalk(view.mapping),
    DictItems: lambda view: ReverseItemWalk(view.mapping),
    list: lambda items: ListReverseIterator(items),
    **dict.fromkeys((str, bytes, bytearray, tuple), lambda source: Reversed.over(source)),
}


def iterate(source: Any) -> Any:
    """`iter(source)`, as a value that can be stored."""
    make = _WALKS.get(type(source))
    if make is not None:
        return make(source)
    if isinstance(source, _WALKED):  # of a subclass, which may have an `__iter__` of its own
        base = _walked(source)
        if type(source).__iter__ is base.__iter__:
            return _WALKS[base](source)
    return iter(source)


def iterate_as(kind: Any, source: Any) -> Any:
    """`kind.__iter__(source)`, whatever the source's own class makes of `iter`."""
    make = _WALKS.get(kind)
    return kind.__iter__(source) if make is None else make(source)


def reversed_as(kind: Any, source: Any) -> Any:
    """`kind.__reversed__(source)`."""
    make = _REVERSED.get(kind)
    return Reversed(source) if make is None else make(source)


_WALKED = (dict, OrderedSet, OrderedFrozenSet)


def _walked(source: Any) -> Any:
    return next(base for base in _WALKED if isinstance(source, base))


class Lazy:
    """An iterator of these. Its slots are what is stored of it, in this order, each with the type it must have."""

    __slots__ = ("__weakref__",)
    FIELDS: tuple[type, ...] = ()

    def __iter__(self) -> Any:
        return self

    def reads(self) -> tuple[Any, ...]:
        """The iterators that a step of this one moves."""
        return ()

    def leads_to(self) -> tuple[Any, ...]:
        """What a step of this one uses: if any of that is the program's, the prelude takes the step."""
        named = (getattr(self, name) for name in ("function", "source", "sentinel") if hasattr(self, name))
        return (*named, *self.reads())


class Reversed(Lazy):
    """`reversed(x)` of what has a length and items by number."""

    __slots__ = ("source", "index")  # noqa: RUF023
    FIELDS = (object, int)
    source: Any
    index: int

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if kwargs or len(args) != 1:
            builtins.reversed(*args, **kwargs)
        make = _REVERSED.get(type(args[0]))
        if make is not None:
            return make(args[0])
        found: Any = builtins.reversed(args[0])  # of a range; or CPython's TypeError
        return cls.over(args[0]) if type(found) is builtins.reversed else found

    @staticmethod
    def over(source: Any) -> Reversed:
        made = object.__new__(Reversed)
        made.source = source
        made.index = len(source) - 1
        return made

    def __next__(self) -> Any:
        if self.index >= 0:
            try:
                item = self.source[self.index]
            except (IndexError, StopIteration):
                pass
            else:
                self.index -= 1
                return item
        self.source, self.index = None, -1
        raise StopIteration

    def __length_hint__(self) -> int:
        return 0 if self.source is None or len(self.source) <= self.index else self.index + 1


class ListReverseIterator(Lazy):
    __slots__ = ("source", "index")  # noqa: RUF023
    FIELDS = (object, int)

    def __init__(self, source: list[Any]) -> None:
        self.source: list[Any] | None = source
        self.index = list.__len__(source) - 1  # of a subclass, it is the list itself that counts

    def __next__(self) -> Any:
        source, index = self.source, self.index
        if source is None or not 0 <= index < list.__len__(source):
            self.source, self.index = None, -1
            raise StopIteration
        self.index = index - 1
        return list.__getitem__(source, index)

    def __length_hint__(self) -> int:
        return 0 if self.source is None or list.__len__(self.source) <= self.index else self.index + 1


class CallableIterator(Lazy):
    """`iter(function, sentinel)`."""

    __slots__ = ("function", "sentinel")
    FIELDS = (object, object)

    def __init__(self, function: Any, sentinel: Any) -> None:
        self.function = function  # None: it has met the sentinel
        self.sentinel = sentinel

    def __next__(self) -> Any:
        if self.function is None:
            raise StopIteration
        if (machine := services.get(None)) is not None:
            machine.charge()  # no native knows that this has an end
        item = None
        try:
            item = self.function()
        except StopIteration:
            over = True
        else:
            over = self.sentinel is item or self.sentinel == item
        if over:
            self.function = self.sentinel = None
            raise StopIteration
        return item


class SequenceIterator(Lazy):
    """`iter(x)` of what has `__getitem__` alone."""

    __slots__ = ("source", "index")  # noqa: RUF023
    FIELDS = (object, int)

    def __init__(self, source: Any) -> None:
        self.source = source  # None: exhausted
        self.index = 0

    def __next__(self) -> Any:
        if self.source is not None:
            try:
                item = self.source[self.index]
            except (IndexError, StopIteration):
                self.source = None
            else:
                self.index += 1
                return item
        raise StopIteration

    def __length_hint__(self) -> Any:
        if self.source is None:
            return 0
        return max(0, len(self.source) - self.index) if hasattr(type(self.source), "__len__") else NotImplemented


class _Sequence:
    def __getitem__(self, place: int) -> Any:
        raise IndexError


stands_for(builtins.reversed, Reversed)
stands_for(type(reversed([])), ListReverseIterator)
stands_for(type(iter(int, 1)), CallableIterator)


class MemoryIterator(SequenceIterator):
    """`iter(view)` of a `memoryview`."""

    __slots__ = ()


_WALKS[memoryview] = MemoryIterator

stands_for(type(iter(_Sequence())), SequenceIterator)
stands_for(type(iter(memoryview(b""))), MemoryIterator)
