"""Leaving statements of modules out changes nothing: a run sees what Python has when all of them have run.

Three modules, which import each other in one direction, are filled with statements that make lists, share them, change
them in place, bind names anew, and call functions that do. The run returns a few of the variables; whatever init leaves
out, they must be what they are under CPython, down to which lists are the same object.
"""

from __future__ import annotations

from differential import ACTIONS, HEAD, compare
from hypothesis import given
from hypothesis import strategies as st

from examples import examples

MODULES = ("base", "middle", "program")
VARIABLES = ("v0", "v1", "v2")
FUNCTIONS = {
    "touch": "def touch(x):\n    x.append(7)\n    return x\n",
    "grow": "def grow():\n    v0.append(len(v1))\n    return v1\n",
    "rebind": "def rebind():\n    global v2\n    v2 = v2 + [5]\n    return v2\n",
    "nest": "def nest():\n    return touch(grow())\n",
    "wrap": "def wrap(f):\n    v0.append(f.__name__)\n    return f\n",
}


@st.composite
def statements(draw: st.DrawFn, module: str) -> str:
    """One statement of a module; all names are bound before."""
    below = MODULES[: MODULES.index(module)]
    owner = draw(st.sampled_from(["", *(f"{each}." for each in below)]))
    own, other = draw(st.sampled_from(VARIABLES)), owner + draw(st.sampled_from(VARIABLES))
    number = draw(st.integers(1, 4))
    function = draw(st.sampled_from(["grow", "rebind", "nest"]))
    forms = [
        f"{own} = [{number}]",
        f"{own} = {other}",
        f"{own} = [{number}, len({other})]",
        f"{own} = {own} + {other}",
        f"{own} += [{number}]",
        f"{other}.append({number})",
        f"{other}.extend([{number}, {number}])",
        f"{other}[0] = {number}",
        f"{other}[:1] = [{number}, 0]",
        f"del {own}[1:]",
        f"for item in (1, 2):\n    {other}.append(item)",
        f"for item in [{other}, {own}]:\n    item.append({number})",
        f"if len({other}) > {number}:\n    {own}.append({number})",
        f"try:\n    {other}.append({own}[9])\nexcept IndexError:\n    {other}.insert(0, {number})",
        f"{owner}{function}()",
        f"{own} = {owner}{function}()",
        f"{owner}touch({other})",
        f"other{number} = {owner}touch({other})",
        f"unused{number} = [{other}]\nunused{number}[0].append({number})",
        f"alias{number} = {other}\nalias{number}.append({number})",
        f"@{owner}wrap\ndef made{number}(): return {own}",
        f"first{number}, *_ = {other}",
        f"names{number} = [each for each in {other}]\nnames{number}.append(0)",
        f"with_lambda{number} = (lambda: {other}.append({number}))()",
        f"list(map(lambda each: {other}.append(each), [{number}]))",
        f"{own}.append({other})",
        f"holder{number} = []\nholder{number}.append({other})\nholder{number}[0].append({number})",
        f"[each.append({number}) for each in [{other}]]",
        f"class C{number}:\n    inner = {other}\n    inner.append({number})",
        f"class D{number}:\n    def f(): {other}.append({number})\n    f()",
        f"def local{number}(): {other}.append({number})\nlocal{number}()",
        f"later{number} = lambda: {other}.append({number})\nlater{number}()",
        f"never{number} = lambda: {other}.append({number})",
        f"pair{number} = {{'k': {other}}}\npair{number}['k'] += [{number}]",
    ]
    return draw(st.sampled_from(forms)) + "\n"


@st.composite
def modules(draw: st.DrawFn) -> dict[str, str]:
    made: dict[str, str] = {}
    for module in MODULES:
        imports = "".join(f"import {each}\n" for each in made)
        names = draw(st.lists(st.sampled_from(VARIABLES), unique=True)) if made else []
        source = draw(st.sampled_from(list(made))) if made else ""
        variables = "".join(f"{name} = [{place}]\n" for place, name in enumerate(VARIABLES) if name not in names)
        taken = f"from {source} import {', '.join(names)}\n" if names else ""
        body = "".join(draw(st.lists(statements(module), max_size=5)))
        made[module] = imports + taken + variables + "".join(FUNCTIONS.values()) + body
    return made


@examples(60)
@given(modules(), st.lists(st.sampled_from([f"{m}.{v}" for m in MODULES for v in VARIABLES]), min_size=1, max_size=3))
def test_a_run_sees_its_modules_as_python_leaves_them(made: dict[str, str], wanted: list[str]) -> None:
    values = ", ".join(name.removeprefix("program.") for name in wanted)
    run = f"    async def run(self):\n        return [{values}, base.nest(), {values}]\n"
    program = f"{HEAD}{ACTIONS}{made['program']}@workflow\nclass Script(Workflow):\n{run}"
    report = compare(program, modules={name: made[name] for name in MODULES[:-1]}, ticks=((3,), ()))
    assert report.same, report.explain()
