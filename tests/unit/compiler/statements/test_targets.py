"""Targets of every kind are bound and deleted in CPython's order, with its errors."""

from __future__ import annotations

import pytest
from differential import assert_same, script

BOX = """
class Box:
    name = "box"
    count = 1

    def __repr__(self):
        return "a box"

    def __setattr__(self, name, value):
        print("set", self.name, name, value)

    def __delattr__(self, name):
        print("del", self.name, name)

    def __setitem__(self, key, value):
        print("setitem", self.name, key, value)

    def __getitem__(self, key):
        print("getitem", self.name, key)
        return 1

    def __delitem__(self, key):
        print("delitem", self.name, key)


class Simple:
    count = 5


class Countdown:
    def __init__(self, start):
        self.start = start

    def __iter__(self):
        print("iter")
        return self

    def __length_hint__(self):
        print("hint")
        return 2

    def __next__(self):
        print("next", self.start)
        if self.start == 0:
            raise StopIteration
        self.start -= 1
        return self.start


class Failing:
    def __getitem__(self, key):
        print("item", key)
        if key == 2:
            raise ValueError("two")
        return key


def numbers(count):
    for number in range(count):
        print("yield", number)
        yield number


def say(value):
    print("say", value)
    return value
"""

PROGRAMS = {
    "stars": """
        out = []
        values = ([1, 2, 3, 4], "ab", (1,), [], range(5), {"k": 1, "l": 2}, 7, None, iter([1, 2]))
        for value in values:
            try:
                a, *b = value
                out.append((a, b))
            except (TypeError, ValueError) as e:
                out.append(str(e))
            try:
                *a, b, c = value
                out.append((a, b, c))
            except (TypeError, ValueError) as e:
                out.append(str(e))
            try:
                [a, *b, c] = value
                out.append((a, b, c))
            except (TypeError, ValueError) as e:
                out.append(str(e))
            try:
                *a, = value
                out.append(a)
            except (TypeError, ValueError) as e:
                out.append(str(e))
        return out
    """,
    "stars_inside": """
        (a, *b), c = [await act([1, 2, 3]), 4]
        d, (e, *f), *g = 1, "xyz", 2, 3
        (*h, (*i, j)), k = ([1, (2, 3, 4)], 5)
        out = [a, b, c, d, e, f, g, h, i, j, k]
        try:
            x, (y, *z), w = 1, (), 2
        except ValueError as error:
            out.append(str(error))
        out.append(x)
        try:
            out.append(w)
        except UnboundLocalError as error:
            out.append(str(error))
        return out
    """,
    "stars_in_loops": """
        out = []
        for a, *b in [(1, 2, 3), "x", [4]]:
            out.append((a, b))
        for (a, *b), *c in [((1, 2), 3), ("ab",)]:
            out.append((a, b, c))
        for out[0], *out[1] in [(9, 8, 7)]:
            pass
        return out
    """,
    "empty_targets": """
        out = []
        () = []
        [] = ()
        for value in ([], (1,), 5, "", "ab"):
            try:
                () = value
                out.append("fine")
            except (TypeError, ValueError) as e:
                out.append(str(e))
        for () in ([], ()):
            out.append("turn")
        (), a, [] = [], 1, ()
        del (), a
        return out
    """,
    "order_of_an_assignment": """
        box = Box()
        box.x = say(1)
        box[say("k")] = say(2)
        say(box).y, box[say("l")], [z, box.w] = say(3), await act(4), (say(5), 6)
        a = box.v = b = box[say("m")] = say(7)
        say(box)[say(1) : say(2)] = say(3)
        box[say("a"), say("b")] = box[::2] = 0
        return a, b, z
    """,
    "order_of_awaits_in_targets": """
        data = {}
        data[await act("key")] = await act("value")
        data[await act("a")], data[await act("b")] = await act([1, 2])
        data[await act("c")] = data[await act("d")] = await act("v")
        data["n"] = [0, 0]
        data["n"][await act(1)] += await act(5)
        data[await act("n")][0] -= await act(3)
        return data
    """,
    "augmented_assignments": """
        x, y, z = 7, [1], {"k": 3}
        x += 1; x -= 2; x *= 10; x //= 7; x **= 2; x %= 50; x <<= 3; x >>= 1; x |= 5; x &= 29; x ^= 3
        f = 9
        f /= 2
        same = y
        y += [2]
        y *= 2
        z["k"] += 4
        z["l"] = y
        z["l"] += (3,)
        y[0:1] += [8]
        y[::2] = "abc"
        try:
            f @= 2
        except TypeError as e:
            error = str(e)
        t = (1, [2])
        try:
            t[1] += [3]
        except TypeError as e:
            return x, y is same, y, z, f, error, str(e), t
    """,
    "augmented_order": """
        box = Box()
        box[say("k")] += say(2)
        say(box).count = 1
        say(box).count += say(4)
        say(box)[say(1):say(2), say(3)] **= say(5)
        try:
            box["k"] += "text"
        except TypeError as e:
            print(e)
        try:
            unbound += say(1)
        except UnboundLocalError as e:
            print(e)
        unbound = 1
    """,
    "deletions": """
        box = Box()
        a = b = c = 1
        xs = list(range(10))
        del a, (b, [c]), box.x, box[say("k")], xs[0], xs[1:3], xs[::2]
        for name in (lambda: a, lambda: b):
            try:
                name()
            except NameError as e:
                print(e)
        try:
            del c
        except UnboundLocalError as e:
            print(e)
        try:
            del xs[99], xs[0]
        except IndexError as e:
            print(e)
        try:
            del {}[await act("k")]
        except KeyError as e:
            print(e)
        del box[await act(1)], xs[await act(0)]
        return xs
    """,
    "attributes": """
        s = Simple()
        s.count += 1
        s.other = t = Simple()
        t.count, s.more = 1, [2]
        s.more += [3]
        s.other.count *= 7
        out = [s.count, Simple.count, t.count, s.more]
        del s.count
        out.append(s.count)
        for wrong in (lambda: setattr_(1), lambda: setattr_("x")):
            try:
                wrong()
            except AttributeError as e:
                out.append(str(e))
        try:
            del s.gone
        except AttributeError as e:
            out.append(str(e))
        for s.count in (1, 2):
            pass
        with_ = [s.count]
        return out, with_
    """.replace('lambda: setattr_(1), lambda: setattr_("x")', ""),
    "annotated": """
        a: int = await act(1)
        b: undefined_name
        box = Box()
        box.x: print("never") = say(2)
        box[say(1)]: int = say(3)
        say(box).y: int
        say(box)[say(1):say(2), say(3)]: int
        try:
            b
        except UnboundLocalError as e:
            print(e)
        return a
    """,
    "loops_with_else": """
        out = []
        box = {}
        for box["k"], (x, y) in [(1, "ab"), (2, "cd")]:
            while y:
                y = y[1:]
                if await act(x) == "c":
                    break
            else:
                out.append((x, y))
                continue
            out.append("broken")
        else:
            out.append(box)
        n = 0
        while (n := n + 1) < 5:
            if n == 9:
                break
        else:
            out.append(n)
        for i in ():
            pass
        else:
            out.append("empty")
        try:
            out.append(i)
        except UnboundLocalError as e:
            out.append(str(e))
        return out
    """,
    "statements_without_effect": """
        "text"
        5
        ...
        None
        x = [1]
        x
        pass; x; pass
        x[0]
        try:
            x[1]
        except IndexError as e:
            return str(e)
    """,
    "stars_over_iterators_of_the_program": """
        async def run_away():
            first, *rest = numbers(3)
            await act(first)
            *start, last = Countdown(4)
            return first, rest, start, last

        out = [await run_away()]
        for least, source in ((1, Countdown(0)), (1, numbers(1)), (1, Failing()), (1, Box)):
            try:
                a, *b, c = source
            except Exception as e:
                out.append(str(e))
        return out
    """,
    "nested_functions_and_targets": """
        def outer():
            total = 0
            def inner(*values):
                nonlocal total
                first, *rest = values
                total += first
                for a, *b in [values]:
                    total += len(b)
                    del a
                return rest
            return inner(1, 2, 3), inner(4), total
        return outer()
    """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_with_targets_is_the_same(name: str) -> None:
    assert_same(script(PROGRAMS[name], above=BOX))
