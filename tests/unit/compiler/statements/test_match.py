"""`match` does what CPython does: the order of tests, what is bound and when, and the errors."""

from __future__ import annotations

import pytest
from differential import assert_same, script

CLASSES = """
class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y


class Line:
    __match_args__ = ["a"]


class Odd:
    __match_args__ = (1, "y")


class Twice:
    __match_args__ = ("a", "a")
    a = 5


class Plain:
    here = 1


class Loud:
    def __init__(self, value):
        self.value = value

    def __eq__(self, other):
        print("eq", self.value, other)
        return Answer(self.value == other)


class Answer:
    def __init__(self, value):
        self.value = value

    def __bool__(self):
        print("bool")
        return self.value
"""

PROGRAMS = {
    "literals": """
        out = []
        for value in (1, 1.0, True, False, None, "a", "ab", b"a", -1, -1.5, 2j, 1 + 2j, 0, [], ..., "\\u00e9"):
            match value:
                case None:
                    out.append("None")
                case True:
                    out.append("True")
                case False:
                    out.append("False")
                case 1:
                    out.append("one")
                case "a" "b" | "a":
                    out.append("text")
                case b"a":
                    out.append("bytes")
                case -1 | -1.5:
                    out.append("negative")
                case 1 + 2j | 0 + 2j:
                    out.append("complex")
                case 0:
                    out.append("zero")
                case _:
                    out.append("other")
        return out
    """,
    "the_subject_is_evaluated_once": """
        n = 0
        match (await act(3)):
            case 1:
                n = 1
            case 2 | 3 if await act("guard"):
                n = 2
            case 3:
                n = 3
        match n, await act("second"):
            case 2, x:
                return x
    """,
    "guards_and_captures": """
        out = []
        for value in ([1, 2], [2, 1], [1], 5, [3, 3, 3]):
            x = y = "unbound"
            match value:
                case [x, y] if x > y:
                    out.append("greater")
                case [x, y] if await act(x == 1):
                    out.append("one")
                case [x]:
                    out.append("single")
                case [1, x] | [x, *_, 3]:
                    out.append("either")
                case other:
                    out.append(other)
            out.append((x, y))
        return out
    """,
    "captures_are_bound_only_by_the_whole_pattern": """
        out = []
        for value in ([1, 2], [1, 3], (7, [8, 9])):
            match value:
                case [a, 2]:
                    out.append(a)
                case [b, [c, 0]]:
                    out.append("never")
                case [d, e]:
                    out.append((d, e))
            try:
                out.append(b)
            except UnboundLocalError as error:
                out.append(str(error))
        return out
    """,
    "sequences": """
        out = []
        things = [[], (), "text", b"bytes", bytearray(b"a"), [1], (1, 2), range(3), {1: 2}, [1, [2, [3]]], [1, 2, 3, 4]]
        things += [5, {1, 2}, iter([1])]
        for thing in things:
            match thing:
                case []:
                    out.append("empty")
                case [x]:
                    out.append(("one", x))
                case [x, [y, [z]]]:
                    out.append((x, y, z))
                case 0, *rest:
                    out.append(("rest", rest))
                case (_, _):
                    out.append("two")
                case [first, *_, last] if len(thing) == 3:
                    out.append((first, last))
                case [1, *middle, 4]:
                    out.append(middle)
                case [*_]:
                    out.append("sequence")
                case _:
                    out.append("no")
        return out
    """,
    "mappings": """
        out = []
        for thing in ({}, {"a": 1}, {"a": 1, "b": 2}, {"a": [1, 2], "c": 3}, [], {1: 2, None: 3}, {True: 4}):
            match thing:
                case {"a": [x, y], **rest}:
                    out.append((x, y, rest))
                case {"a": x, "b": 2 as y}:
                    out.append((x, y))
                case {"a": int(x)}:
                    out.append(x)
                case {None: x, 1: y, **rest}:
                    out.append((x, y, rest))
                case {True: x}:
                    out.append(x)
                case {**rest}:
                    out.append(rest)
                case {}:
                    out.append("never")
                case other:
                    out.append(("no", other))
        return out
    """,
    "mappings_are_copied": """
        d = {"a": 1, "b": 2}
        match d:
            case {"a": one, **rest}:
                rest["c"] = 3
        match d:
            case {}:
                return d, rest, one
    """,
    "builtin_classes": """
        out = []
        things = (1, True, 1.5, "s", b"b", [1], (1,), {1: 2}, {3}, None, 2j, ValueError("v"), frozenset({1}), 10**30)
        for thing in things:
            match thing:
                case bool(x):
                    out.append(("bool", x))
                case int(x) if x < 5:
                    out.append(("small", x))
                case int() | float():
                    out.append("number")
                case str(x) | bytes(x):
                    out.append(("text", x))
                case list([x]):
                    out.append(("list", x))
                case tuple() as t:
                    out.append(("tuple", t))
                case dict({1: x}):
                    out.append(("dict", x))
                case set(x) | frozenset(x):
                    out.append(("set", len(x)))
                case complex(real=r, imag=i):
                    out.append((r, i))
                case ValueError(args=[text]):
                    out.append(text)
                case object():
                    out.append("object")
        return out
    """,
    "program_classes": """
        out = []
        for thing in (Point(0, 0), Point(1, 2), Point(2, [3, 4]), Point(5, 5), Plain(), 7):
            match thing:
                case Point(0, 0):
                    out.append("origin")
                case Point(1, y=b):
                    out.append(b)
                case Point(x, [y, *rest]):
                    out.append((x, y, rest))
                case Point(x=x) as p if p.y == x:
                    out.append(x)
                case Plain(here=1, gone=_):
                    out.append("never")
                case Plain(here=h):
                    out.append(h)
                case int(n):
                    out.append(n)
        return out
    """,
    "errors_of_class_patterns": """
        def a(x):
            match x:
                case int(y, z):
                    pass

        def b(x):
            match x:
                case Line(1):
                    pass

        def c(x):
            match x:
                case Odd(1, y=2):
                    pass

        def d(x):
            match x:
                case Point(1, x=2):
                    pass

        def e(x, kind):
            match x:
                case kind():
                    pass

        def f(x):
            match x:
                case Point(1, 2, 3):
                    pass

        def g(x):
            match x:
                case Twice(5, 5):
                    pass

        def h(x):
            match x:
                case Plain(1):
                    pass

        point = Point(1, 2)
        calls = [(a, 1), (a, "s"), (b, Line()), (c, Odd()), (d, point), (f, point), (g, Twice()), (h, Plain())]
        for function, value in calls:
            try:
                print(function(value))
            except TypeError as error:
                print(error)
        for kind in (int, 5, "int", None, ValueError):
            try:
                print(e(1, kind))
            except TypeError as error:
                print(error)
    """,
    "equality_is_asked_in_order": """
        match Loud(3):
            case 1 | 2:
                print("never")
            case 4:
                print("never")
            case 3 if print("guard"):
                print("never")
            case 3:
                print("three")
        match [Loud(1), Loud(2)]:
            case [2, 1]:
                print("never")
            case [1, 1]:
                print("never")
            case [1, 2]:
                print("both")
    """,
    "values_with_dots": """
        out = []
        for value in (1, 2):
            match value:
                case Plain.here:
                    out.append("here")
                case _:
                    out.append("not")
        return out
    """,
    "alternatives_that_capture": """
        out = []
        for value in ([1, 2], (3,), {"k": 4}, 5, [[6, 7], 8], "x"):
            match value:
                case [x, y] | {"k": x as y} | [(x as y)]:
                    out.append((x, y))
                case int(x) | str(x):
                    out.append(x)
        return out
    """,
    "nothing_matches": """
        match await act(1):
            case 2:
                return "two"
            case [x] | (x, _):
                return "sequence"
        return "nothing"
    """,
    "control_flow_inside": """
        out = []
        for i in range(6):
            match i:
                case 1:
                    continue
                case 4:
                    break
                case int(n) if n % 2:
                    try:
                        raise ValueError(n)
                    except ValueError as e:
                        out.append(repr(e))
                case n:
                    out.append(await act(n))
        else:
            out.append("never")
        return out
    """,
    "duplicate_keys_of_values": """
        match {1: 2}:
            case {Plain.here: x, Twice.a: y}:
                return "never"
        Plain.here = 5
        try:
            match {5: 2, 6: 1}:
                case {Plain.here: x, Twice.a: y}:
                    return "never"
        except ValueError as e:
            return str(e)
    """,
    "names_are_local_by_capture": """
        def f(v):
            match v:
                case [a, *b] | {"a": a, **b}:
                    return lambda: (a, b)
            return a

        try:
            f(1)
        except UnboundLocalError as e:
            print(e)
        return f([1, 2])(), f({"a": 3, "c": 4})()
    """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_with_match_is_the_same(name: str) -> None:
    assert_same(script(PROGRAMS[name], above=CLASSES))
