"""Pydantic models in a run: the real validation, and every value, text and error as under CPython."""

import pytest
from differential import script
from hosted import assert_same_hosted

SHOP = """
from pydantic import BaseModel, Field, field_validator, computed_field
class Line(BaseModel):
    sku: str
    price: float = Field(gt=0)
    n: int = 1
class Order(BaseModel):
    id: int
    lines: list[Line] = []
    note: str | None = None
    @field_validator("id")
    @classmethod
    def check(cls, v):
        if v < 0:
            raise ValueError("negative")
        return v
    @computed_field
    @property
    def total(self) -> float:
        return sum(l.price * l.n for l in self.lines)
    def doubled(self):
        return self.model_copy(update={"id": self.id * 2})

class Strict(BaseModel, frozen=True):
    a: int
    b: str = "b"


class Open(BaseModel):
    model_config = {"extra": "allow"}
    a: int
    _hidden: int = 5
    LIMIT: ClassVar[int] = 10


class Checked(BaseModel):
    model_config = ConfigDict(validate_assignment=True)
    a: int = 1
    b: list[int] = Field(default_factory=list, alias="bee")

    @model_validator(mode="after")
    def whole(self):
        if self.a == 99:
            raise ValueError("99 is none")
        return self


class Tags(RootModel[list[str]]):
    def first(self):
        return self.root[0]


class Special(Order):
    extra_note: str = "more"

    def model_dump(self, **options):
        return {"special": True, **super().model_dump(**options)}


T = TypeVar("T")


class Box(BaseModel, Generic[T]):
    inside: T


class Numbers(Box[int]):
    pass
""".replace(
    "from pydantic import BaseModel, Field, field_validator, computed_field\n",
    "from typing import ClassVar, Generic, TypeVar\n"
    "from pydantic import BaseModel, ConfigDict, Field, RootModel, computed_field, field_validator, model_validator\n",
)
IMPORTS = """import asyncio
import copy
from pydantic import ValidationError
from shop import Box, Checked, Line, Numbers, Open, Order, Special, Strict, Tags
"""


def same(body: str) -> None:
    assert_same_hosted(script(body).replace("import asyncio\n", IMPORTS, 1), {"shop": SHOP})


def test_a_model_is_validated_read_copied_matched_and_dumped() -> None:
    same("""
line = Line(sku="a", price=2)
order = Order(id="3", lines=[line])
print(order.id, order.total, order.lines[0] is line)
await act(order.id)
print(repr(order), str(order))
try:
    Order(id=-1, lines=[{"sku": 1}])
except ValidationError as error:
    print(error, error.errors(), error.title, type(error).__name__, type(error).__module__)
await act()
copy = order.model_copy(update={"id": 4})
print(copy == order, copy.lines is order.lines, order.doubled().id)
match order:
    case Order(id=3, lines=[Line(price=p)]):
        print("matched", p)
order.note = "x"
print(order.model_fields_set == {"id", "lines", "note"}, order.model_dump(), order.model_dump_json())
print(Order.model_validate({"id": 5, "lines": [{"sku": "b", "price": 1.5}]}))
try:
    order.nope = 1
except ValueError as error:
    print(error)
try:
    order.nope
except AttributeError as error:
    print(error)
return order
""")


@pytest.mark.parametrize(
    "body",
    [
        "try:\n    Strict(a=1).a = 2\nexcept ValidationError as error:\n    print(error)\n"
        "print(hash(Strict(a=1)) == hash(Strict(a=1)), {Strict(a=1): 1}[Strict(a=1)])",
        "try:\n    hash(Line(sku='a', price=1))\nexcept TypeError as error:\n    print(error)",
        "o = Open(a=1, z=[1])\no.y = 2\nprint(o, o.z, o.y, o.model_extra, o._hidden, Open.LIMIT, o.LIMIT)\n"
        "o._hidden = 6\nawait act()\nprint(o._hidden, o == o.model_copy(), dict(o))\ndel o.y\nprint(o)",
        "c = Checked(bee=['1'])\nc.a = '7'\nprint(c, c.b)\ntry:\n    c.a = 'x'\nexcept ValidationError as error:\n"
        "    print(error.errors())\nprint(c.model_dump(by_alias=True), sorted(c.model_fields_set))",
        "try:\n    Checked(a=99)\nexcept ValidationError as error:\n"
        "    print(error, error.error_count(), error.json())",
        "t = Tags(['a', 'b'])\nprint(t, t.root, t.first(), t == Tags(['a', 'b']), t.model_dump())",
        "s = Special(id=1)\nprint(s.model_dump(), s.extra_note, isinstance(s, Order), s == Order(id=1))",
        "n = Numbers(inside='4')\nprint(n, n.inside, Box(inside=[1]))",
        "a = Order(id=1, lines=[{'sku': 'a', 'price': 3}])\nb, c = copy.copy(a), copy.deepcopy(a)\n"
        "print(a == b == c, b.lines is a.lines, c.lines is a.lines, c.lines[0] is a.lines[0])",
        "d = {'id': 3, 'lines': []}\na = Order.model_validate(d)\n"
        "print(Order.model_validate(a) is a, a.lines is d['lines'])",
        "print(Order.model_validate_json('{\"id\": 8}'), Order.model_construct(id='raw'))",
        "try:\n    Order(5)\nexcept TypeError as error:\n    print(error)",
        "try:\n    Line(sku='a', price=0)\nexcept ValueError as error:\n    kept = error\nawait act()\n"
        "print(kept, repr(kept), "
        "kept.errors(include_url=False))",
        "print([f'{Line(sku=name, price=1)}' for name in 'ab'], Order(id=1).total)",
        "print(type(Order(id=1)) is Order, Order.__name__, Order.__qualname__, Order.__module__)",
        "print(Line(sku='a', price=1) in [Line(sku='b', price=1), Line(sku='a', price=1)])",
    ],
)
def test_models_do_what_they_do_under_cpython(body: str) -> None:
    same(body)
