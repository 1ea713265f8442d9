"""`C.__dict__`, methods of descriptors, `__init__` of values that exist, `types.coroutine`: CPython's, or refused."""

from __future__ import annotations

import pytest
from differential import assert_same, compiled, program_of, run_on_machine, script
from scripted import Recorded

ABOVE = """
import types

class Base:
    z = [1]

class Some(Base):
    a = 1

    @staticmethod
    def s(q=4):
        "told"
        return q

    @classmethod
    def c(cls):
        return cls.__name__

    @property
    def p(self):
        return self.a

    @p.setter
    def p(self, value):
        self.a = value

Some.owned = True

@types.coroutine
def waiting(value):
    print("began", value)
    print("came", (yield value))
    return value + 1
"""
BODIES = {
    "a class is asked for what it has itself": """
        contents = Some.__dict__
        await act()
        print(contents["a"], "a" in contents, "z" in contents, contents.get("z"), contents.get("q", 3), type(contents))
        Some.later = 7
        await act(contents["later"])
        print(contents["p"].fget(Some()), contents["s"].__func__(), "later" in Base.__dict__, Base.__dict__["z"])
        for use in (lambda: contents["q"], lambda: contents.update(a=1)):
            try:
                use()
            except (KeyError, AttributeError) as error:
                print(repr(error))
        try:
            contents["a"] = 2
        except TypeError as error:
            return str(error)
    """,
    "descriptors are used by hand": """
        some = Some()
        Some.p.__set__(some, 8)
        await act(some.a)
        print(Some.p.__get__(some, Some), Some.p.__get__(None, Some) is Some.p)
        try:
            Some.p.__delete__(some)
        except AttributeError as error:
            print(error)
        of_class, of_none = Some.__dict__["c"], Some.__dict__["s"]
        print(of_class.__get__(None, Some)(), of_class.__get__(some)(), of_none.__get__(some)(2))
        return [getattr(each, name) for each in (of_class, of_none) for name in ("__name__", "__doc__", "__qualname__")]
    """,
    "a value that exists is filled again": """
        values = [1], {1}, {"a": 1}, bytearray(b"x")
        await act()
        for value, items in zip(values, ([2, 3], [2, 3], {"b": 2}, b"yz")):
            print(value.__init__(items))
        await act(values)
        for wrong in (lambda: set().__init__(1, 2), lambda: [].__init__(1)):
            try:
                wrong()
            except TypeError as error:
                print(error)
        return values, (5).__init__()
    """,
    "a generator that may be awaited": """
        async def twice():
            first = await waiting(1)
            try:
                await waiting(first)
            except ValueError as error:
                return first, str(error)
        driven = twice()
        print(driven.send(None))
        await act()
        print(driven.send("a"))
        await act()
        try:
            driven.throw(ValueError("x"))
        except StopIteration as ended:
            print(ended.value)
        def plain():
            yield
        try:
            await plain()
        except TypeError as error:
            print(error)
        try:
            types.coroutine(3)
        except TypeError as error:
            print(error)
        return types.coroutine(twice) is twice, type(waiting(2)), list(waiting(3))
    """,
}
REFUSED = {
    "list(Some.__dict__)": "cannot go through the `__dict__` of a class",
    "len(Some.__dict__)": "cannot count the `__dict__` of a class",
    "Base.__dict__['__dict__']": "cannot read __dict__ of the `__dict__` of a class",
    "'__annotations__' in Some.__dict__": "cannot look for __annotations__ in the `__dict__` of a class",
    "types.coroutine(len)": "can give `types.coroutine` generator functions alone",
}


@pytest.mark.parametrize("name", BODIES)
def test_what_classes_and_descriptors_have_is_cpythons(name: str) -> None:
    assert_same(script(BODIES[name], above=ABOVE))


@pytest.mark.parametrize("expression", REFUSED)
def test_what_would_not_be_cpythons_ends_the_run(expression: str) -> None:
    program = program_of(compiled(script(f"return {expression}", above=ABOVE)))
    ended, _ = run_on_machine(program, {}, Recorded(), (50,), restoring=True)
    assert ended.startswith("raised LimitExceeded") and REFUSED[expression] in ended
