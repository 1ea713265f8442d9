"""The positions taken from CPython's tree are libcst's, but for the two kinds of places that `positions.py` names."""

from __future__ import annotations

import ast
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider

from waymark.compiler.positions import positions

STDLIB = Path(sysconfig.get_path("stdlib"))
FILES = [
    *sorted(STDLIB.glob("asyncio/*.py"))[:8],
    *(STDLIB / name for name in ("dataclasses.py", "textwrap.py", "enum.py", "json/decoder.py", "statistics.py")),
]
EVERYTHING = """
@first
@second(1, key=2)
async def f(a, /, b: int = 2, *c: int, d=3, e, **g: str) -> int:
    async with x as y, z() as (u, v): pass
    async for i, *j in k: break
    else: continue_ = 1
    return (a, b), [x async for x in y if x if z], {**a, "k": 1}, {1, *b}, (q for q in r)
class C(B, metaclass=M): x: int = 1; y: "s"
try:
    pass
except (A, B) as e:
    raise X from e
except: raise
else: pass
finally:
    del a, (b, c[1])
    del (d)
if a and b and c or not d and (e and f): pass
elif 0 < a <= b is not c: pass
else: pass
while (n := n - 1): x[1:2, ::3] = y = -z ** 2 @ w
match s:
    case [1, *rest, (2 | 3)] if g: pass
    case {"k": v, **kw} | P(1, x=None) as p: pass
    case (a.b, "s" "t") | [_]: pass
lambda x, *y, z=1, **w: (yield)
f(*a, b, k=c, **d)(x if y else z)[(1, 2), 3]
été = "é" + f"{x!r:>{y}} {z}" 'tail'; assert a, b; global_ = ...
import a.b as c; from . import (d as e)
x += 1; x: int
print(*[lambda: 0 for _ in ()], sep="")
def g():
    global a; x = yield from y; await z
"""


def exact(tree: cst.Module) -> Iterator[tuple[cst.CSTNode, tuple[int, int, int, int]]]:
    for node, place in MetadataWrapper(tree, unsafe_skip_copy=True).resolve(PositionProvider).items():
        yield node, (place.start.line, place.start.column, place.end.line, place.end.column)


def in_texts(tree: cst.Module) -> set[cst.CSTNode]:
    """What stands inside an f-string or a concatenation: it has the place of the whole."""
    found: set[cst.CSTNode] = set()
    waiting: list[tuple[cst.CSTNode, bool]] = [(tree, False)]
    while waiting:
        node, inside = waiting.pop()
        if inside:
            found.add(node)
        inside = inside or isinstance(node, cst.FormattedString | cst.ConcatenatedString)
        waiting += [(child, inside) for child in node.children]
    return found


def names_bound(tree: cst.Module) -> set[cst.CSTNode]:
    """Names that are no nodes of CPython's: they have the place of what binds them."""
    found: set[cst.CSTNode] = set()
    waiting: list[cst.CSTNode] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, cst.ImportAlias):
            found |= {node, node.name, *node.children}
        if isinstance(node, cst.AsName | cst.MatchAs | cst.MatchStar | cst.MatchMapping):
            found |= {child for child in node.children if isinstance(child, cst.Name)}
        waiting += node.children
    return found


# CPython counts the parentheses of these, and libcst the stars or the comma of those.
PARENTHESES = (cst.Tuple, cst.GeneratorExp, cst.MatchTuple)
DIFFERENT = (cst.Param, cst.ConcatenatedString, cst.StarredDictElement, cst.MatchStar)


def differences(text: str) -> list[str]:
    tree = cst.parse_module(text)
    found = positions(tree, ast.parse(text), text)
    excused, bound = in_texts(tree), names_bound(tree)
    wrong = []
    for node, place in exact(tree):
        span = found.get(node)
        if span is None or node in excused or isinstance(node, DIFFERENT):
            continue
        if node in bound:
            continue
        if isinstance(node.value if isinstance(node, cst.Arg) else node, PARENTHESES):
            continue
        if (span.line, span.column, span.end_line, span.end_column) != place:
            wrong.append(f"{type(node).__name__} {place} {span}")
    return wrong


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_positions_of_the_standard_library_are_libcsts(path: Path) -> None:
    assert differences(path.read_text(encoding="utf-8")) == []


def test_every_kind_of_node_has_the_position_that_libcst_gives_it() -> None:
    assert differences(EVERYTHING) == []


def test_every_statement_and_expression_has_a_position() -> None:
    tree = cst.parse_module(EVERYTHING)
    found = positions(tree, ast.parse(EVERYTHING), EVERYTHING)
    wanted = (cst.BaseCompoundStatement, cst.BaseSmallStatement, cst.Call, cst.BinaryOperation, cst.Await, cst.Lambda)
    missing = [type(node).__name__ for node, _ in exact(tree) if isinstance(node, wanted) and node not in found]
    assert missing == []
