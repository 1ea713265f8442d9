"""What values of the host say of themselves, and what calls of their types come to: as in CPython, at every pause."""

from __future__ import annotations

import re

import pytest
from differential import assert_same, compare, script

BODIES = {
    "methods of values of the host have names and a self": """
        xs = [1]
        m = xs.append
        await act(1)
        print(m.__name__, m.__qualname__, m.__self__ is xs, m.__module__, m.__doc__ == list.append.__doc__)
        print("".join.__qualname__, {}.keys.__name__, (5).__add__.__qualname__, True.__add__.__qualname__)
        try:
            m.nothing
        except AttributeError as error:
            print(error)
    """,
    "builtin types and functions have documentation": """
        print(int.__doc__ == (1).__doc__, [].__doc__ == list.__doc__, len.__doc__, print.__doc__, None.__doc__)
        print(str.upper.__doc__, {}.keys().__doc__, set.__doc__ == set().__doc__, set.add.__doc__)
    """,
    "types of views, iterators and methods make nothing when they are called": """
        def gen():
            yield
        values = (
            {}.keys(), {}.values(), {}.items(), iter([]), iter({}), iter(set()), iter(int, 1), reversed([]), gen(),
            [].append,
        )
        for value in values:
            for args in ((), ([],)):
                try:
                    type(value)(*args)
                except TypeError as error:
                    print(error)
    """,
    "special methods are called by name": """
        class V:
            def __lt__(self, other): return True
            def __call__(self, a): return a
        v = V()
        print(v.__lt__(1), v.__call__(4), (5).__add__(3), "a".__add__("b"), [1].__len__(), (5).__lt__("a"))
        o = object.__new__(V)
        object.__setattr__(o, "y", 3)
        print(object.__getattribute__(o, "y"), object().__eq__(1), object.__eq__(o, o))
    """,
    "views that hold themselves": """
        d = {}
        d[1] = d.values()
        print(d, d.values(), d.items())
        d = {"k": 0}
        d["k"] = d.items()
        print(d, repr(d.keys()))
    """,
    "texts of operators in place": """
        class X: pass
        x = X()
        for how in range(6):
            y = "a" if how % 2 else x
            try:
                if how < 2:
                    y **= 1
                elif how < 4:
                    y @= 1
                else:
                    y -= 1
            except TypeError as error:
                print(error)
    """,
    "texts of operators in place between values of the host": """
        def multiply(x, y): x *= y
        def modulo(x, y): x %= y
        def power(x, y): x **= y
        def shift(x, y): x <<= y
        for operate in (multiply, modulo, power, shift):
            for x, y in ((None, 1), (1, None), ([1], None), ({}, 1), (1.5, [1]), ("a", "b")):
                try:
                    operate(x, y)
                except TypeError as error:
                    print(error)
    """,
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_a_program_sees_what_cpython_shows(body: str) -> None:
    assert_same(body)


MODULE = """
from waymark import Workflow, action, workflow

@action
async def act(value): ...

len = lambda items: "hidden"

def measure():
    global len
    before = len([1])
    del len
    return before, len([1])

def again():
    try:
        return len.nothing
    except AttributeError as error:
        return str(error)

@workflow
class Script(Workflow):
    async def run(self):
        return measure(), again()
"""


def test_a_builtin_is_found_again_when_what_hid_it_is_deleted() -> None:
    assert_same(MODULE)


TEXTS = """
found = []
for value in (
    iter([]), [iter(())], {1: object()}, dict.fromkeys, print, str.join, (zip(), hash), ValueError(iter("")),
    reversed([]), (5).__add__, [].append, slice(object(), 1), {}.values(), iter({}.items()), object.__init__,
):
    found += [repr(value), str([value]), f"{value} {value!r}", "%s %r" % (value, value), "{!r}".format([value])]
    found += [ascii(value), [value].__repr__()]
return found
"""


def test_no_text_has_an_address_in_it() -> None:
    """In CPython they have one: so nothing is compared but what stands around it."""
    report = compare(script(TEXTS), ticks=((),))
    expected = re.sub(" at 0x[0-9a-f]+", "", report.expected.came_to)
    assert [seen.came_to for seen in report.seen.values()] == [expected]
