"""Values toward annotations: unchanged where they fit, converted where they can be, else refused with the path."""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, NamedTuple, Protocol, TypedDict, TypeVar

import attrs
import msgspec
import pydantic
import pytest

from waymark.runtime.workers.fitting import fitted, fitted_call, result_type
from waymark.runtime.workers.misfits import Misfit
from waymark.runtime.workers.perform import perform
from waymark.vm.surface import Raised, Succeeded
from waymark.vm.wire import decode_outcome, encode_value


@dataclass
class Line:
    price: int


@dataclass
class Order:
    lines: list[Line]
    note: str = None  # type: ignore[assignment]


class Model(pydantic.BaseModel):
    id: int
    lines: list[Line] = []


class Record(msgspec.Struct):
    a: int
    b: list[int] = []


@attrs.define
class Thing:
    a: int = 0


class Pair(NamedTuple):
    first: int
    second: str = ""


class Named(TypedDict):
    a: int


class Colour(enum.Enum):
    RED = 1


class Speaks(Protocol):
    def speak(self) -> None: ...


T = TypeVar("T")


@pytest.mark.parametrize(
    ("value", "annotation"),
    [
        *((1, int), (True, int), (1, float), (1.5, complex), (None, None), ("x", Any), (3, T), (object(), "Unknown")),
        *((Order([Line(1)]), Order), (Model(id=1), Model), (Record(1), Record), (Thing(1), Thing), (Pair(1), Pair)),
        *((None, int | None), (5, Literal[5, 6]), ({"a": [1]}, dict[str, list[int]]), ((1, 2), tuple[int, ...])),
        *(((), tuple[()]), ((1, "a"), tuple[int, str]), ({1}, set[int]), ([1], Sequence[int]), ({"a": 1}, Named)),
        *((print, Callable[[], None]), (object(), Speaks), (Colour.RED, Colour), ([Line(1)], list[Line | None])),
        *((int, type[int]), (7, Annotated[int, "a note"]), ([[]], list[list[Any]])),
    ],
    ids=repr,
)
def test_what_fits_stays_the_very_object(value: Any, annotation: Any) -> None:
    assert fitted(value, annotation, "x") is value


@pytest.mark.parametrize(
    ("value", "annotation", "made"),
    [
        ({"lines": [{"price": 3}]}, Order, Order([Line(3)])),
        ({"id": 1, "lines": [{"price": 2}]}, Model, Model(id=1, lines=[Line(2)])),
        ([{"id": "7"}], list[Model], [Model(id=7)]),
        ({"a": 1}, Record, Record(1)),
        ({"a": 1}, Thing, Thing(1)),
        ("2026-01-02", date, date(2026, 1, 2)),
        ([1, 2], tuple[int, int], (1, 2)),
        (7, Annotated[int, msgspec.Meta(gt=5)], 7),
        (7, Annotated[int, pydantic.Field(gt=5)], 7),
    ],
    ids=repr,
)
def test_what_can_be_converted_is(value: Any, annotation: Any, made: Any) -> None:
    assert fitted(value, annotation, "x") == made


@pytest.mark.parametrize(
    ("value", "annotation", "said"),
    [
        ("1", int, "x: expected int, got str"),
        (Order([Line(1), Line("2")]), Order, "x.lines[1].price: expected int, got str"),  # type: ignore[arg-type]
        ({"lines": [{"price": "3"}]}, Order, "x.lines[0].price: expected int, got str"),
        ({"id": "q"}, Model, "x.id: Input should be a valid integer, unable to parse string as an integer, got str"),
        ([{"id": 1}, {}], list[Model], "x[1].id: Field required, got dict"),
        (Record("1"), Record, "x.a: expected int, got str"),  # type: ignore[arg-type]
        ({"k": [1, "2"]}, dict[str, list[int]], "x['k'][1]: expected int, got str"),
        ({1: 2}, dict[str, int], "a key of x: expected str, got int"),
        ((1, 2), tuple[int], "x: expected 1 items, got 2"),
        ("q", int | None, "x: expected int | None, got str"),
        (7, Literal[5, 6], "x: expected one of (5, 6), got 7"),
        (3, Annotated[int, msgspec.Meta(gt=5)], "x: expected int >= 6"),
        (3, Annotated[int, pydantic.Field(gt=5)], "x: Input should be greater than 5, got int"),
        ({}, Named, "x: Named has no 'a'"),
        (Pair("1"), Pair, "x.first: expected int, got str"),  # type: ignore[arg-type]
    ],
    ids=repr,
)
def test_anything_else_is_refused_with_its_path(value: Any, annotation: Any, said: str) -> None:
    with pytest.raises(Misfit) as refused:
        fitted(value, annotation, "x")
    assert str(refused.value) == said


def test_values_that_hold_themselves_and_wide_ones_come_to_an_end() -> None:
    cyclic: list[Any] = []
    cyclic.append(cyclic)
    assert fitted(cyclic, list[list[Any]], "x") is cyclic
    wide: Any = [1]
    for _ in range(60):
        wide = [wide, wide]
    kind: Any = list[Any]
    for _ in range(60):
        kind = list[kind]
    assert fitted(wide, kind, "x") is wide


async def charge(order: Order, *codes: int, factor: float = 1.0, **more: str) -> list[int]:
    return [order.lines[0].price, *codes]


def test_a_call_is_held_against_the_annotations_of_its_parameters() -> None:
    args, kwargs = fitted_call(charge, ({"lines": [{"price": 1}]}, 2), {"factor": 2, "note": "n"})
    assert args == (Order([Line(1)]), 2) and kwargs == {"factor": 2, "note": "n"}
    for given, named, said in (
        ((Order([]), 1, "2"), {}, "codes[1]: expected int, got str"),
        ((Order([]),), {"factor": "x"}, "factor: expected float, got str"),
        ((Order([]),), {"note": 1}, "note: expected str, got int"),
    ):
        with pytest.raises(Misfit) as refused:
            fitted_call(charge, given, named)
        assert str(refused.value) == said
    assert fitted_call(charge, (), {"nonsense": 1}) == ((), {"nonsense": 1}), "a call that does not bind is left alone"
    assert result_type(charge) == list[int] and result_type(print) is Any


def test_an_action_gets_what_it_is_annotated_to_take() -> None:
    def came_to(*args: Any) -> Any:
        outcome = asyncio.run(perform({"shop:charge": charge}, "shop:charge", encode_value((args, {}))))
        return decode_outcome(outcome)

    assert came_to({"lines": [{"price": 4}]}, 5) == Succeeded([4, 5])
    refused = came_to({"lines": [{"price": "4"}]})
    assert isinstance(refused, Raised) and str(refused.error) == (
        "the arguments of action shop:charge do not fit its annotations: order.lines[0].price: expected int, got str"
    )
