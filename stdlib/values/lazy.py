"""Lazy builtins as objects with fields, where CPython's cannot be stored: enumerate, zip, map, filter.

`next()` of these steps what they read from, in CPython's order; the rest is said of all such iterators in
`iterators.py`.

    enumerate           next of `source`; (count, item), and count goes up by one
    map                 next of each of `sources`; `function` of what they gave
    filter              next of `source` until the truth of `function(item)`, or of the item if function is None
    zip                 next of each of `sources`; a tuple. When one ends: the zip ends, if not `strict`
"""

from __future__ import annotations

import builtins
from typing import Any

from .iterators import Lazy, iterate
from .standing import stands_for

_END: Any = object()


class Enumerate(Lazy):
    __slots__ = ("source", "count")  # noqa: RUF023
    FIELDS = (object, int)
    source: Any
    count: int

    def __new__(cls, *args: Any, **kwargs: Any) -> Enumerate:
        builtins.enumerate(*_emptied(args), **_emptied(kwargs))
        given: dict[str, Any] = {**dict(zip(("iterable", "start"), args, strict=False)), **kwargs}
        made = object.__new__(cls)
        made.source = iterate(given["iterable"])
        made.count = given.get("start", 0).__index__()
        return made

    def __next__(self) -> Any:
        item = next(self.source)
        number = self.count
        self.count += 1
        return number, item

    def reads(self) -> tuple[Any, ...]:
        return (self.source,)


class Map(Lazy):
    __slots__ = ("function", "sources")
    FIELDS = (object, tuple)
    function: Any
    sources: tuple[Any, ...]

    def __new__(cls, *args: Any, **kwargs: Any) -> Map:
        if kwargs or len(args) < 2:
            builtins.map(*args, **kwargs)
        made = object.__new__(cls)
        given = [*args]
        made.function = given[0]
        made.sources = tuple(iterate(source) for source in given[1:])
        return made

    def __next__(self) -> Any:
        return self.function(*[next(source) for source in self.sources])

    def reads(self) -> tuple[Any, ...]:
        return self.sources


class Filter(Lazy):
    __slots__ = ("function", "source")
    FIELDS = (object, object)
    function: Any
    source: Any

    def __new__(cls, *args: Any, **kwargs: Any) -> Filter:
        if kwargs or len(args) != 2:
            builtins.filter(*args, **kwargs)
        made = object.__new__(cls)
        made.function = args[0]
        made.source = iterate(args[1])
        return made

    def __next__(self) -> Any:
        function = self.function
        while True:
            item = next(self.source)
            if function is None or function is bool:
                if item:
                    return item
            elif function(item):
                return item

    def reads(self) -> tuple[Any, ...]:
        return (self.source,)


class Zip(Lazy):
    __slots__ = ("sources", "strict")
    FIELDS = (tuple, bool)
    sources: tuple[Any, ...]
    strict: bool

    def __new__(cls, *args: Any, **kwargs: Any) -> Zip:
        if kwargs.keys() - {"strict"}:
            builtins.zip(*_emptied(args), **kwargs)  # noqa: B905
        made = object.__new__(cls)
        made.strict = bool(kwargs.get("strict", False))
        made.sources = tuple(iterate(source) for source in args)
        return made

    def __next__(self) -> Any:
        if not self.sources:
            raise StopIteration
        if not self.strict:
            return tuple([next(source) for source in self.sources])
        items = []
        for source in self.sources:
            item = next(source, _END)
            if item is _END:
                break
            items.append(item)
        else:
            return tuple(items)
        self._check_ends(len(items))
        raise StopIteration

    def _check_ends(self, ended: int) -> None:
        """The source of this place had no more items: those before it must not have had one, nor may those behind."""
        if ended:
            raise ValueError(too_short(ended))
        for place in range(1, len(self.sources)):
            if next(self.sources[place], _END) is not _END:
                raise ValueError(too_long(place))

    def reads(self) -> tuple[Any, ...]:
        return self.sources


def too_short(place: int) -> str:
    return f"zip() argument {place + 1} is shorter than {_before(place)}"


def too_long(place: int) -> str:
    return f"zip() argument {place + 1} is longer than {_before(place)}"


def _before(place: int) -> str:
    return "argument 1" if place == 1 else f"arguments 1-{place}"


def _emptied(given: Any) -> Any:
    """The arguments of a lazy builtin with nothing to read in them: CPython checks the rest, and touches nothing."""
    if isinstance(given, dict):
        return {name: () if name == "iterable" else value for name, value in given.items()}
    return tuple(() if place == 0 else value for place, value in enumerate(given))


stands_for(builtins.enumerate, Enumerate)
stands_for(builtins.map, Map)
stands_for(builtins.filter, Filter)
stands_for(builtins.zip, Zip)
