"""Which statements at the top of modules run when a run starts, and in which order: as if all of them did."""

from __future__ import annotations

from .projects import same, wrl_of


def test_statements_that_change_what_is_needed_are_run_and_others_are_not() -> None:
    report = same(
        "return [TABLE, LOG]",
        imports="import requests_like as requests",
        above="""
        TABLE = {"a": []}
        for key in ("x", "y"):
            TABLE[key] = len(key)
        LOG = []
        LOG += [1]
        LOG.append(2)
        TABLE["a"].append(3)
        del TABLE["x"]
        if len(TABLE) == 2:
            extra = 4
            TABLE["b"] = extra
        try:
            TABLE["c"] = TABLE["missing"]
        except KeyError as error:
            TABLE["d"] = str(error)
        with_alias = TABLE["a"]
        with_alias.extend([5])
        size = len(TABLE)
        app = requests.App()
        app.register(key)
        print = None
        """,
        requests_like="class App:\n    def register(self, x): pass\n",
    )
    assert "requests" not in wrl_of(report) and "size" not in wrl_of(report)


def test_a_call_that_leads_to_something_needed_is_run() -> None:
    same(
        "return [HANDLERS['b'](3), sorted(HANDLERS), COUNT]",
        imports="import handlers\nfrom registry import HANDLERS, COUNT",
        registry="""
        HANDLERS = {}
        COUNT = [0]
        def register(name):
            def wrap(f):
                HANDLERS[name] = f
                count()
                return f
            return wrap
        def count():
            COUNT[0] += 1
        """,
        handlers="""
        from registry import register
        @register("a")
        def a(x): return x
        @register("b")
        def b(x): return [x, helper(x)]
        def helper(x): return x * 2
        """,
    )


def test_objects_reached_through_other_names_are_followed() -> None:
    same(
        "return [V, W]",
        above="""
        V = {"x": [], "y": [[1]]}
        V.get("x").append(1)
        for item in V.values():
            item.append(2)
        W = [V]
        W[0]["z"] = []
        alias = V["y"]
        alias.append(3)
        def fill(d): d["f"] = 1
        fill(V)
        fill(W[0]["z"] and W[0])
        """,
    )


def test_modules_are_initialised_in_the_order_of_imports_each_once() -> None:
    same(
        "return log.SEEN",
        imports="import b\nimport a\nfrom pkg.sub import leaf\nimport log",
        log="SEEN = []\ndef note(name): SEEN.append(name)\n",
        a="import log\nlog.note(__name__)\nimport b\nlog.note('a again')\n",
        b="import log\nlog.note('b begins')\nimport a\nlog.note('b ends')\n",
        pkg____init__="from log import note\nnote(__name__)\nfrom . import other\n",
        pkg__other="from log import note\nnote(__name__)\n",
        pkg__sub____init__="from log import note\nnote(__name__)\n",
        pkg__sub__leaf="from log import note\nnote(__name__)\n",
    )


def test_modules_that_import_each_other_see_what_is_there_already() -> None:
    same(
        "return [left.L, left.right.R, left.both()]",
        imports="import left",
        left="""
        L = [1]
        import right
        L.append(right.R[0])
        def both(): return [L, right.R, right.see()]
        """,
        right="""
        import left
        R = [len(left.L) + 10]
        def see(): return left.both.__name__
        """,
    )


def test_the_compiled_module_may_be_imported_back() -> None:
    same(
        "return [STATE, other.STATE, other.more()]",
        imports="STATE = [1]\nimport other\nSTATE.append(2)",
        other="import program\nSTATE = [list(program.STATE)]\ndef more(): return program.STATE\n",
    )


def test_an_import_inside_a_function_runs_the_module_at_that_moment_once() -> None:
    report = same(
        """
        out = [list(log.SEEN)]
        for n in range(2):
            import late
            out.append(late.V)
            from late import V, grow as g
            g(n)
        def inner():
            import math
            return [late.V, math.floor(1.5)]
        from late import V as W
        return [out, V, W, V is W, inner(), log.SEEN]
        """,
        imports="import log",
        log="SEEN = []\n",
        late="import log\nlog.SEEN.append('late')\nV = [len('abc')]\ndef grow(n): V.append(n)\n",
    )
    assert "`late.<module>`()" in wrl_of(report)


def test_a_module_that_fails_is_imported_anew() -> None:
    same(
        """
        out = []
        for n in range(3):
            try:
                from bad import K
            except ZeroDivisionError as error:
                out.append(str(error))
                import state
                state.fix()
            else:
                out.append(K)
        return out
        """,
        state="N = [0]\ndef fix(): N[0] += 1\n",
        bad="from state import N\nK = [1 // N[0]]\n",
    )


def test_an_import_under_a_condition_runs_only_then() -> None:
    same(
        "return log.SEEN",
        imports="import log, first",
        log="SEEN = []\n",
        first="import log\nif len(log.SEEN) == 0:\n    import second\nif len(log.SEEN) == 0:\n    import third\n",
        second="import log\nlog.SEEN.append(2)\n",
        third="import log\nlog.SEEN.append(3)\n",
    )


def test_an_error_of_init_is_the_error_of_the_run() -> None:
    report = same(
        "try:\n    import m\nexcept ZeroDivisionError as error:\n    return str(error)\nreturn m.K",
        m="K = [1 // len('')]\n",
    )
    assert "catch" in wrl_of(report)


def test_everything_that_a_function_may_hold_may_stand_at_the_top() -> None:
    same(
        "return [A, B, list(C), F(2), i, X, LOG, P, Q, R]",
        above="""
        N = 3
        LOG = []
        class Manager:
            def __enter__(self):
                LOG.append("in")
                return self
            def __exit__(self, *rest):
                LOG.append("out")
                return True
        with Manager() as manager:
            X = [1]
            raise ValueError
        A = [i * N for i in range(N)]
        B = {k: (lambda: k + N)() for k in A}
        C = (x for x in A)
        F = lambda y, z=N: y + z + N
        i = 0
        while i < 3:
            i += 1
            for j in A:
                i += j
                break
            else:
                LOG.append("else")
        P, (Q, *R) = 1, (2, 3, 4)
        match A:
            case [first, *_]:
                LOG.append(first)
        assert N == 3, "never"
        if (walrus := len(A)) > 1:
            LOG.append(walrus)
        """,
    )


def test_what_is_registered_with_what_a_decorator_has_made_is_kept() -> None:
    same(
        "return show('z'), show('y'), shown(1), shown('x'), shown([])",
        imports="from functools import singledispatch",
        above="""
        def registry(function):
            known = {}
            def wrapper(key):
                return known.get(key, function)(key)
            def add(key):
                def keep(other):
                    known[key] = other
                    return other
                return keep
            wrapper.add = add
            return wrapper

        @registry
        def show(key):
            return ["nothing", key]

        @show.add("z")
        def _(key):
            return ["found", key]

        @singledispatch
        def shown(value):
            return "an object"

        @shown.register(int)
        def shown_int(value):
            return "an int"

        shown.register(list, lambda value: "a list")
        """,
    )
