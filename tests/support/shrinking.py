"""Make a program that shows something smaller, as long as it still shows it.

Statements are left out, blocks take the place of what they stood in, expressions that of what they were part of, until
nothing can go. It works on Python's own tree, so it serves generated programs and found ones alike.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from itertools import islice

Edit = Callable[[], None]
BLOCKS = ("body", "orelse", "finalbody")
PARTS = ("handlers", "cases", "items", "keywords", "decorator_list", "generators", "ifs", "defaults", "targets")


def shrunk(text: str, shows: Callable[[str], bool], *, tries: int = 1500) -> str:
    """The smallest program found by which `shows` is true; at most so many are tried."""
    assert shows(text), "the program does not show what is to be kept"
    place, changed = 0, False
    while tries > 0:
        tree = ast.parse(text)
        edit = next(islice(_edits(tree), place, None), None)
        if edit is None:
            if not changed:
                break
            place, changed = 0, False
            continue
        edit()
        smaller = _spelled(tree)
        if smaller is None or len(smaller) >= len(text):
            place += 1
            continue
        tries -= 1
        if shows(smaller):
            text, changed = smaller, True
        else:
            place += 1
    return text


def _spelled(tree: ast.Module) -> str | None:
    try:
        text = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
        compile(text, "<shrunk>", "exec")
    except (SyntaxError, ValueError, TypeError, AttributeError):  # an edit that makes no program
        return None
    return text


def _edits(tree: ast.Module) -> Iterator[Edit]:
    """What can be done to make the tree smaller: the largest first."""
    for node in ast.walk(tree):
        for field in BLOCKS + PARTS:
            block = getattr(node, field, None)
            if isinstance(block, list):
                for index in range(len(block)):
                    yield from _of_item(block, index, field in BLOCKS)
    for node in ast.walk(tree):
        for field, value in ast.iter_fields(node):
            if isinstance(value, ast.expr):
                yield from _of_expression(node, field, value)
            elif isinstance(value, list):
                for index, item in enumerate(value):
                    if isinstance(item, ast.expr):
                        yield lambda value=value, index=index: value.pop(index)
                        for child in _inside(item):
                            yield lambda value=value, index=index, child=child: value.__setitem__(index, child)


def _of_item(block: list[ast.AST], index: int, statements: bool) -> Iterator[Edit]:
    item = block[index]
    filler: list[ast.AST] = [ast.Pass()] if statements and len(block) == 1 else []
    if not isinstance(item, ast.Pass):
        yield lambda: block.__setitem__(slice(index, index + 1), filler)
    for field in BLOCKS:
        inner = getattr(item, field, None)
        if statements and isinstance(inner, list) and inner:
            yield lambda inner=inner: block.__setitem__(slice(index, index + 1), inner)
    for handler in getattr(item, "handlers", []):
        yield lambda handler=handler: block.__setitem__(slice(index, index + 1), handler.body)


def _of_expression(node: ast.AST, field: str, value: ast.expr) -> Iterator[Edit]:
    for child in _inside(value):
        yield lambda child=child: setattr(node, field, child)
    if field in ("value", "msg", "cause", "optional_vars", "returns", "annotation"):
        yield lambda: setattr(node, field, None)


def _inside(value: ast.expr) -> Iterator[ast.expr]:
    """What could stand in its place."""
    yield from (child for child in ast.iter_child_nodes(value) if isinstance(child, ast.expr))
    if not isinstance(value, ast.Constant):
        yield ast.Constant(1)
