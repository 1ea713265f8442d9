"""What names are in WRL: whose variables, under which names, shared with whom. The rules themselves are compared with
CPython's in tests/properties/test_scopes_like_symtable.py."""

from __future__ import annotations

import sys
import sysconfig
import textwrap
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

import libcst as cst
import pytest

from waymark.compiler.frontend.scopes import Scope, Scopes, analyse, mangled


def scopes_of(text: str) -> Scopes:
    return analyse(cst.parse_module(textwrap.dedent(text)))


def scope(scopes: Scopes, qualname: str, number: int = 0) -> Scope:
    return [each for each in scopes if each.qualname == qualname][number]


def test_a_variable_that_an_inner_function_reads_is_a_cell_and_there_a_capture() -> None:
    found = scopes_of("""
        def f(a, b):
            c = a
            def g():
                def h():
                    return b, c
    """)
    f, g, h = (scope(found, name) for name in ("f", "f.<locals>.g", "f.<locals>.g.<locals>.h"))
    assert (f.cells, f.captures) == (("b", "c"), ())
    assert (g.cells, g.captures) == ((), ("b", "c"))
    assert (h.cells, h.captures) == ((), ("b", "c"))
    assert [f.symbol(name).kind for name in "abcg"] == ["local", "cell", "cell", "local"]
    assert h.symbol("b").kind == "free"


def test_a_comprehension_runs_in_the_function_around_it() -> None:
    found = scopes_of("""
        def f(n):
            return [x + n for x in range(n)]
    """)
    f, inner = scope(found, "f"), scope(found, "f.<locals>.<listcomp>")
    assert inner.function is f
    assert f.cells == ()
    assert (inner.symbol("n").kind, inner.symbol("x").kind) == ("local", "local")


def test_a_generator_expression_and_a_lambda_are_functions() -> None:
    found = scopes_of("""
        def f(n):
            return (x + n for x in range(n)), lambda: n
    """)
    assert scope(found, "f").cells == ("n",)
    assert scope(found, "f.<locals>.<genexpr>").captures == ("n",)
    assert scope(found, "f.<locals>.<lambda>").captures == ("n",)


@pytest.mark.parametrize(
    ("body", "variable"),
    [
        ("return [x for x in range(3)]", "x"),
        ("x = 1; return [x for x in range(3)]", "x.0"),
        ("return [x for x in [x]]", "x.0"),
        ("return [x for x in range(3)], lambda: x", "x"),
        ("return [lambda: x for x in range(3)]", "x.0"),
        ("return [x for x in [[x for x in y] for y in range(3)]]", "x.0"),
        ("global x; return [x for x in range(3)]", "x.0"),
    ],
)
def test_a_comprehension_s_variable_has_another_name_where_its_own_would_be_mistaken(body: str, variable: str) -> None:
    found = scopes_of(f"def f():\n    {body}\n")
    assert scope(found, "f.<locals>.<listcomp>").symbol("x").variable == variable


def test_comprehensions_of_one_function_do_not_share_variables() -> None:
    found = scopes_of("def f(): return [x for x in a], [x for x in b]")
    names = [scope(found, "f.<locals>.<listcomp>", number).symbol("x").variable for number in (1, 0)]
    assert names == ["x.0", "x.1"], "numbered in the order of asking"


def test_at_the_top_of_a_module_and_in_a_class_a_comprehension_s_variable_is_none_of_theirs() -> None:
    found = scopes_of("""
        a = [x for x in range(3)]
        class C:
            b = [y for y in range(3)]
    """)
    assert scope(found, "<listcomp>").symbol("x").variable == "x.0"
    assert scope(found, "C.<listcomp>").symbol("y").variable == "y.0"


def test_a_walrus_in_a_comprehension_binds_in_the_function() -> None:
    found = scopes_of("def f(): return [y := x for x in range(3)]")
    symbol = scope(found, "f.<locals>.<listcomp>").symbol("y")
    assert (symbol.kind, symbol.home, symbol.variable) == ("local", scope(found, "f"), "y")


def test_members_of_a_class_are_seen_by_its_body_alone() -> None:
    found = scopes_of("""
        def f(k):
            class C:
                k = 3
                def m(self):
                    return k
    """)
    assert scope(found, "f.<locals>.C").symbol("k").kind == "member"
    assert scope(found, "f.<locals>.C.m").symbol("k").home is scope(found, "f")


def test_a_variable_that_goes_through_a_class_with_a_member_of_its_name_has_another_name() -> None:
    found = scopes_of("""
        def f(k):
            class C:
                k = 3
                def m(self):
                    return k
    """)
    assert scope(found, "f").cells == scope(found, "f.<locals>.C").captures == ("k.0",)
    assert scope(found, "f").parameters == ("k",)


def test_super_reads_the_cell_of_its_class() -> None:
    found = scopes_of("""
        class C:
            def m(self):
                return super().m()
            def n(self):
                return lambda: __class__
    """)
    assert scope(found, "C").cells == ("__class__",)
    assert scope(found, "C.m").captures == scope(found, "C.n").captures == ("__class__",)
    assert scope(found, "C.m").symbol("__class__").kind == "free"


@pytest.mark.parametrize(
    ("name", "owner", "expected"),
    [
        ("__k", "C", "_C__k"),
        ("__k", "__C", "_C__k"),
        ("__k__", "C", "__k__"),
        ("_k", "C", "_k"),
        ("__k", "_", "__k"),
        ("__k", "", "__k"),
    ],
)
def test_private_names_are_mangled_by_their_class(name: str, owner: str, expected: str) -> None:
    assert mangled(name, owner) == expected


def test_names_are_compared_in_their_normal_form() -> None:
    found = scopes_of("def f(ﬁ): return fi")
    assert scope(found, "f").parameters == ("fi",)
    assert scope(found, "f").symbol("fi").kind == "local"


FILES = ("dataclasses.py", "enum.py", "functools.py", "typing.py", "test/test_listcomps.py", "test/test_scope.py")


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="later ones make no functions of comprehensions")
@pytest.mark.parametrize("name", FILES)
def test_qualified_names_are_cpython_s(name: str) -> None:
    path = Path(sysconfig.get_path("stdlib"), name)
    if not path.exists():
        pytest.skip(f"this Python comes without {name}")
    text = path.read_text(encoding="utf-8")
    theirs = Counter(_qualnames(compile(text, name, "exec", dont_inherit=True, optimize=0)))
    assert Counter(each.qualname for each in scopes_of(text) if each.parent is not None) == theirs


def _qualnames(code: CodeType) -> Iterator[str]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant.co_qualname
            yield from _qualnames(constant)
