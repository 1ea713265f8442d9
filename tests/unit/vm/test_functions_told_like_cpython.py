"""What functions, methods and descriptors say of themselves and how they bind: as CPython says it, at every pause."""

from __future__ import annotations

import sys

import pytest
from differential import assert_same

BODIES = {
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
}


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="class methods of class methods are gone from 3.13")
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_a_program_sees_what_cpython_shows(body: str) -> None:
    assert_same(body)
