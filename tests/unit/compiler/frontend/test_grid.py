"""For each kind of Python's syntax tree: compiled, or refused with which code. There is no third outcome."""

from __future__ import annotations

import ast

import pytest

from ..programs import codes, compiled

# Python's own node class -> (lines of a `run` that use it, the codes that it is refused with; none means compiled).
GRID: dict[str, tuple[str, str]] = {
    "Add": ("return total + 1", ""),
    "And": ("return total and 1", ""),
    "AnnAssign": ("other: int = 1", ""),
    "Assert": ("assert total", "WM110"),
    "Assign": ("other = 1", ""),
    "AsyncFor": ("async for item in items: pass", "WM110"),
    "AsyncFunctionDef": ("async def inner(): pass", "WM110"),
    "AsyncWith": ("async with items: pass", "WM110"),
    "Attribute": ("return items.name", "WM110"),
    "AugAssign": ("total += 1", ""),
    "Await": ("await charge(1)", ""),
    "BinOp": ("return total * 2", ""),
    "BitAnd": ("return total & 1", ""),
    "BitOr": ("return total | 1", ""),
    "BitXor": ("return total ^ 1", ""),
    "BoolOp": ("return total or 1", ""),
    "Break": ("while total: break", ""),
    "Call": ("return len(items)", ""),
    "ClassDef": ("class Inner: pass", "WM110"),
    "Compare": ("return 0 < total < 3", ""),
    "Constant": ("return 'text', b'', 1, 1.5, 2j, None, True", ""),
    "Continue": ("while total: continue", ""),
    "Del": ("del total", ""),
    "Delete": ("del items[0]", ""),
    "Dict": ("return {1: 2}", ""),
    "DictComp": ("return {item: 1 for item in items}", "WM110"),
    "Div": ("return total / 2", ""),
    "Eq": ("return total == 2", ""),
    "ExceptHandler": ("try: pass\nexcept ValueError as error: pass", "WM110"),
    "Expr": ("total", ""),
    "FloorDiv": ("return total // 2", ""),
    "For": ("for item in items: pass", ""),
    "FormattedValue": ("return f'{total}'", "WM110"),
    "FunctionDef": ("def inner(): pass", "WM110"),
    "GeneratorExp": ("return list(item for item in items)", "WM110"),
    "Global": ("global other", "WM110"),
    "Gt": ("return total > 1", ""),
    "GtE": ("return total >= 1", ""),
    "If": ("if total: pass", ""),
    "IfExp": ("return 1 if total else 2", ""),
    "Import": ("import os", "WM110"),
    "ImportFrom": ("from os import path", "WM110"),
    "In": ("return 1 in items", ""),
    "Invert": ("return ~total", ""),
    "Is": ("return total is None", ""),
    "IsNot": ("return total is not None", ""),
    "JoinedStr": ("return f'text'", "WM110"),
    "LShift": ("return total << 1", ""),
    "Lambda": ("return lambda: 1", "WM110"),
    "List": ("return [1]", ""),
    "ListComp": ("return [item for item in items]", "WM110"),
    "Load": ("return total", ""),
    "Lt": ("return total < 1", ""),
    "LtE": ("return total <= 1", ""),
    "MatMult": ("return total @ 1", ""),
    "Match": ("match total:\n    case 1: pass", "WM110"),
    "MatchAs": ("match total:\n    case other: pass", "WM110"),
    "MatchClass": ("match total:\n    case int(): pass", "WM110"),
    "MatchMapping": ("match total:\n    case {1: 2}: pass", "WM110"),
    "MatchOr": ("match total:\n    case 1 | 2: pass", "WM110"),
    "MatchSequence": ("match total:\n    case [1]: pass", "WM110"),
    "MatchSingleton": ("match total:\n    case None: pass", "WM110"),
    "MatchStar": ("match total:\n    case [*rest]: pass", "WM110"),
    "MatchValue": ("match total:\n    case 1: pass", "WM110"),
    "Mod": ("return total % 2", ""),
    "Mult": ("return total * 2", ""),
    "Name": ("return total", ""),
    "NamedExpr": ("return (other := 1)", "WM110"),
    "Nonlocal": ("def inner():\n    nonlocal total", "WM110"),
    "Not": ("return not total", ""),
    "NotEq": ("return total != 2", ""),
    "NotIn": ("return 1 not in items", ""),
    "Or": ("return total or 1", ""),
    "Pass": ("pass", ""),
    "Pow": ("return total ** 2", ""),
    "RShift": ("return total >> 1", ""),
    "Raise": ("raise total", "WM110"),
    "Return": ("return", ""),
    "Set": ("return {1}", "WM110"),
    "SetComp": ("return {item for item in items}", "WM110"),
    "Slice": ("return items[1:2:3]", ""),
    "Starred": ("return [*items]", "WM110"),
    "Store": ("other = 1", ""),
    "Sub": ("return total - 1", ""),
    "Subscript": ("return items[0]", ""),
    "TemplateStr": ("return t'text'", "WM110"),
    "Interpolation": ("return t'{total}'", "WM110"),
    "Try": ("try: pass\nfinally: pass", "WM110"),
    "TryStar": ("try: pass\nexcept* ValueError: pass", "WM110"),
    "Tuple": ("return 1, 2", ""),
    "TypeAlias": ("type Other = int", "WM110"),
    "UAdd": ("return +total", ""),
    "USub": ("return -total", ""),
    "UnaryOp": ("return -total", ""),
    "While": ("while total: pass", ""),
    "With": ("with items: pass", "WM110"),
    "Yield": ("yield 1", "WM110"),
    "YieldFrom": ("yield from items", "WM101"),
}

# What `ast` has for other modes and parts of nodes, or no parser makes.
NOT_IN_A_RUN = set(
    "AST AugLoad AugStore ExtSlice Expression FunctionType Index Interactive Module Param Suite TypeIgnore "
    "NameConstant Num Str Bytes Ellipsis _ast_Ellipsis ParamSpec TypeVar TypeVarTuple arg arguments alias keyword "
    "comprehension match_case withitem".split()
)


def concrete() -> list[str]:
    abstract = {base.__name__ for kind in vars(ast).values() if _is_node(kind) for base in kind.__mro__[1:]}
    return sorted(name for name, kind in vars(ast).items() if _is_node(kind) and name not in abstract)


def _is_node(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, ast.AST)


def test_the_grid_has_every_kind_of_node() -> None:
    assert not set(concrete()) - set(GRID) - NOT_IN_A_RUN


@pytest.mark.parametrize("name", sorted(set(GRID) & set(concrete())))
def test_each_kind_of_node_is_compiled_or_refused(name: str) -> None:
    body, refused = GRID[name]
    compilation = compiled(body)
    assert codes(compilation) == refused.split()
    assert (compilation.unit is None) == bool(refused)
    if not refused:
        assert compilation.executable()


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ("return ...", "WM110"),
        ("return self", "WM110"),
        ("self = 1", "WM110"),
        ("() = items", "WM110"),
        ("first, *rest = items", "WM110"),
        ("items.name = 1", "WM110"),
        ("items[*total]", "WM110"),
        ("return {**items}", "WM110"),
        ("return total(1)", "WM110"),
        ("return (1)(2)", "WM110"),
        ("return zip(items)", "WM110"),
        ("return len", "WM110"),
        ("return charge", "WM110"),
        ("return len(*items)", "WM110"),
        ("return str(object=1)", "WM110"),
        ("return asyncio.gather", "WM110"),
        ("return asyncio", "WM110"),
        ("return __file__", "WM403"),
        ("return Checkout", "WM403"),
        ("return open", "WM202"),
        ("await print(1)", "WM202"),
        ("items[0]: int", "WM110"),
    ],
)
def test_what_a_kind_is_used_for_is_looked_at_too(body: str, refused: str) -> None:
    assert codes(compiled(body)) == [refused]
