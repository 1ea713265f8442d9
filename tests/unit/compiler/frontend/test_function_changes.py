"""Statements at the top of a module that change a function which a workflow uses are kept, wherever they stand."""

from __future__ import annotations

import pytest
from differential import assert_same, compare

HEAD = """\
from waymark import Workflow, action, workflow

@action
async def act(value): ...

"""

KEPT = {
    "a store": ("def f(): return f.known\nf.known = {1: 2}", "f()"),
    "a store into what it holds": ("def f(): return f.known\nf.known = {}\nf.known[1] = 2\nf.known.update(a=3)", "f()"),
    "setattr": ("def f(): return f.x\nsetattr(f, 'x', 4)", "f()"),
    "its dict": ("def f(): return f.x\nf.__dict__.update(x=5)", "f()"),
    "its name, its documentation and its defaults": (
        "def f(a=1):\n    'old'\n    return a\nf.__name__ = 'g'\nf.__doc__ = 'new'\nf.__defaults__ = (2,)",
        "(f(), f.__name__, f.__doc__)",
    ),
    "a function that sets attributes of what it gets": (
        "def register(function, tag):\n    function.tag = tag\ndef f(): return f.tag\nregister(f, 5)",
        "f()",
    ),
    "another name for it": ("def f(): return f.tag\nother = f\nother.tag = 3", "f()"),
    "a loop over functions": (
        "def f(): return 1\ndef g(): return 2\nfor h in (f, g):\n    h.tag = h()",
        "(f.tag, g.tag)",
    ),
    "several targets": ("def f(): return f.a, f.b\nf.a, f.b = 1, 2\nf.a += 5", "f()"),
    "a method": ("class C:\n    def m(self): return C.m.tag\nC.m.tag = 1", "C().m()"),
}


@pytest.mark.parametrize(("above", "value"), KEPT.values(), ids=KEPT.keys())
def test_it_is_as_the_module_has_made_it(above: str, value: str) -> None:
    assert_same(module(above, value))


def test_a_function_of_another_module_is_changed_by_both() -> None:
    helpers = "def f(): return f.n\ndef g(): pass\nf.n = 9\ng.__name__ = 'z'\n"
    text = module("import helpers\nfrom helpers import f, g\nhelpers.f.more = 10", "(f(), f.more, g.__name__)")
    assert_same(text, modules={"helpers": helpers})


def test_what_only_keeps_the_function_is_left_out() -> None:
    above = "import signal\nKNOWN = []\ndef keep(function):\n    KNOWN.append(function)\ndef f(): return 1\nkeep(f)"
    report = compare(module(above, "f()"), ticks=((),))
    assert report.same and report.compilation.wrl is not None
    assert "KNOWN" not in report.compilation.wrl


def module(above: str, value: str) -> str:
    return f"{HEAD}{above}\n\n@workflow\nclass Script(Workflow):\n    async def run(self):\n        return {value}\n"
