"""JSON toward the annotations of `run()`: every type of the wire comes of it, and what does not fit has a path."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

import pytest

from waymark.runtime.helpers.taking import NotTaken, answer, taken
from waymark.vm.hosting import HostUnavailable
from waymark.vm.wire import decode_value

ORDERS = """
from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import fractions
import pathlib
import typing
import uuid
import zoneinfo

import attrs
import msgspec
import pydantic


class Size(enum.Enum):
    SMALL = "s"
    LARGE = "l"


class Mixed(enum.Enum):
    WORD = "w"
    NUMBER = 2


class Line(pydantic.BaseModel, strict=True):
    price: decimal.Decimal = pydantic.Field(gt=0)
    on: datetime.date | None = None


class Order(pydantic.BaseModel):
    id: uuid.UUID
    lines: list[Line] = []


@attrs.define
class Box:
    width: int
    when: datetime.date = datetime.date(2020, 1, 1)


@dataclasses.dataclass
class Meta:
    size: Size
    order: Order | None = None


class Record(msgspec.Struct):
    a: int
    meta: Meta | None = None


class Pair(typing.NamedTuple):
    first: int
    second: datetime.time


class Named(typing.TypedDict):
    at: datetime.datetime


class Loops(pydantic.BaseModel):
    n: int

    @pydantic.field_validator("n")
    @classmethod
    def check(cls, n: int) -> int:
        print("checked")
        raise RuntimeError("of the validator")


class Shop:
    async def order(self, order: Order): ...
    async def box(self, box: Box, *, others: list[Box] = ()): ...
    async def meta(self, meta: Meta | None = None): ...
    async def record(self, record: Record): ...
    async def pair(self, pair: Pair): ...
    async def named(self, named: Named): ...
    async def size(self, size: Size): ...
    async def mixed(self, mixed: Mixed): ...
    async def uuid(self, id: uuid.UUID): ...
    async def decimal(self, amount: decimal.Decimal): ...
    async def moment(self, at: datetime.datetime): ...
    async def day(self, on: datetime.date | None): ...
    async def span(self, span: datetime.timedelta): ...
    async def keys(self, keys: dict[int, set[str]]): ...
    async def fraction(self, part: fractions.Fraction): ...
    async def path(self, path: pathlib.PurePosixPath): ...
    async def zone(self, zone: zoneinfo.ZoneInfo): ...
    async def data(self, data: bytes): ...
    async def point(self, point: tuple[float, float]): ...
    async def more(self, first: int, **more: decimal.Decimal): ...
    async def loops(self, loops: Loops): ...
    async def says_nothing(self, value, other: "Unknown" = None): ...
"""

ID = "00000000-0000-0000-0000-000000000001"


@pytest.fixture(scope="module", autouse=True)
def orders(tmp_path_factory: pytest.TempPathFactory) -> object:
    """A module with a class for each method, whose `run` it is."""
    folder = tmp_path_factory.mktemp("taking")
    classes = """
for _name, _run in list(vars(Shop).items()):
    if not _name.startswith("_"):
        globals()["Of_" + _name] = type("Of_" + _name, (), {"run": _run})
"""
    (folder / "orders_of_taking.py").write_text(ORDERS + classes)
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    yield
    sys.path.remove(str(folder))
    sys.modules.pop("orders_of_taking", None)


def take(run: str, **given: object) -> dict[str, object]:
    value: dict[str, object] = decode_value(taken(answer, "orders_of_taking", f"Of_{run}", json.dumps(given)))
    return value


@pytest.mark.parametrize(
    ("run", "given", "made"),
    [
        ("order", {"order": {"id": ID, "lines": [{"price": "1.5", "on": "2026-01-02"}]}}, "Order(id=UUID('" + ID),
        ("box", {"box": {"width": 1, "when": "2026-01-02"}}, "Box(width=1, when=datetime.date(2026, 1, 2))"),
        ("box", {"box": {"width": 1}, "others": [{"width": 2}]}, "[Box(width=2, when=datetime.date(2020, 1, 1))]"),
        ("meta", {"meta": {"size": "l", "order": {"id": ID}}}, "Meta(size=<Size.LARGE: 'l'>, order=Order(id=UUID("),
        ("meta", {"meta": None}, "{'meta': None}"),
        ("record", {"record": {"a": 1, "meta": {"size": "s"}}}, "Record(a=1, meta=Meta(size=<Size.SMALL: 's'>"),
        ("pair", {"pair": [1, "12:00:00"]}, "Pair(first=1, second=datetime.time(12, 0))"),
        ("named", {"named": {"at": "2026-01-02T03:04:05Z"}}, "{'at': datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo="),
        ("size", {"size": "s"}, "<Size.SMALL: 's'>"),
        ("mixed", {"mixed": 2}, "<Mixed.NUMBER: 2>"),
        ("uuid", {"id": ID}, f"UUID('{ID}')"),
        ("decimal", {"amount": "1.10"}, "Decimal('1.10')"),
        ("decimal", {"amount": 7}, "Decimal('7')"),
        ("moment", {"at": "2026-01-02T03:04:05"}, "datetime.datetime(2026, 1, 2, 3, 4, 5)"),
        ("day", {"on": "2026-01-02"}, "datetime.date(2026, 1, 2)"),
        ("day", {"on": None}, "{'on': None}"),
        ("span", {"span": "PT90S"}, "datetime.timedelta(seconds=90)"),
        ("keys", {"keys": {"1": ["a"]}}, "{1: {'a'}}"),
        ("fraction", {"part": "1/3"}, "Fraction(1, 3)"),
        ("path", {"path": "a/b"}, "PurePosixPath('a/b')"),
        ("zone", {"zone": "Europe/Paris"}, "zoneinfo.ZoneInfo(key='Europe/Paris')"),
        ("data", {"data": "YQ=="}, "b'a'"),
        ("point", {"point": [1, 2.5]}, "(1.0, 2.5)"),
        ("more", {"first": 1, "a": "1.5", "b": "2"}, "{'first': 1, 'a': Decimal('1.5'), 'b': Decimal('2')}"),
        ("more", {"first": 1, "more": "1.5"}, "{'first': 1, 'more': Decimal('1.5')}"),
        ("says_nothing", {"value": {"a": [1]}, "other": 2}, "{'value': {'a': [1]}, 'other': 2}"),
    ],
)
def test_json_becomes_what_run_is_annotated_to_take(run: str, given: dict[str, object], made: str) -> None:
    found = repr(take(run, **given))
    assert made in found, found


@pytest.mark.parametrize(
    ("run", "given", "said"),
    [
        (
            "order",
            {"order": {"id": ID, "lines": [{"price": "1"}, {"price": "-1"}]}},
            "order.lines[1].price: Input should be greater than 0, got str; run() takes order: Order",
        ),
        ("order", {"order": 7}, "order: Input should be an object, got int; run() takes order: Order"),
        (
            "box",
            {"box": {"width": "1"}},
            "box.width: expected int, got str; run() takes box: Box, others: list[Box] = ()",
        ),
        ("box", {"box": {"width": 1}, "others": [{"width": 1}, 2]}, "others[1]: expected object, got int; "),
        ("meta", {"meta": {"size": "x"}}, "meta.size: invalid enum value 'x'; run() takes meta: Meta | None = None"),
        ("meta", {"meta": {"size": "s", "order": {"id": 1}}}, "meta.order.id: UUID input should be a string, bytes or"),
        ("record", {"record": {"a": 1, "meta": {}}}, "record.meta: object missing required field size"),
        ("size", {"size": "x"}, "size: expected one of 's', 'l', got 'x'; run() takes size: Size"),
        ("mixed", {"mixed": True}, "mixed: expected one of 'w', 2, got True; run() takes mixed: Mixed"),
        ("uuid", {"id": "x"}, "id: invalid UUID; run() takes id: uuid.UUID"),
        ("moment", {"at": "12"}, "at: invalid RFC3339 encoded datetime; run() takes at: datetime.datetime"),
        ("fraction", {"part": "x"}, "part: invalid literal for Fraction: 'x'; run() takes part: fractions.Fraction"),
        ("keys", {"keys": {"a": []}}, "a key of keys: expected int, got str; run() takes keys: dict[int, set[str]]"),
        ("more", {"first": 1, "a": "x"}, "a: invalid decimal string; run() takes first: int, **more: decimal.Decimal"),
        ("loops", {"loops": {"n": 1}}, "RuntimeError: of the validator; run() takes loops: Loops"),
    ],
)
def test_what_does_not_fit_is_told_with_its_path_and_what_run_takes(
    run: str, given: dict[str, object], said: str
) -> None:
    with pytest.raises(NotTaken) as refused:
        take(run, **given)
    assert str(refused.value).startswith(said)


def test_a_module_or_a_class_that_is_not_there_is_for_whoever_sets_the_run_aside(tmp_path: Path) -> None:
    with pytest.raises(HostUnavailable, match="module nowhere_at_all, where Shop is defined, cannot be imported"):
        taken(answer, "nowhere_at_all", "Shop", "{}")
    with pytest.raises(HostUnavailable, match="orders_of_taking"):
        taken(answer, "orders_of_taking", "Missing", "{}")
    with pytest.raises(HostUnavailable, match=r"module orders_of_taking has no class Shop\.Inner"):
        taken(answer, "orders_of_taking", "Shop.Inner", "{}")
