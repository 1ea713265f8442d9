"""What names at the top of modules come to: constants, static functions, variables, things of the catalogue."""

from __future__ import annotations

import pytest

from .projects import same, wrl_of


def test_literals_are_constants_and_take_no_room_in_a_run() -> None:
    report = same(
        "return [DAY, NAMES, MINUS, URL, BIG, SAME, config.LIMIT, RATE, HIGH, NOTHING]",
        imports="import config\nfrom config import LIMIT as HIGH",
        above="""
        DAY = 24 * 60 * 60
        NAMES: tuple[str, ...] = ("a", ("b", -1.5))
        MINUS = -1
        URL = "https://" + "host" "/path"
        BIG = 1 << 70 | 5
        SAME = RATE = config.LIMIT
        NOTHING = None
        """,
        config="LIMIT = 5\n",
    )
    wrl = wrl_of(report)
    assert "global" not in wrl and "init" not in wrl and "follow" not in wrl
    assert "86400," in wrl


@pytest.mark.parametrize(
    "value", ["1 // 0", "2 ** 1000", "'a' * 3", "[1]", "len('abc')", "f'{1}'", "1 < 2", "True + 1"]
)
def test_what_is_not_plainly_written_out_is_computed_by_init(value: str) -> None:
    body = "try:\n    return TOP\nexcept NameError as error:\n    return str(error)"
    assert "global TOP" in wrl_of(same(body, above=f"TOP = {value if value != '1 // 0' else '[1 // 1]'}"))


def test_a_static_function_is_translated_when_it_is_used_and_only_then() -> None:
    report = same(
        """
        f = helper
        return [helper(1), f(2, k=3), helper is f, helper.__name__, helper.__qualname__, await later(1)]
        """,
        above="""
        def helper(n, *, k=-1):
            return [n, k, inner(n)]
        async def later(n):
            await asyncio.sleep(1)
            return helper(n)
        def inner(n): return n + 1
        def unneeded(): return [open("/etc/passwd"), undefined_name]
        """,
    )
    assert "unneeded" not in wrl_of(report) and "init" not in wrl_of(report)


def test_functions_and_variables_of_one_name_in_several_modules_stay_apart() -> None:
    report = same(
        """
        name = "local"
        return [helper(), a.helper(), b.helper(), name, a.name, b.name, len("abc"), a.helper.__module__]
        """,
        imports="import a\nimport b",
        above="def helper(): return ['own', CACHE]\nCACHE = []",
        a="name = ['a']\nCACHE = [1]\ndef helper():\n    len = 3\n    return ['a', CACHE, len]\n",
        b="name = ['b']\nCACHE = [2]\ndef helper():\n    CACHE = 5\n    return ['b', CACHE, [len for len in 'xy']]\n",
    )
    assert 'follow a "a.py"' in wrl_of(report)


def test_a_mutable_default_is_made_once_by_init() -> None:
    same(
        "return [f(1), f(2), g(), g(x=2)]",
        above="""
        def f(a, acc=[]):
            acc.append(a)
            return acc
        BASE = {"k": [1]}
        def g(x=len("abc"), y=BASE):
            y["k"].append(x)
            return [x, y]
        """,
    )


def test_decorators_of_the_project_are_run_by_init() -> None:
    same(
        "return [add(1, 2), CALLS, mul(2, 3), CALLS, add.__name__]",
        imports="from tracing import traced",
        above="""
        CALLS = []
        @traced(CALLS)
        def add(a, b=[]): return a + len(b) * b if 0 else a + b
        @traced(CALLS)
        @traced(CALLS)
        def mul(a, b): return a * b
        """,
        tracing="""
        def traced(log):
            def wrap(f):
                def inner(*args, **kwargs):
                    log.append([f.__name__, args])
                    return f(*args, **kwargs)
                return inner
            return wrap
        """,
    )


def test_global_statements_bind_variables_of_the_run() -> None:
    same(
        """
        bump(); bump()
        global N, NEW
        N += 10
        out = [N, unset()]
        NEW = 1
        out.append(NEW)
        del NEW
        out.append(unset())
        return out
        """,
        above="""
        N = 0
        def bump():
            global N
            N = N + 1
        def unset():
            try:
                return NEW
            except NameError as error:
                return str(error)
        """,
    )


def test_a_name_that_is_imported_keeps_the_value_it_had_while_the_module_goes_on() -> None:
    same(
        "m.bump()\nL.append(1)\nreturn [N, m.N, m.get(), L is m.L, L, N is m.N]",
        imports="import m\nfrom m import N, L",
        m="""
        N = 0
        N = N + 1
        L = []
        def bump():
            global N
            N += 1
        def get(): return N
        """,
    )


def test_aliases_of_what_never_changes_mean_the_same() -> None:
    report = same(
        "return [size([1]), await go(3), again(2), Again is Thing, Again(1).n]",
        above="""
        size = len
        go = act
        def first(n): return n
        again = first
        class Thing:
            def __init__(self, n): self.n = n
        Again = Thing
        """,
    )
    assert "size" not in wrl_of(report) and "again" not in wrl_of(report)


def test_names_of_the_catalogue_are_found_through_every_form_of_import() -> None:
    same(
        """
        await aio.sleep(1)
        await sleep(1)
        return [math.floor(1.5), fl(2.5), pi, cast("list[int]", 3), cast(dict[str, Any], 4), TYPE_CHECKING,
                dict.fromkeys("ab"), str.upper("x"), __name__]
        """,
        imports="""
        import asyncio as aio, math
        from asyncio import sleep
        from math import floor as fl, pi
        from typing import TYPE_CHECKING, Any, cast
        if TYPE_CHECKING:
            from nowhere import Any
        if __name__ == "__main__":
            pi = 3
        """,
    )


def test_a_function_is_defined_before_it_can_be_called() -> None:
    same(
        "return [m.SEEN, m.late(2), m.early(1)]",
        imports="import m",
        m="""
        SEEN = []
        def early(n): return late(n)
        try:
            SEEN.append(early(1))
        except NameError as error:
            SEEN.append(str(error))
        def late(n): return n
        """,
    )


def test_star_imports_bring_what_all_lists_or_what_is_public() -> None:
    same(
        "return [f(), A, B, floor(2.5), D]",
        imports="from a import *\nfrom math import *\nfrom c import *",
        a="""
        from b import *
        __all__ = ['f', 'A']
        __all__ += ['B']
        def f(): return _g()
        def _g(): return 1
        A = 3
        D = 5
        """,
        b="B = [1]\n",
        c="D = [7]\n_E = 8\n",
    )
