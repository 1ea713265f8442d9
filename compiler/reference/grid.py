"""For every node class of Python's `ast`, a small program that uses it, and whether it is compiled.

Each program is the body of a `run`; `act` is an action that gives back what it is handed. The tests compile each one,
run what is compiled beside CPython, and compare the list with `ast` itself.
"""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """A node class, the body that uses it, the code that refuses it ("" if it is compiled), the Python that has it."""

    node: str
    body: str
    code: str = ""
    since: str = ""


STATEMENTS = (
    Row("FunctionDef", "def double(n, *, by=2): return n * by\nreturn double(await act(3))"),
    Row("AsyncFunctionDef", "async def double(n): return await act(n) * 2\nreturn await double(3)"),
    Row("ClassDef", "class Box:\n    def __init__(self, n): self.n = n\nreturn Box(await act(3)).n"),
    Row("Return", "return await act(1)"),
    Row("Delete", "items = [1, 2, 3]\ndel items[0], items[-1]\nreturn items"),
    Row("Assign", "a, *b = c = await act([1, 2, 3])\nreturn a, b, c"),
    Row("AugAssign", "items = [1]\nitems[0] += await act(2)\nreturn items"),
    Row("AnnAssign", "total: int = await act(1)\nreturn total"),
    Row("For", "for n in [1, 2]: await act(n)\nelse: return n"),
    Row(
        "AsyncFor",
        "class Pages:\n    n = 0\n    def __aiter__(self): return self\n    async def __anext__(self):\n"
        "        self.n += 1\n        if self.n > 2: raise StopAsyncIteration\n        return await act(self.n)\n"
        "async for page in Pages(): print(page)",
    ),
    Row("While", "n = 3\nwhile n: n -= await act(1)\nelse: return n"),
    Row("If", "if await act(0): return 1\nelif await act(1): return 2\nelse: return 3"),
    Row(
        "With",
        "class Door:\n    def __enter__(self): return 'in'\n    def __exit__(self, *error): print('out')\n"
        "with Door() as where: return await act(where)",
    ),
    Row(
        "AsyncWith",
        "class Door:\n    async def __aenter__(self): return await act('in')\n"
        "    async def __aexit__(self, *error): await act('out')\nasync with Door() as where: return where",
    ),
    Row("Match", "match await act([1, 2]):\n    case [1, n] if n > 1: return n"),
    Row("Raise", "raise ValueError('no') from KeyError(await act('k'))"),
    Row("Try", "try: return 1 // await act(0)\nexcept ZeroDivisionError: return 'zero'\nfinally: await act('done')"),
    Row(
        "TryStar",
        "try: raise ExceptionGroup('two', [ValueError(1), KeyError(2)])\n"
        "except* ValueError as found: print(found)\nexcept* KeyError: await act('key')",
    ),
    Row("Assert", "assert await act(0), 'nothing there'"),
    Row("Import", "import math\nreturn math.floor(await act(2.5))"),
    Row("ImportFrom", "from math import floor as down\nreturn down(await act(2.5))"),
    Row("Global", "global total\ntotal = await act(1)\nreturn total"),
    Row("Nonlocal", "n = 1\ndef more():\n    nonlocal n\n    n += 1\nmore()\nreturn await act(n)"),
    Row("Expr", "await act(1)"),
    Row("Pass", "pass"),
    Row("Break", "while True:\n    if await act(1): break"),
    Row("Continue", "for n in (0, 1):\n    if not n: continue\n    return await act(n)"),
    Row("TypeAlias", "type Money = int", "WM110", "3.12"),
)
EXPRESSIONS = (
    Row("BoolOp", "return await act(0) or await act([]) and 1"),
    Row("NamedExpr", "if (n := await act(3)) > 2: return n"),
    Row("BinOp", "return await act(2) + await act(3)"),
    Row("UnaryOp", "return -await act(2)"),
    Row("Lambda", "double = lambda n: n * 2\nreturn double(await act(2))"),
    Row("IfExp", "return 'yes' if await act(1) else 'no'"),
    Row("Dict", "return {'a': await act(1), **await act({'b': 2})}"),
    Row("Set", "return {await act(1), *[2, 1]}"),
    Row("ListComp", "return [await act(n) for n in range(4) if n % 2]"),
    Row("SetComp", "return {n % 2 for n in await act([1, 2, 3])}"),
    Row("DictComp", "return {n: await act(n) for n in range(3)}"),
    Row("GeneratorExp", "return sum(n * n for n in [n async for n in (await act(n) for n in [1, 2])])"),
    Row("Await", "return await act(1)"),
    Row(
        "Yield",
        "async def count():\n    yield await act(1)\n    yield 2\nreturn [n async for n in count()]",
    ),
    Row("YieldFrom", "def both(): yield from 'ab'; yield from [1]\nreturn [await act(n) for n in both()]"),
    Row("Compare", "return 0 < await act(1) < 2"),
    Row("Call", "return max(*await act([3, 1]), key=lambda n: -n)"),
    Row("FormattedValue", "return f'{await act(2.5)!r:>8}'"),
    Row("JoinedStr", "total = await act(3)\nreturn f'{total=} of {total:03}'"),
    Row("Constant", "return 'text', b'bytes', 10 ** 20, 1.5, 2j, None, True, ..."),
    Row("Attribute", "return await act('abc'.upper())"),
    Row("Subscript", "return {'a': 1}[await act('a')]"),
    Row("Starred", "a, *b = [*await act((1, 2)), 3]\nreturn a, b"),
    Row("Name", "total = await act(1)\nreturn total"),
    Row("List", "return [1, await act(2)]"),
    Row("Tuple", "return 1, await act(2)"),
    Row("Slice", "return (await act('abcdef'))[1:5:2]"),
    Row("TemplateStr", "return t'text'", "WM110", "3.14"),
    Row("Interpolation", "total = 1\nreturn t'{total}'", "WM110", "3.14"),
)
BETWEEN = {
    "Add": "+",
    "Sub": "-",
    "Mult": "*",
    "MatMult": "@",
    "Div": "/",
    "Mod": "%",
    "Pow": "**",
    "LShift": "<<",
    "RShift": ">>",
    "BitOr": "|",
    "BitXor": "^",
    "BitAnd": "&",
    "FloorDiv": "//",
    "And": "and",
    "Or": "or",
    "Eq": "==",
    "NotEq": "!=",
    "Lt": "<",
    "LtE": "<=",
    "Gt": ">",
    "GtE": ">=",
    "Is": "is",
    "IsNot": "is not",
}
OPERATORS = (
    *(Row(name, f"return await act(7) {sign} await act(2)") for name, sign in BETWEEN.items()),
    Row("In", "return await act(1) in [1]"),
    Row("NotIn", "return await act(1) not in [1]"),
    Row("Invert", "return ~await act(1)"),
    Row("Not", "return not await act(1)"),
    Row("UAdd", "return +await act(1)"),
    Row("USub", "return -await act(1)"),
)
PATTERNS = tuple(
    Row(name, f"match await act({subject}):\n    case {pattern}")
    for name, subject, pattern in (
        ("MatchValue", "2", "2: return 'two'"),
        ("MatchSingleton", "None", "None: return 'nothing'"),
        ("MatchSequence", "[1, 2]", "[1, n]: return n"),
        ("MatchMapping", "{'a': 1, 'b': 2}", "{'a': n, **rest}: return n, rest"),
        ("MatchClass", "3", "int(n): return n"),
        ("MatchStar", "[1, 2, 3]", "[first, *rest]: return first, rest"),
        ("MatchAs", "3", "int() as n: return n"),
        ("MatchOr", "2", "1 | 2: return 'small'"),
    )
)
PARTS = (
    Row("ExceptHandler", "try: {}[await act('k')]\nexcept KeyError as error: return error.args"),
    Row("arguments", "def f(a, /, b=2, *c, d=4, **e): return a, b, c, d, e\nreturn f(await act(1), 5, 6, x=7)"),
    Row("arg", "def f(a: int): return a\nreturn f(await act(1))"),
    Row("keyword", "return dict(a=await act(1), **{'b': 2})"),
    Row("alias", "import math as m\nreturn m.floor(2.5)"),
    Row("withitem", "class D:\n    def __enter__(self): return 1\n    def __exit__(self, *e): return True\n"
        "with D() as a, D() as b: return a + b"),
    Row("match_case", "match await act(5):\n    case n if n > 3: return 'big'\n    case _: return 'small'"),
    Row("comprehension", "return [a + b for a in 'xy' for b in await act('12') if a + b != 'x1']"),
    Row("Load", "n = 1\nreturn n"),
    Row("Store", "n = 1"),
    Row("Del", "n = 1\ndel n"),
    Row("TypeVar", "def f[T](n: T): return n", "WM110", "3.12"),
    Row("ParamSpec", "def f[**P](n): return n", "WM110", "3.12"),
    Row("TypeVarTuple", "def f[*Ts](n): return n", "WM110", "3.12"),
)  # fmt: skip
SECTIONS = {
    "Statements": STATEMENTS,
    "Expressions": EXPRESSIONS,
    "Operators": OPERATORS,
    "Patterns": PATTERNS,
    "Parts of the above": PARTS,
}
ROWS = tuple(row for rows in SECTIONS.values() for row in rows)

# The kinds of whole inputs. A file of Python is a Module; the others are made by calls of `compile`, not by a file.
INPUTS = ("Module", "Expression", "Interactive", "FunctionType", "TypeIgnore")
