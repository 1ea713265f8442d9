"""Classes as projects have them: discriminated unions, aliases, computed fields, defaults of the clock, inheritance."""

import pytest
from differential import script
from hosted import assert_same_hosted

SHOP = """
from __future__ import annotations
import uuid, datetime as dt, os
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Annotated, Any, ClassVar, Generic, Literal, Optional, TypeVar, Union
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, computed_field, field_serializer, model_validator
import msgspec, attr, attrs

def new_id() -> str:
    return str(uuid.uuid4())

class Status(str, Enum):
    NEW = "new"
    PAID = "paid"

class Base(BaseModel):
    model_config = ConfigDict(populate_by_name=True, str_strip_whitespace=True)
    key: str = Field(default_factory=new_id)
    when: dt.datetime = Field(default_factory=lambda: dt.datetime.now())
    home: str = os.environ.get("HOME", "x")

    def describe(self, prefix: str = "") -> str:
        return f"{prefix}{type(self).__name__}:{self.label()}"
    def label(self):
        return "base"
    @classmethod
    def make(cls, **kw):
        return cls(**kw)
    @staticmethod
    def helper(x):
        return x + 1

class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int = 9
class Dog(BaseModel):
    kind: Literal["dog"]
    tricks: tuple[str, ...] = ()
Pet = Annotated[Union[Cat, Dog], Field(discriminator="kind")]

class Owner(Base):
    name: str = Field(alias="fullName", min_length=1)
    pets: list[Pet] = Field(default_factory=list)
    status: Status = Status.NEW
    balance: Decimal = Decimal("0")
    best: Optional[Owner] = None
    extra_info: dict[str, Any] = {}
    RATE: ClassVar[Decimal] = Decimal("1.5")
    _cache: dict = PrivateAttr(default_factory=dict)

    def label(self):
        return self.name
    @cached_property
    def total(self):
        return self.balance * self.RATE
    @computed_field
    def shown(self) -> str:
        return self.name.upper()
    @field_serializer("balance")
    def ser(self, v): return str(v)
    @model_validator(mode="after")
    def after(self):
        if self.balance < 0: raise ValueError("debt")
        return self
    def __lt__(self, other): return self.balance < other.balance
    def __len__(self): return len(self.pets)
    @property
    def first(self): return self.pets[0]
    @first.setter
    def first(self, v): self.pets[0] = v

class Event(msgspec.Struct, tag_field="t", tag="ev"):
    a: int = 0
class Other(msgspec.Struct, tag_field="t", tag="ot", omit_defaults=True):
    b: str = "x"
class Env(msgspec.Struct, frozen=True, kw_only=True):
    items: list[Event | Other] = msgspec.field(default_factory=list)
    at: dt.datetime | None = None
    def n(self): return len(self.items)

@attr.s
class Old:
    x = attr.ib(default=1)
    y = attr.ib(factory=list)
    @x.validator
    def _check(self, attribute, value):
        if value < 0: raise ValueError("neg")
@attrs.define(kw_only=True, order=True)
class New:
    a: int
    b: "list[Old]" = attrs.field(factory=list, repr=False)
    c: int = attrs.field(init=False)
    @c.default
    def _c(self): return self.a * 10
    def __attrs_post_init__(self): self.a += 1
"""
IMPORTS = """import asyncio
import copy
import msgspec
import attrs
from decimal import Decimal
from pydantic import ValidationError
from shop import Base, Cat, Dog, Owner, Status, Event, Other, Env, Old, New
"""

BODIES = {
    "an_order_of_a_shop": """
o = Owner(fullName=' Bo ', pets=[{'kind': 'cat'}, {'kind': 'dog', 'tricks': ['sit']}], key='k')
print(o.name, o.pets, o.status, o.balance, o.RATE, o.describe('x:'), len(o), o.first)
await act(o.key)
o.first = Cat(kind='cat', lives=1)
print(o.pets[0].lives, o.total, o.shown, o.model_dump(exclude={'when', 'home'}), Owner.helper(2))
o._cache['z'] = 1
await act()
print(o._cache, o.model_dump(exclude={'when','home'}, mode='json'))
""",
    "models_in_models": """
o = Owner.make(name='q', key='1', best={'fullName': 'r', 'key': '2', 'balance': '3.5'})
print(o.best.name, o < o.best, sorted([o.best, o])[0] is o, isinstance(o.best, Base), o.best.balance)
match o:
    case Owner(status=Status.NEW, best=Owner(name=n)):
        print(n)
""",
    "errors_of_every_kind": """
several = {}, {'name': ''}, {'name': 'a', 'balance': -1}
for bad in (*several, {'name': 'a', 'pets': [{'kind': 'cow'}]}, {'name': 'a', 'status': 'zzz'}):
    try:
        Owner(**bad)
    except ValidationError as e:
        print(e.error_count(), e.errors(include_url=False))
""",
    "defaults_of_the_clock": """
b = Base(key='a')
c = b.model_copy()
print(b == c, b.when is c.when, b.home == c.home, b.label(), b.key)
""",
    "tagged_structs": """
e = Env(items=[Event(a=1), Other()])
print(e, e.n(), msgspec.json.encode(e), msgspec.json.decode(msgspec.json.encode(e), type=Env) == e)
try:
    e.at = 1
except AttributeError as x:
    print(x)
print(msgspec.convert({'items': [{'t': 'ot', 'b': 'q'}]}, Env), msgspec.structs.replace(e, items=[]))
print(copy.copy(e) == e, copy.deepcopy(e).items[0] is e.items[0])
""",
    "attrs_of_both_kinds": """
o = Old()
print(o, o.x, o.y, o == Old(), Old(2) > Old(1), attrs.asdict(o))
try:
    Old(-1)
except ValueError as e:
    print(e)
o.x = -5
print(o.x)
n = New(a=1, b=[o])
print(n, n.a, n.b[0] is o, n.c, attrs.evolve(n, a=7), New(a=1) < New(a=2), n == New(a=1, b=[o]))
n.a = 3
await act()
print(n)
""",
    "models_in_containers": """
d = {Status.NEW: Cat(kind='cat')}
print(d, repr(d), str(Cat(kind='cat', lives=2)), f'{Cat(kind="cat")!r:>40}')
x = [Cat(kind='cat')] * 2
x[0].lives = 3
await act()
print(x, x[0] is x[1])
""",
    "models_in_objects": """
class Node:
    def __init__(self, m): self.m = m
n = Node(Cat(kind='cat'))
n.m.lives -= 1
await act(n.m.lives)
try:
    n.m.lives = 'x'
    print(n.m.lives)
    Cat.model_validate({'kind': 'cat', 'lives': n.m.lives})
except ValidationError as e:
    raise ValueError('wrapped') from None
""",
    "json_of_models": """
print(Cat.model_validate_json('{"kind": "cat", "lives": 4}'), Cat(kind='cat').model_dump_json(indent=2))
print(Owner.model_json_schema()['title'], type(Cat.model_construct(lives=1)).__name__)
""",
    "models_in_tasks": """
async def work(m):
    await asyncio.sleep(1)
    return m.model_copy(update={'lives': m.lives + 1})
r = await asyncio.gather(*[work(Cat(kind='cat', lives=i)) for i in range(3)])
print(r)
""",
}


@pytest.mark.parametrize("name", list(BODIES))
def test_a_project_does_in_a_run_what_it_does_under_cpython(name: str) -> None:
    assert_same_hosted(script(BODIES[name]).replace("import asyncio\n", IMPORTS, 1), {"shop": SHOP})
