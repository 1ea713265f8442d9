"""Values as people see them: every value has a projection, whatever it is."""

import json
from collections import OrderedDict, deque
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

import pytest
from edge_classes import Colour, Declined, Level, Model, Pair, Point, Record, Thing
from edges import VALUES
from hypothesis import given

from examples import examples
from waymark.runtime.projection import ITEMS_MAX, projected
from waymark.vm.wire import decode_value, encode_value

SHOWN: list[tuple[Any, Any]] = [
    (Point(1, (2,)), {"x": 1, "y": [2], "seen": []}),
    (Pair(1, b"ab"), {"first": 1, "second": "ab"}),
    (Model(a=1, more=Colour.RED), {"a": 1, "b": None, "more": "red"}),
    (Record([Level.HIGH]), {"a": [10], "b": None}),
    (Thing({"k": None}), {"a": {"k": None}, "b": None}),
    (Declined(3), {"type": "Declined", "message": "declined 3"}),
    (deque([1, 2]), [1, 2]),
    (OrderedDict(a=frozenset([1])), {"a": [1]}),
    (Decimal("1.50"), "1.50"),
    (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    (datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02T00:00:00+00:00"),
    (timedelta(hours=1), "1:00:00"),
    (PurePosixPath("/a"), "/a"),
    (b"\xff\0", "base64:/wA="),
    ({Colour.RED: 1, 2.5: 2, None: 3}, {"red": 1, "2.5": 2, "None": 3}),
]


@pytest.mark.parametrize(("value", "shown"), SHOWN)
def test_a_value_is_shown_by_what_it_holds(value: Any, shown: Any) -> None:
    assert projected(value) == shown


@pytest.mark.parametrize(("value", "shown"), SHOWN[:1] + SHOWN[2:5])
def test_an_object_whose_class_is_not_here_is_shown_the_same(value: Any, shown: Any) -> None:
    assert projected(decode_value(encode_value([value]), inside=True)) == [shown]


class Broken:
    def __repr__(self) -> str:
        raise RuntimeError("broken")


def test_it_never_fails_and_never_goes_on_for_ever() -> None:
    cyclic: list[Any] = []
    cyclic.append(cyclic)
    long = projected(range_of := list(range(ITEMS_MAX + 5)))
    assert len(long) == ITEMS_MAX + 1 < len(range_of) and long[-1] == "..."
    shown = projected([Broken(), cyclic, {Broken(): 1}, print, float("nan"), 1 << 20_000])
    assert shown[0] == "<Broken>" and shown[2] == {"<Broken>": 1} and shown[4] == "nan" and shown[5].startswith("0x1")
    assert json.loads(json.dumps(shown)) == shown


@given(VALUES)
@examples(100)
def test_every_value_has_one(value: Any) -> None:
    json.dumps(projected(value))
