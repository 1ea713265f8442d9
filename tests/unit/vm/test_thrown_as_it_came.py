"""What is thrown into a `yield from` reaches the `throw` of the iterator as it came; only who raises it makes it."""

from __future__ import annotations

import pytest
from differential import assert_same

KINDS = """
class Told(Exception):
    def __init__(self, *args):
        print("made", args)
        super().__init__(*args)
class Bad(Exception):
    def __init__(self, *args):
        raise KeyError("bad")
class Taking:
    def __iter__(self):
        return self
    def __next__(self):
        return "next"
    def throw(self, *args):
        print("throw", [each if isinstance(each, type) else repr(each) for each in args])
        if args[-1] == "end":
            raise StopIteration("ended")
        return "taken"
    def close(self):
        print("closed")
class Deaf:
    def __iter__(self):
        return self
    def __next__(self):
        return "next"
def leaf():
    while True:
        try:
            yield "leaf"
        except Exception as error:
            print("leaf got", repr(error), repr(error.__context__))
def outer(inner):
    while True:
        try:
            print("came to", (yield from inner))
        except BaseException as error:
            print("outer got", repr(error))
            if isinstance(error, GeneratorExit):
                raise
            yield "handled"
def tell(rows, *args):
    try:
        print(rows.throw(*args))
    except BaseException as error:
        print("out came", repr(error), repr(error.__context__))
    try:
        print(next(rows))
    except BaseException as error:
        print("and then", repr(error))
"""
THROWN = ("Told", "Told('x')", "Told, 'x'", "Told, ('x', 'y')", "Told, Told('x')", "Told, 'end'", "Bad", "ValueError()")
ODD = (
    "123",
    "int",
    "ValueError(1), 2",
    "GeneratorExit",
    "GeneratorExit()",
    "ValueError, 1, None",
    "None",
    "Told, None",
)
INNER = {
    "an object that takes it in": "Taking()",
    "an object without a throw": "Deaf()",
    "a list": "iter([1, 2, 3])",
    "a generator": "leaf()",
    "a generator that hands on to an object": "outer(Taking())",
    "a generator that hands on to a generator": "outer(leaf())",
}


@pytest.mark.parametrize("inner", INNER.values(), ids=INNER)
def test_what_is_thrown_into_a_delegating_generator_is_handed_on_as_it_came(inner: str) -> None:
    uses = [f"rows = outer({inner})\nnext(rows)\ntell(rows, {thrown})\nrows.close()\n" for thrown in THROWN + ODD]
    assert_same(KINDS + "".join(uses), ticks=((3, 7), ()))
