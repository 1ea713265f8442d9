"""What generation refuses, and the sentence it says."""

from __future__ import annotations

import pytest

from waymark.compiler.codegen import CodegenError, generate
from waymark.grammar import parse
from waymark.grammar.span import Span

CORE = generate(parse("module core\nfn known() { return 1 }"), library={})

REFUSED = {
    "fn f() { return mystery }": "`mystery` is neither bound in `f` nor declared by module `m`",
    "fn f() { fn g() { return x }\nx = 1 }": "`x` is neither bound in `g`",
    "fn f() { x = 1\nfn g() captures (x) { return x } }": "neither a cell nor a capture of `f`; list it there",
    "fn f() captures (x) { return x }": "`f` stands at the top of the module and has nothing to capture",
    "fn f(a = g()) { return a }\nfn g() { return 1 }": "the default of `a` is no constant, and `f` is static",
    "fn f() { break }": "`break` stands outside of a loop",
    "fn f() { try { continue } finally { f() } }": "`continue` stands outside of a loop",
    "fn f() { for i in f() { fn g() { break } } }": "`break` stands outside of a loop",
    "fn f() { class C { return 1 } }": "`return` stands in the body of a class",
    "fn f() cells(n) { class C { fn g() captures(n) { return n } } }": "neither a cell nor a capture of `C`; list it",
    "fn f() { renew x }": "`x` is no cell of `f`, so it cannot be renewed",
    "fn f() in other { return 1 }": "`other` is no module of this unit; write `follow other",
    'global x = other "y"': "`other` is no module of this unit; write `follow other",
    "fn f() { return 1 }\nfn f() { return 2 }": "`f` is declared twice in module `m`",
    'action a = "x:a"()\nfn f() { return a }': "the action `a` is no value here; call it",
    'action a = "x:a"()\nfn f() { return a() }': "there is no unit `waymark.prelude.core` to link to; known are: core",
    'intrinsic now = "now"\nfn f() { return now }': "the intrinsic `now` is no value; call it",
    'intrinsic now = "now"\nfn f() { return now(a = 1) }': "takes its arguments by position",
    'intrinsic now = "later"\nfn f() { return now() }': "the machine has no service `later`",
    'link a = core "unknown"\nfn f() { return 1 }': "unit `core` exports no `unknown`",
    'link a = other "known"\nfn f() { return 1 }': "there is no unit `other` to link to; known are: core",
    'workflow "w" = g of "C"\nfn f() { return 1 }': "workflow `w` is run by `g`, which is no function here",
}


@pytest.mark.parametrize("text", REFUSED, ids=REFUSED.values())
def test_wrl_that_means_nothing_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(CodegenError) as refused:
        generate(parse(f"module m\n{text}"), library={"core": CORE})
    assert REFUSED[text] in refused.value.sentence


def test_refusal_names_the_place() -> None:
    with pytest.raises(CodegenError, match=r"^2:16: `mystery` is neither bound") as refused:
        generate(parse("module m\nfn f() { return mystery }"), library={})
    assert refused.value.span == Span(2, 16, 2, 23)


def test_declared_function_name_is_free_for_a_variable_of_its_own() -> None:
    unit = generate(parse("module m\nfn f() { g = 1; return g }\nfn g() { return 2 }"), library={})
    assert unit.functions[0].registers == 1


def test_deleting_a_declared_name_deletes_a_variable_of_the_function() -> None:
    # As in Python: `len` is then a variable of `f`, and an unbound one.
    unit = generate(parse('module m\nnative len = "len/1"\nfn f() { del len }'), library={})
    assert unit.natives == ()
