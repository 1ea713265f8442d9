"""What an AttributeError says of itself: a read tells `name` and `obj`, and a change mostly does not."""

from __future__ import annotations

import sys

import pytest
from differential import assert_same

THINGS = {
    "functions": "things = [f, g, a.m, A.m]",
    "objects": "things = [a, A, S(), S, E, E.X, D(), D, ValueError(1), ValueError, object()]",
    "values": "things = [1, 'x', [], (1,), {}, None, 1.5, range(3), slice(1), Ellipsis, b'', frozenset()]",
    "builtins": "things = [len, int, type, [].append]",
    "what runs": "things = [rows(), iter([]), zip()]",
}
BODY = """
import enum, dataclasses
def f(): pass
async def g(): pass
def rows(): yield 1
class A:
    def m(self): pass
class S:
    __slots__ = ('a',)
class E(enum.Enum):
    X = 1
@dataclasses.dataclass
class D:
    x: int = 1
a = A()
seen = []
def tell(do):
    try:
        do()
    except AttributeError as error:
        seen.append((str(error), error.name, error.obj is one))
    except TypeError as error:
        seen.append(str(error))
    else:
        seen.append('done')
def read(): one.nothing
def read_by_name(): getattr(one, 'nothing')
def call(): one.nothing()
def write(): one.nothing = 1
def delete(): del one.nothing
def delete_by_name(): delattr(one, 'nothing')
%s
for one in things:
    for do in (read, read_by_name, call, delete, delete_by_name, write, delete, delete, delete_by_name):
        tell(do)
return seen
"""


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="the texts of errors are CPython 3.11's")
@pytest.mark.parametrize("things", THINGS.values(), ids=THINGS)
def test_what_is_missing_is_told_like_cpython_tells_it(things: str) -> None:
    assert_same(BODY % things)
