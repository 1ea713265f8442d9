"""Strategies for WRL trees: one for each node class, and whole modules.

The trees are any that text can stand for, sense or not: strange names and constants, spans from anywhere. `NODES` has
the strategy of each class.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from waymark.grammar import tree
from waymark.grammar.span import NOWHERE, Span

Strategy = st.SearchStrategy[Any]

# --- leaves ----------------------------------------------------------------------------------------------------------

any_text = st.text(st.characters(exclude_categories=()), max_size=6)  # surrogates and NULs too
names = (
    st.sampled_from(["a", "b1", "broke.0", "größe", "fn", "if", "if.0", "init", "a.b", "<lambda>", "1", ""]) | any_text
)
lines = st.integers(0, 40)
columns = st.integers(0, 120)
spans = st.just(NOWHERE) | st.builds(Span, lines, columns, lines, columns) | st.just(Span(7, 4, 7, 20))
values = st.one_of(
    st.sampled_from([None, True, False, ..., -1, 10**40, -(10**40), 1e16, -0.0, complex(-0.0, 0.0)]),
    st.integers(),
    st.floats(),
    st.complex_numbers(),
    any_text,
    st.binary(max_size=6),
)


def node(cls: type[tree.Node], *fields: Strategy, **named: Strategy) -> Strategy:
    return st.builds(cls, *fields, span=spans, **named)


def some(items: Strategy, least: int = 0, most: int = 3) -> Strategy:
    return st.lists(items, min_size=least, max_size=most).map(tuple)


# --- expressions -----------------------------------------------------------------------------------------------------

BINARY = st.sampled_from(["+", "-", "*", "/", "//", "%", "**", "@", "&", "|", "^", "<<", ">>"])
COMPARE = st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "is", "is not", "in", "not in"])
LEAVES: dict[type[tree.Node], Strategy] = {
    tree.Constant: node(tree.Constant, values),
    tree.Name: node(tree.Name, names),
}


def expressions_over(below: Strategy) -> dict[type[tree.Node], Strategy]:
    """Expressions whose parts are drawn from `below`."""
    slices = node(tree.Slice, below, below, below)
    indexes = below | slices | node(tree.Tuple, some(below | slices, least=1))
    unnamed = st.builds(tree.Argument, st.sampled_from(["positional", "star", "double_star"]), below)
    arguments = unnamed | st.builds(tree.Argument, st.just("keyword"), below, names)
    return {
        tree.Tuple: node(tree.Tuple, some(below)),
        tree.List: node(tree.List, some(below)),
        tree.Set: node(tree.Set, some(below, least=1)),
        tree.Dict: node(tree.Dict, some(st.tuples(below, below), most=2)),
        tree.Attribute: node(tree.Attribute, below, names),
        tree.Subscript: node(tree.Subscript, below, indexes),
        tree.Unary: node(tree.Unary, st.sampled_from(["-", "+", "~", "not"]), below),
        tree.Binary: node(tree.Binary, BINARY, below, below),
        tree.Compare: node(tree.Compare, COMPARE, below, below),
        tree.Logical: node(tree.Logical, st.sampled_from(["and", "or"]), below, below),
        tree.Conditional: node(tree.Conditional, below, below, below),
        tree.Call: node(tree.Call, below, some(arguments)),
        tree.Await: node(tree.Await, below),
        tree.Yield: node(tree.Yield, below),
    }


leaves = st.one_of(*LEAVES.values())
small = leaves | st.one_of(*expressions_over(leaves).values())
EXPRESSIONS = {**LEAVES, **expressions_over(small)}
expressions = leaves | st.one_of(*EXPRESSIONS.values())

# --- statements ------------------------------------------------------------------------------------------------------


@st.composite
def parameters(draw: st.DrawFn, defaults: Strategy = small) -> tuple[tree.Parameter, ...]:
    kinds = ["positional"] * draw(st.integers(0, 2)) + ["either"] * draw(st.integers(0, 2))
    kinds += ["variadic"] * draw(st.integers(0, 1)) + ["keyword"] * draw(st.integers(0, 2))
    kinds += ["keywords"] * draw(st.integers(0, 1))
    plain = st.none() | defaults
    return tuple(
        tree.Parameter(draw(names), kind, None if kind in ("variadic", "keywords") else draw(plain)) for kind in kinds
    )


def signature(found: tuple[tree.Parameter, ...]) -> tuple[tuple[str, str, bool], ...]:
    return tuple((each.name, each.kind, each.default is not None) for each in found)


single_targets = st.one_of(EXPRESSIONS[tree.Name], EXPRESSIONS[tree.Attribute], EXPRESSIONS[tree.Subscript])
inner_targets = single_targets | node(tree.Targets, some(single_targets))
SIMPLE: dict[type[tree.Node], Strategy] = {
    tree.Assign: node(tree.Assign, single_targets | node(tree.Targets, some(inner_targets)), expressions),
    tree.Update: node(tree.Update, single_targets, BINARY, expressions),
    tree.Do: node(tree.Do, expressions),
    tree.Break: node(tree.Break),
    tree.Continue: node(tree.Continue),
    tree.Return: node(tree.Return, expressions),
    tree.Raise: node(tree.Raise)
    | node(tree.Raise, error=expressions)
    | node(tree.Raise, error=expressions, cause=expressions),
    tree.Reraise: node(tree.Reraise, expressions),
    tree.Delete: node(tree.Delete, single_targets),
    tree.Renew: node(tree.Renew, names),
}


def statements_over(blocks: Strategy) -> dict[type[tree.Node], Strategy]:
    """Statements whose blocks are drawn from `blocks`."""
    return {
        tree.If: node(tree.If, small, blocks, blocks),
        tree.While: node(tree.While, small, blocks),
        tree.For: node(tree.For, LEAVES[tree.Name], small, blocks, st.booleans()),
        tree.Try: node(tree.Try, blocks, names, blocks),
        tree.Finally: node(tree.Finally, blocks, blocks),
        tree.Function: node(
            tree.Function,
            names,
            parameters(),
            blocks,
            kind=st.sampled_from(["function", "coroutine", "generator"]),
            qualname=any_text,
            cells=some(names),
            captures=some(names),
            module=names,
        ),
        tree.Class: node(tree.Class, names, some(small), blocks, any_text, cells=some(names), captures=some(names)),
    }


lines_of_code = st.one_of(*SIMPLE.values())
small_blocks = some(lines_of_code, most=2)
blocks = some(lines_of_code | st.one_of(*statements_over(small_blocks).values()), most=2)
STATEMENTS = {**SIMPLE, **statements_over(blocks)}

# --- modules ---------------------------------------------------------------------------------------------------------

DECLARATIONS: dict[type[tree.Node], Strategy] = {
    tree.FollowDecl: node(tree.FollowDecl, names, any_text),
    tree.NativeDecl: node(tree.NativeDecl, names, any_text),
    tree.LinkDecl: node(tree.LinkDecl, names, names, any_text),
    tree.ActionDecl: node(tree.ActionDecl, names, any_text, parameters(st.just(tree.Constant(...))).map(signature)),
    tree.IntrinsicDecl: node(tree.IntrinsicDecl, names, any_text),
    tree.GlobalDecl: node(tree.GlobalDecl, names) | node(tree.GlobalDecl, names, names, any_text),
    tree.StaticDecl: node(tree.StaticDecl, names, any_text, names),
    tree.WorkflowDecl: node(tree.WorkflowDecl, any_text, any_text, names)
    | node(tree.WorkflowDecl, any_text, any_text, names, parameters(st.just(tree.Constant(...))).map(signature)),
}
modules = node(
    tree.Module,
    names,
    declarations=some(st.one_of(*DECLARATIONS.values())),
    functions=some(STATEMENTS[tree.Function], most=1),
    init=blocks,
)
NODES = {
    **EXPRESSIONS,
    **STATEMENTS,
    **DECLARATIONS,
    tree.Slice: node(tree.Slice, small, small, small),
    tree.Targets: node(tree.Targets, some(inner_targets)),
    tree.Module: modules,
}


@st.composite
def modules_with(draw: st.DrawFn, kind: type[tree.Node]) -> tree.Module:
    """A module that holds at least one node of `kind`."""
    drawn = draw(NODES[kind])
    if kind is tree.Module:
        return drawn
    if kind in DECLARATIONS:
        return tree.Module("m", declarations=(drawn,))
    if kind is tree.Slice:
        drawn = tree.Subscript(tree.Name("a"), drawn)
    if kind is tree.Targets:
        drawn = tree.Assign(drawn, tree.Constant(1))
    return tree.Module("m", init=(drawn if kind in STATEMENTS or kind is tree.Targets else tree.Do(drawn),))
