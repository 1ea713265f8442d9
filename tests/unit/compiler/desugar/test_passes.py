"""What a pass promises: its sugar is gone, and a tree that breaks a promise is found."""

from __future__ import annotations

import pytest

from waymark.compiler import pipeline
from waymark.compiler.check.tree import findings
from waymark.compiler.desugar.rewrite import rewrite
from waymark.compiler.diagnostics import InternalCompilerError
from waymark.compiler.fresh import FreshNames
from waymark.compiler.frontend.sugar import SUGAR, ChainedCompare
from waymark.grammar import tree
from waymark.grammar.walk import walk

from ..programs import compiled, workflow_of

BODY = """\
for item, other in items:
    if 0 < len(items) < 3:
        break
else:
    a = b = 1
while 0 < len(items) < 3:
    break
else:
    pass
"""


def worked(body: str, until: str) -> tree.Module:
    """The tree behind one pass."""
    project = pipeline.project_of(pipeline.Path("/nonexistent/shop.py"))
    work = pipeline.Work(path="shop.py", name="shop", text=workflow_of(body), project=project, fresh=FreshNames())
    trees = {name: done.tree for name, done in pipeline.passes(work)}
    found = trees[until]
    assert found is not None
    return found


def test_sugar_goes_away_pass_by_pass() -> None:
    left = {
        name: {type(node).__name__ for node in walk(worked(BODY, name)) if isinstance(node, SUGAR)}
        for name in ("translate", "lower loop else", "lower for targets", "lower chained assignments")
    }
    assert left == {
        "translate": {"LoopElse", "ForTarget", "ChainedAssign", "ChainedCompare"},
        "lower loop else": {"ForTarget", "ChainedAssign", "ChainedCompare"},
        "lower for targets": {"ChainedAssign", "ChainedCompare"},
        "lower chained assignments": {"ChainedCompare"},
    }
    assert not [node for node in walk(worked(BODY, "lower expressions")) if isinstance(node, SUGAR)]


def test_every_node_has_a_place_in_the_file() -> None:
    lowered = worked(BODY, "lower expressions")
    assert [node for node in walk(lowered.functions[0]) if node.span.line == 0] == []  # type: ignore[arg-type]


STATEMENTS = """\
note: int
try:
    with items as (a, *b), total:
        assert a
except ValueError as error:
    async for c, *d in total:
        match c:
            case [x, {"k": y, **rest}] | (y, x, *rest):
                break
    else:
        (e, *f), g = h = items
"""


@pytest.mark.parametrize("inner", [False, True])
def test_statements_lose_their_sugar_wherever_they_stand(inner: bool) -> None:
    indented = "\n".join(f"    {line}" for line in STATEMENTS.splitlines())
    body = f"async def helper():\n{indented}\nawait helper()\n" if inner else STATEMENTS
    kinds = ("Match", "With", "LoopElse", "AsyncFor", "TryExcept", "Assert", "ChainedAssign", "StarTargets")
    first = {type(node).__name__ for node in walk(worked(body, "translate"))}
    assert first >= {*kinds, "BareAnnotation"}
    lowered = worked(body, "lower bare annotations")
    assert not [node for node in walk(lowered) if isinstance(node, SUGAR)]
    assert findings(lowered) == []
    assert [node for node in walk(lowered.functions[0]) if node.span.line == 0] == []  # type: ignore[arg-type]


def test_a_pass_keeps_what_it_does_not_change() -> None:
    tree_before = worked("for a in items:\n    total += 1\n", "translate")
    body = tree_before.functions[0].body
    assert rewrite(body, {tree.Return: lambda node: (node,)}) is body


def inner_function(*names: str, captures: tuple[str, ...], default: str = "p") -> tree.Function:
    body = tuple(tree.Do(value=tree.Name(id=name)) for name in names)
    parameters = (tree.Parameter(name="q", default=tree.Name(id=default)),)
    return tree.Function(name="g", parameters=parameters, body=body, captures=captures)


@pytest.mark.parametrize(
    ("inner", "said"),
    [
        (inner_function("q", "c", captures=("c",)), []),
        (inner_function("p", captures=()), ["`p` is nothing that `g` knows"]),
        (inner_function(captures=("p",)), ["`g` captures `p`, which nothing around it shares"]),
        (inner_function(captures=(), default="q"), ["`q` is nothing that `f` knows"]),
    ],
)
def test_names_are_those_of_the_very_function(inner: tree.Function, said: list[str]) -> None:
    parameters = (tree.Parameter(name="p"), tree.Parameter(name="c"))
    outer = tree.Function(name="f", parameters=parameters, body=(inner,), cells=("c",))
    assert findings(tree.Module(name="m", functions=(outer,))) == [f"line 0: {each}" for each in said]


def module_of(*body: tree.Statement) -> tree.Module:
    return tree.Module(name="m", functions=(tree.Function(name="f", parameters=(), body=body),))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (tree.Do(value=tree.Name(id="lost")), "`lost` is nothing that `f` knows"),
        (tree.Break(), "a break stands outside every loop"),
        (tree.If(test=tree.Constant(value=1), body=(tree.Continue(),)), "a continue stands outside every loop"),
        (
            tree.Do(value=ChainedCompare(left=tree.Constant(value=1), links=())),  # type: ignore[arg-type]
            "a ChainedCompare is left",
        ),
    ],
)
def test_a_broken_tree_is_found(body: tree.Statement, said: str) -> None:
    assert findings(module_of(body)) == [f"line 0: {said}"]


def test_a_failing_pass_is_named_and_asks_for_a_report(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(work: pipeline.Work) -> pipeline.Work:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(pipeline, "PASSES", (*pipeline.PASSES[:4], ("lower the moon", broken)))
    said = "`lower the moon` failed on shop.py: ZeroDivisionError: by zero\nThis is a mistake in Waymark.*report"
    with pytest.raises(InternalCompilerError, match=said):
        compiled("return 1")


def test_equal_sources_give_equal_bytes() -> None:
    assert compiled(BODY).executable() == compiled(BODY).executable()


def test_fresh_names_count_for_each_word() -> None:
    fresh = FreshNames()
    assert [fresh("a"), fresh("b"), fresh("a")] == ["a.0", "b.0", "a.1"]
