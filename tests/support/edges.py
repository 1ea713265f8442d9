"""Values of every type that crosses an edge, nested and shared; and what can be seen of one, as a text."""

from __future__ import annotations

import dataclasses
import enum
from collections import Counter, OrderedDict, defaultdict, deque
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from edge_classes import Colour, Declined, Level, Model, Pair, Point, Record, Thing
from hypothesis import strategies as st
from pydantic import BaseModel

ODD = [
    *(
        "",
        "\0",
        "\ud800",
        "é",
        b"",
        b"\0\xff",
        10**4000,
        -(1 << 64),
        1 << 63,
        -0.0,
        float("inf"),
        1j,
        complex(-0.0, 0.0),
    ),
    *(None, True, False, Ellipsis, range(3), range(9, -1, -2), Decimal("-0.00"), Decimal("sNaN7"), Decimal("1E+999")),
    *(
        Fraction(-1, 3),
        UUID(int=7),
        date(1, 1, 1),
        datetime(2026, 3, 29, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Berlin")),
    ),
    *(time(1, 2, tzinfo=timezone(timedelta(seconds=-1), "odd")), timedelta.max, UTC, ZoneInfo("UTC"), Path("/a/b")),
    *(PurePosixPath("x\udcff"), Colour.RED, Colour.BLUE, Level.HIGH),
]
LEAVES = st.one_of(
    st.integers(0, len(ODD) - 1).map(ODD.__getitem__),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.binary(max_size=5),
    st.decimals(),
    st.datetimes(),
    st.uuids(),
)
KEYS = st.one_of(
    st.integers(), st.text(max_size=3), st.booleans(), st.none(), st.tuples(st.integers(), st.text(max_size=2))
)


def _held(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    pairs = st.dictionaries(KEYS, inner, max_size=3)
    return st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=3).map(tuple),
        pairs,
        st.lists(KEYS, max_size=3).map(set),
        st.lists(KEYS, max_size=3).map(frozenset),
        st.binary(max_size=4).map(bytearray),
        st.lists(inner, max_size=3).map(lambda items: deque(items, maxlen=9)),
        pairs.map(OrderedDict),
        pairs.map(lambda held: defaultdict(list, held)),
        st.lists(KEYS, max_size=4).map(Counter),
        st.builds(Point, inner, inner),
        st.builds(Pair, inner, inner),
        st.builds(lambda a, b: Model(a=a, further=b), inner, inner),
        st.builds(Record, inner, inner),
        st.builds(Thing, inner, inner),
        st.builds(Declined, inner, inner),
        st.builds(_caused, inner, inner),
        st.builds(lambda each: (each, [each], {"again": each}), inner),  # shared
    )


def _caused(first: Any, second: Any) -> BaseException:
    error = ExceptionGroup("several", [Declined(first), KeyError(1)])
    error.__cause__ = ValueError(second)
    error.add_note("noted")
    return error


VALUES = st.recursive(LEAVES, _held, max_leaves=12)


def told(value: Any) -> str:
    """What can be seen of a value: types, contents in their order, and which objects are one."""
    return _Telling().of(value)


_PLAIN = (type(None), bool, int, complex, str, bytes, type(Ellipsis), range, Decimal, Fraction, UUID)


class _Telling:
    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        self._alive: list[Any] = []

    def of(self, value: Any) -> str:
        kind = type(value)
        name = f"{kind.__module__}.{kind.__qualname__}"
        if kind is float:
            return value.hex()
        if kind in _PLAIN and kind is not int:
            return f"{name} {value!r}"
        if kind is int:
            return hex(value)
        if isinstance(value, enum.Enum | date | time | timedelta | Path | PurePosixPath):
            zone = getattr(value, "tzinfo", None)
            return f"{name} {value!r} {getattr(value, 'fold', '')} {type(zone).__name__}"
        if id(value) in self._numbers:
            return f"*{self._numbers[id(value)]}"
        self._numbers[id(value)] = len(self._numbers)
        self._alive.append(value)
        return f"{name}({self._inside(value)})"

    def _inside(self, value: Any) -> str:
        if isinstance(value, BaseException):
            parts = [value.args, dict(sorted(vars(value).items())), value.__cause__, value.__context__]
            return self._all([*parts, value.__suppress_context__, getattr(value, "exceptions", None)])
        if isinstance(value, BaseModel):
            state = [
                dict(value.__dict__),
                sorted(value.model_fields_set),
                value.model_extra,
                value.__pydantic_private__,
            ]
            return self._all(state)
        if isinstance(value, msgspec.Struct):
            return self._all([getattr(value, name) for name in value.__struct_fields__])
        if hasattr(value, "__attrs_attrs__"):
            return self._all([getattr(value, each.name) for each in value.__attrs_attrs__])
        if dataclasses.is_dataclass(value):
            return self._all([getattr(value, each.name) for each in dataclasses.fields(value)])
        if isinstance(value, dict):
            extra = repr(getattr(value, "default_factory", ""))
            return extra + self._all([part for pair in value.items() for part in pair])
        if isinstance(value, set | frozenset):
            return ", ".join(sorted(_Telling().of(each) for each in value))
        if isinstance(value, bytearray):
            return repr(value)
        if isinstance(value, list | tuple | deque):
            return f"{getattr(value, 'maxlen', '')}: {self._all(value)}"
        return repr(value)

    def _all(self, values: Any) -> str:
        return ", ".join([self.of(each) for each in values])
