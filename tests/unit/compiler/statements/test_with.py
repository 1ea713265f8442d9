"""`with` and `async with` do what CPython does: lookups, calls, truths and contexts in its order."""

from __future__ import annotations

import pytest
from differential import assert_same, script

MANAGERS = """
class Manager:
    def __init__(self, name, swallow=False, fail=""):
        self.name = name
        self.swallow = swallow
        self.fail = fail

    def __enter__(self):
        print("enter", self.name)
        if self.fail == "enter":
            raise ValueError("enter " + self.name)
        return self.name

    def __exit__(self, kind, error, trace):
        print("exit", self.name, kind and kind.__name__, repr(error), trace is None)
        if self.fail == "exit":
            raise ValueError("exit " + self.name)
        return self.swallow


class Slow:
    def __init__(self, name, swallow=False):
        self.name = name
        self.swallow = swallow

    async def __aenter__(self):
        await act("enter " + self.name)
        return [self.name, self]

    async def __aexit__(self, kind, error, trace):
        await act("exit " + self.name + " " + repr(error))
        return self.swallow


class Truth:
    def __init__(self, value):
        self.value = value

    def __bool__(self):
        print("asked")
        return self.value


class Half:
    def __enter__(self):
        return 1


class Other:
    def __exit__(self, *args):
        return 1


class HalfSlow:
    async def __aenter__(self):
        return 1


class NotSlow:
    def __aenter__(self):
        return 1

    def __aexit__(self, *args):
        return 2
"""

PROGRAMS = {
    "every_way_out_leaves_once": """
        out = []
        for way in ("end", "break", "continue", "raise", "swallowed"):
            try:
                for turn in (1, 2):
                    with Manager(way, swallow=way == "swallowed") as name:
                        out.append(name)
                        await act(way)
                        if way == "break":
                            break
                        if way == "continue":
                            continue
                        if way in ("raise", "swallowed"):
                            raise KeyError(way)
                        out.append("end")
                    out.append("behind")
                else:
                    out.append("else")
            except KeyError as e:
                out.append(repr(e))
        return out
    """,
    "return_is_evaluated_before_exit": """
        def f():
            with Manager("m"):
                return print("value")

        with Manager("outer") as x:
            f()
            return x, await act("value")
    """,
    "several_managers": """
        with Manager("a") as a, Manager("b") as b, Manager("c", swallow=True):
            print(a, b)
            raise ValueError("x")
        try:
            with Manager("a"), Manager("b", fail="enter"), Manager("c"):
                print("never")
        except ValueError as e:
            print(e, e.__context__)
        with (Manager("p") as p, Manager("q")):
            return p
    """,
    "errors_of_enter_and_exit": """
        for fail in ("enter", "exit"):
            for error in (None, KeyError("body")):
                try:
                    with Manager("m", fail=fail):
                        if error is not None:
                            raise error
                except Exception as e:
                    print(repr(e), repr(e.__context__), repr(e.__context__ and e.__context__.__context__))
    """,
    "an_error_while_binding_the_target_is_guarded": """
        try:
            with Manager("m") as (a, b):
                print("never")
        except ValueError as e:
            print(e)
        with Manager("m", swallow=True) as (a, b):
            print("never")
        box = {}
        with Manager("m") as box["k"]:
            box["k"] += "!"
        with Manager("xyz") as (first, *rest):
            return box, first, rest
    """,
    "the_truth_of_what_exit_gives_is_asked_once": """
        for value in (True, False):
            with Manager("fine", swallow=Truth(value)):
                pass
            try:
                with Manager("m", swallow=Truth(value)):
                    raise KeyError("k")
            except KeyError:
                print("went on")
    """,
    "what_is_no_context_manager": """
        for thing in (1, None, "text", [], Half(), Other(), HalfSlow(), Slow("s"), Half):
            try:
                with thing:
                    print("never")
            except Exception as e:
                print(type(e).__name__, e)
        for thing in (1, None, Half(), HalfSlow(), Manager("m"), NotSlow()):
            try:
                async with thing:
                    print("never")
            except Exception as e:
                print(type(e).__name__, e)
    """,
    "methods_are_looked_up_on_the_type": """
        m = Half()
        m.exit = m.enter = print
        try:
            with m:
                pass
        except TypeError as e:
            return str(e)
    """,
    "async_with": """
        out = []
        async with Slow("a") as (name, me), Slow("b", swallow=True):
            out.append((name, me.name))
            raise ValueError("x")
        for i in range(3):
            async with Slow("c"):
                if i == 0:
                    continue
                with Manager("inside"):
                    await act(i)
                    break
        try:
            async with Slow("d"):
                raise KeyError("k")
        except KeyError as e:
            out.append(repr(e))
        async with Slow("e"):
            return out
    """,
    "with_around_generators_and_loops": """
        def numbers():
            with Manager("g"):
                yield 1
                yield 2

        out = []
        for n in numbers():
            with Manager(str(n)):
                out.append(n)
        return out
    """,
    "with_inside_handlers": """
        try:
            raise ValueError("first")
        except ValueError as e:
            try:
                with Manager("m"):
                    await act(1)
                    raise KeyError("second")
            except KeyError as k:
                print(repr(k.__context__))
            with Manager("n"):
                raise
    """,
    "bare_raise_in_exit": """
        with Raising():
            pass
    """,
}
RAISING = """
class Raising:
    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        raise
"""


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_with_with_is_the_same(name: str) -> None:
    assert_same(script(PROGRAMS[name], above=MANAGERS + RAISING))
