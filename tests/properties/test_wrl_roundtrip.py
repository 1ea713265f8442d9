"""`parse(print_module(tree)) == tree` for every tree, spans included, and no text breaks the parser.

The trees come from wrl_trees.py; a test fails when a node class has no strategy there.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples import examples
from waymark.grammar import WrlSyntaxError, parse, print_module, tree
from waymark.grammar.span import NOWHERE
from waymark.grammar.walk import walk

from .wrl_trees import NODES, any_text, modules, modules_with

CASES = sorted(Path(__file__).parents[1].joinpath("cases", "wrl").glob("*.wrl"))
FEW = examples(8)
SOME = examples(60)


def classes_below(kind: type[tree.Node]) -> set[type[tree.Node]]:
    return {below for child in kind.__subclasses__() for below in {child, *classes_below(child)}}


def without_spans(module: tree.Module) -> tree.Module:
    copy = parse(print_module(module))
    for each in walk(copy):
        msgspec.structs.force_setattr(each, "span", NOWHERE)
    return copy


# --- properties ------------------------------------------------------------------------------------------------------


def test_every_node_class_has_a_strategy() -> None:
    # The compiler derives sugar of its own from Node; it is gone before anything is printed.
    ours = {kind for kind in classes_below(tree.Node) if kind.__module__.startswith("waymark.grammar.")}
    assert ours == set(NODES)


@pytest.mark.parametrize("kind", NODES, ids=lambda kind: kind.__name__)
@FEW
@given(data=st.data())
def test_every_node_survives_its_text(kind: type[tree.Node], data: st.DataObject) -> None:
    module = data.draw(modules_with(kind))
    assert parse(print_module(module)) == module


@SOME
@given(modules)
def test_a_module_survives_its_text_with_all_spans(module: tree.Module) -> None:
    text = print_module(module)
    assert parse(text) == module
    assert print_module(parse(text)) == text


@SOME
@given(modules)
def test_without_a_table_everything_but_the_spans_survives(module: tree.Module) -> None:
    text = print_module(module, positions=False)
    copy = parse(text)
    assert without_spans(copy) == without_spans(module)
    assert print_module(copy, positions=False) == text
    assert all(node.span != NOWHERE for node in walk(copy))


@SOME
@given(modules)
def test_every_printed_text_can_be_stored_as_utf_8(module: tree.Module) -> None:
    assert parse(print_module(module).encode().decode()) == module


FRAGMENTS = st.sampled_from(
    '{ } ( ) [ ] ; , . : = # " ` \\ \n \x00 fn if else in not 0x 1e9 =9999999999 ? 4- \ud800 é'.split(" ")
)
EDITS = st.tuples(st.integers(0, 10**6), st.integers(0, 12), FRAGMENTS | any_text)


@examples(150)
@given(case=st.sampled_from(CASES), edits=st.lists(EDITS, min_size=1, max_size=4))
def test_a_damaged_text_is_read_or_refused_with_a_syntax_error(case: Path, edits: list[tuple[int, int, str]]) -> None:
    text = case.read_text("utf-8")
    for place, length, new in edits:
        start = place % (len(text) + 1)
        text = text[:start] + new + text[start + length :]
    try:
        module = parse(text)
    except WrlSyntaxError as error:
        assert error.line >= 1 and error.column >= 0
    else:
        assert parse(print_module(module)) == module
