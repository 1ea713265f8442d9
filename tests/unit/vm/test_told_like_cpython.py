"""What values say of themselves, and what calls of types and methods come to: as CPython says it, at every pause."""

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
    "static and class methods show their functions": """
        def f(*args):
            "says"
            return len(args)
        s, c = staticmethod(f), classmethod(f)
        await act(1)
        print(s.__func__ is f, s.__wrapped__ is f, s.__name__, s.__doc__, c.__func__ is f, c.__name__)
    """,
    "a property shows its functions": """
        class C:
            @property
            def x(self):
                "of x"
                return 1
        p = C.x
        print(p.fget.__name__, p.fset, p.fdel, p.__doc__)
        try:
            p.fget = None
        except AttributeError as error:
            print(error)
    """,
    "a class method binds any callable": """
        class A:
            def m(self, *args):
                return type(self).__name__, len(args)
        class Counts:
            def __call__(self, *args):
                return [type(each).__name__ for each in args]
        class B:
            a = classmethod(A().m)
            b = classmethod(len)
            c = classmethod(Counts())
            d = classmethod(3)
            e = classmethod(print)
            f = classmethod(classmethod(lambda cls: cls.__name__))
        held = B.a
        await act(1)
        print(held(), B.c(), B().c(1), B.f())
        B.e("said")
        for call in (B.b, B.d):
            try:
                call()
            except TypeError as error:
                print(error)
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
    "the type of a method binds": """
        class C:
            def m(self, *args):
                return args
        c = C()
        kind = type(c.m)
        print(kind(lambda *args: len(args), 5)(1, 2), kind(C.m, c)(3))
        for args in ((), (C.m,), (1, c), (C.m, None)):
            try:
                kind(*args)
            except TypeError as error:
                print(error)
    """,
    "functions and methods are called and bound by their own methods": """
        def f(*args, **named):
            return len(args), named
        class C: pass
        c = C()
        print(f.__call__(1, a=2), f.__get__(c, C)(1), f.__get__(None, C) is f)
        bound = f.__get__(c)
        await act(1)
        print(bound(), bound.__self__ is c, bound.__func__ is f, bound.__call__())
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
    "an object that stands for a function takes its names": """
        class Cached:
            def __init__(self, function):
                self.function, self.__wrapped__ = function, function
                for name in ("__name__", "__qualname__", "__doc__"):
                    setattr(self, name, getattr(function, name))
            def __get__(self, instance, owner):
                return self if instance is None else self.function.__get__(instance, owner)
            def __call__(self, *args):
                return self.function(*args)
        class C:
            @Cached
            def m(self, a):
                "says"
                return self.v, a
        c = C()
        c.v = await act(1)
        print(c.m(2), C.m.__name__, C.m.__qualname__, C.m.__doc__, C.m(c, 3), Cached.__name__)
    """,
    "the dict of a function is the same object at each look": """
        def f(): pass
        f.a = 1
        d = f.__dict__
        d["b"] = 2
        await act(1)
        d["c"] = 3
        f.d = 4
        print(d is f.__dict__, f.b, f.c, sorted(d))
        f.__dict__ = {"z": 26}
        print(f.z, hasattr(f, "b"), sorted(d))
    """,
    "hashes of methods outlive a pause": """
        class C:
            def f(self): pass
            def g(self): pass
        c = C()
        before = hash(c.f), hash(C.f), hash(C), c.__hash__()
        kept = {c.f: 1, C.f: 2, [].append: 3}
        await act(1)
        print(before == (hash(c.f), hash(C.f), hash(C), object.__hash__(c)), hash(c.f) != hash(c.g))
        print(kept[c.f], kept[C.f])
    """,
    "a function that was renamed": """
        def f(a): pass
        f.__qualname__ = "There.f"
        async def g(): pass
        g.__qualname__ = "There.g"
        gen = (lambda: (yield))
        for call in (f, lambda: f(1, 2)):
            try:
                call()
            except TypeError as error:
                print(error)
        for name in ("__name__", "__qualname__", "__defaults__", "__kwdefaults__", "__dict__"):
            try:
                setattr(f, name, 1)
            except TypeError as error:
                print(error)
        del f.__doc__, f.__module__, f.__defaults__
        print(f.__doc__, f.__module__, f.__defaults__, f.__kwdefaults__)
    """,
    "a decorator that does what functools.wraps does": """
        def wraps(wrapped):
            def decorate(wrapper):
                for name in ("__module__", "__name__", "__qualname__", "__doc__"):
                    setattr(wrapper, name, getattr(wrapped, name))
                wrapper.__dict__.update(wrapped.__dict__)
                wrapper.__wrapped__ = wrapped
                return wrapper
            return decorate
        def logged(function):
            @wraps(function)
            def call(*args, **named):
                call.count += 1
                return function(*args, **named)
            call.count = 0
            return call
        @logged
        def add(a, b):
            "adds"
            return a + b
        await act(add(1, 2))
        print(add.__name__, add.__doc__, add.__qualname__, add.__wrapped__.__name__, add(3, 4), add.count)
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
