"""Which reads of a variable may be moved or repeated inside an expression, and which may not."""

from __future__ import annotations

import pytest

from waymark.compiler.desugar.variables import Variables
from waymark.compiler.frontend import sugar
from waymark.grammar import parse, tree

MODULE = """\
module m
global CACHE
native len = "len/1"
action charge = "m:charge"(order_id)
fn f(a, b, c, d, e) cells(b) captures(outer) {
    x = 1
    for y in a { del c }
    CACHE = 1
    try { a } catch z { a }
    fn inner(p) captures(b) { q = 1; del a }
    len = 2
}
fn g() {}
"""


def variables() -> Variables:
    module = parse(MODULE, "m")
    declared = {each.name: each for each in (*module.declarations, *module.functions)}  # type: ignore[union-attr]
    function = module.functions[0]
    walrus = sugar.Walrus(target=tree.Name(id="d"), value=tree.Constant(value=1))
    clause = sugar.Clause(target=tree.Targets(items=(tree.Name(id="v"),)), iterable=tree.Name(id="a"))
    loop = sugar.Comprehension(kind="list", element=tree.Name(id="v"), clauses=(clause,))
    body = (*function.body, tree.Do(value=sugar.expression(walrus)), tree.Do(value=sugar.expression(loop)))
    return Variables(declared).inside(tree.Function(**{**_fields(function), "body": body}))  # type: ignore[arg-type]


def _fields(function: tree.Function) -> dict[str, object]:
    return {name: getattr(function, name) for name in function.__struct_fields__}


@pytest.mark.parametrize(
    ("name", "fixed", "steady"),
    [
        ("a", True, True),  # a parameter; what an inner function deletes is its own
        ("e", True, True),
        ("x", False, True),  # a variable may be unbound, but not change
        ("y", False, True),
        ("z", False, True),
        ("v", False, True),  # of a comprehension
        ("inner", False, True),
        ("b", False, False),  # an inner function shares it
        ("outer", False, False),
        ("c", False, False),  # deleted somewhere
        ("d", False, False),  # an assignment expression binds it
        ("CACHE", False, False),  # anybody may rebind it
        ("len", False, True),  # a variable hides the native
        ("charge", True, True),
        ("g", True, True),
        ("q", False, False),  # an inner function's
    ],
)
def test_a_variable_is_fixed_steady_or_neither(name: str, fixed: bool, steady: bool) -> None:
    found = variables()
    assert (found.is_fixed(name), found.is_steady(name)) == (fixed, steady)


def test_the_key_of_an_action_is_known() -> None:
    found = variables()
    assert [found.action(tree.Name(id=name)) for name in ("charge", "len", "a")] == ["m:charge", None, None]
