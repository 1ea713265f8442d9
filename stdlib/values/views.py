"""`d.keys()`, `d.values()`, `d.items()`: live, as CPython's, and with sets in insertion order for their results."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from reprlib import recursive_repr
from types import MappingProxyType
from typing import Any, NoReturn

from ..natives.services import Refusal, services
from .sets import OrderedFrozenSet, OrderedSet
from .standing import ORDERED, stands_for


class View:
    """What the three share."""

    __slots__ = ("__weakref__", "mapping")

    def __init__(self, mapping: dict[Any, Any]) -> None:
        self.mapping = mapping

    def host(self) -> Any:
        """The host's view of the same dict."""
        raise AssertionError("a subclass has it")

    def __len__(self) -> int:
        return dict.__len__(self.mapping)  # of a subclass, it is the dict itself that counts

    # For C code; a program's `iter()` gets a walk, which can be stored.
    def __iter__(self) -> Iterator[Any]:
        return iter(self.host())

    def __reversed__(self) -> Any:
        return reversed(self.host())

    def __contains__(self, item: Any) -> bool:
        return item in self.host()

    @recursive_repr()
    def __repr__(self) -> str:
        name = type(self).__name__
        if hasattr(type(self.mapping), ORDERED):
            name = name.replace("dict", "odict")
        return f"{name}({list(self)!r})"


class _SetView(View):
    """Keys and items are compared and combined as sets are."""

    __slots__ = ()
    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        sized = _sized(other)
        return NotImplemented if sized is None else len(self) == len(sized) and _within(self, sized)

    def __ne__(self, other: object) -> bool:
        sized = _sized(other)
        return NotImplemented if sized is None else not (len(self) == len(sized) and _within(self, sized))

    def __lt__(self, other: object) -> bool:
        sized = _sized(other)
        return NotImplemented if sized is None else len(self) < len(sized) and _within(self, sized)

    def __le__(self, other: object) -> bool:
        sized = _sized(other)
        return NotImplemented if sized is None else len(self) <= len(sized) and _within(self, sized)

    def __gt__(self, other: object) -> bool:
        sized = _sized(other)
        return NotImplemented if sized is None else len(self) > len(sized) and _within(sized, self)

    def __ge__(self, other: object) -> bool:
        sized = _sized(other)
        return NotImplemented if sized is None else len(self) >= len(sized) and _within(sized, self)

    def __and__(self, other: Iterable[Any]) -> OrderedSet:
        return _intersection(self, other)

    __rand__ = __and__  # CPython takes the view for the left one, too

    def __or__(self, other: Iterable[Any]) -> OrderedSet:
        return _changed(self, "update", other)

    def __ror__(self, other: Iterable[Any]) -> OrderedSet:
        return _changed(other, "update", self)

    def __sub__(self, other: Iterable[Any]) -> OrderedSet:
        return _changed(self, "difference_update", other)

    def __rsub__(self, other: Iterable[Any]) -> OrderedSet:
        return _changed(other, "difference_update", self)

    def __xor__(self, other: Iterable[Any]) -> OrderedSet:
        return _changed(self, "symmetric_difference_update", other)

    def __rxor__(self, other: Iterable[Any]) -> OrderedSet:
        return _changed(other, "symmetric_difference_update", self)

    def isdisjoint(self, other: Iterable[Any]) -> bool:
        if self is other:
            return not len(self)
        sized = _sized(other)
        if sized is not None and len(sized) > len(self):
            return not any(item in sized for item in self)
        return not any(item in self for item in other)


class DictKeys(_SetView):
    __slots__ = ()

    def host(self) -> Any:
        return dict.keys(self.mapping)


class DictItems(_SetView):
    __slots__ = ()

    def host(self) -> Any:
        return dict.items(self.mapping)


class DictValues(View):
    __slots__ = ()

    def host(self) -> Any:
        return dict.values(self.mapping)


_READING = frozenset("__contains__ __getitem__ __iter__ __len__ __missing__ copy get items keys values".split())


def _reads(kind: type) -> bool:
    """Whether a class of the program says how its dict is read."""
    return services.get().host_of(kind) is None and not _READING.isdisjoint(vars(kind))


class MappingProxy(View):
    """`types.MappingProxyType`: a dict that can only be read."""

    __slots__ = ()
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, mapping: dict[Any, Any]) -> None:
        if not isinstance(mapping, dict):
            MappingProxyType(mapping)  # refuses it, unless it is a mapping
            raise Refusal(f"a workflow has no read-only view of a {type(mapping).__name__}: make one of a dict")
        if type(mapping) is not dict and any(map(_reads, type(mapping).__mro__)):
            raise Refusal("a workflow has no read-only view of a dict whose class reads in ways of its own")
        super().__init__(mapping)

    def host(self) -> Any:
        return self.mapping

    def __getitem__(self, key: Any) -> Any:
        return self.mapping[key]

    def __eq__(self, other: object) -> bool:
        return bool(self.mapping == (other.mapping if isinstance(other, MappingProxy) else other))

    def __or__(self, other: Any) -> Any:
        return self.mapping | (other.mapping if isinstance(other, MappingProxy) else other)

    def __ror__(self, other: Any) -> Any:
        return other | self.mapping

    def __ior__(self, other: Any) -> NoReturn:
        raise TypeError("'|=' is not supported by mappingproxy; use '|' instead")

    def __repr__(self) -> str:
        return f"mappingproxy({self.mapping!r})"

    def __str__(self) -> str:
        return str(self.mapping)

    def keys(self) -> DictKeys:
        return DictKeys(self.mapping)

    def values(self) -> DictValues:
        return DictValues(self.mapping)

    def items(self) -> DictItems:
        return DictItems(self.mapping)

    def get(self, key: Any, default: Any = None) -> Any:
        return self.mapping.get(key, default)

    def copy(self) -> dict[Any, Any]:
        return self.mapping.copy()


def _sized(other: object) -> Collection[Any] | None:
    return other if isinstance(other, OrderedSet | OrderedFrozenSet | _SetView | set | frozenset) else None


def _within(small: Iterable[Any], large: Any) -> bool:
    return all(item in large for item in small)


def _changed(left: Iterable[Any], change: str, right: Iterable[Any]) -> OrderedSet:
    result = OrderedSet(left)
    getattr(result, change)(right)
    return result


def _intersection(view: _SetView, other: Any) -> OrderedSet:
    if type(other) is OrderedSet and len(view) <= len(other):
        kept: OrderedSet = other.intersection(view)
        return kept
    if isinstance(other, _SetView) and len(other) > len(view):
        view, other = other, view
    return OrderedSet([item for item in other if item in view])


_EMPTY: dict[Any, Any] = {}
stands_for(type(_EMPTY.keys()), DictKeys, {"isdisjoint": (1, 1)})
stands_for(type(_EMPTY.items()), DictItems, {"isdisjoint": (1, 1)})
stands_for(type(_EMPTY.values()), DictValues)
stands_for(
    MappingProxyType, MappingProxy, {"keys": (0, 0), "values": (0, 0), "items": (0, 0), "get": (1, 2), "copy": (0, 0)}
)
