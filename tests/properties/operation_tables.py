"""Every operator, builtin and method with operands and arguments of every kind, as expressions of a program.

Each is evaluated by itself, and shown as its type and text or as the error that it raises; see `module_of`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

HEAD = """\
import asyncio
from waymark import Workflow, action, workflow

class Adds:
    def __init__(self, n=1): self.n = n
    def __repr__(self): return f"Adds({self.n})"
    def __add__(self, other): return ("add", other)
    def __radd__(self, other): return ("radd", other)
    def __iadd__(self, other): self.n += 1; return self
    def __mul__(self, other): return NotImplemented
    def __rmul__(self, other): return ("rmul", other)
    def __sub__(self, other): raise ValueError("sub")
    def __lt__(self, other): return ("lt", other)
    def __eq__(self, other): return ("eq", other)
    def __hash__(self): return 7
    def __bool__(self): return False
    def __contains__(self, other): return "yes"
    def __getitem__(self, key):
        if isinstance(key, int) and key > 2:
            raise IndexError(key)
        return ("item", key)
    def __len__(self): return 3
    def __index__(self): return 2
    def __neg__(self): return "neg"
    def __abs__(self): return "abs"
    def __call__(self, *args, **kwargs): return (args, kwargs)
    def __pow__(self, other, *mod): return ("pow", other, mod)
    def __divmod__(self, other): return ("divmod", other)
    def __round__(self, *n): return ("round", n)
    def __format__(self, spec): return f"<{spec}>"

class More(Adds):
    def __repr__(self): return f"More({self.n})"
    def __radd__(self, other): return ("more", other)
    def __gt__(self, other): return ("gt", other)
    def __iter__(self): return iter((5, 6))

class Bare:
    def __repr__(self): return "Bare()"

class Odd:
    def __repr__(self): return "Odd()"
    def __bool__(self): return 3
    def __len__(self): return -1
    def __iter__(self): return 4
    def __index__(self): return "x"
    def __str__(self): return 5
    def __hash__(self): return "h"
    def __contains__(self, other): raise KeyError(other)
    def __format__(self, spec): return 6
"""

VALUES = (
    *("None", "True", "0", "3", "-2", "2.5", "float('nan')", "1j", "2 ** 70", "Ellipsis"),
    *("''", "'ab'", "'3'", "b'ab'", "bytearray(b'x')", "()", "(1, 'a')", "[]", "[3, 1]", "{}", "{'a': 1}", "{1, 2}"),
    *("frozenset({3})", "range(3)", "slice(1)", "iter([1, 2])", "len", "str", "int", "lambda x=0: x"),
    *("Adds()", "More()", "Bare()", "Odd()", "ValueError('v')", "ValueError"),
)
BINARY = "+ - * / // % ** @ & | ^ << >> == != < <= > >= in is".split()
UNARY = ("-", "+", "~", "not ")
BUILTINS = (
    "abs all any ascii bin bool bytearray bytes callable chr complex dict divmod enumerate filter float format "
    "frozenset getattr hasattr hex int isinstance issubclass iter len list map max min next oct ord pow range repr "
    "reversed round set setattr slice sorted str sum tuple type zip"
).split()
# Arguments of builtins: a few of each sort.
ARGUMENTS = (
    "3",
    "-2",
    "2.5",
    "'ab'",
    "'3'",
    "[3, 1]",
    "(1, 'a')",
    "{'a': 1}",
    "None",
    "Adds()",
    "Bare()",
    "Odd()",
    "int",
)
SHOWING = ("ascii", "format", "repr", "str")
WITH_ADDRESS = ("iter([1, 2])", "lambda x=0: x")  # their text is another one in each process


def expressions() -> Iterator[str]:
    """All of them: unary and binary operators, builtins with none, one and two arguments."""
    for operator, value in product(UNARY, VALUES):
        yield f"{operator}({value})"
    for operator, left, right in product(BINARY, VALUES, VALUES):
        if operator == "is" and left == right:  # two equal numbers or texts: CPython leaves it open
            continue
        if operator == "in" and right == "Odd()" and left in WITH_ADDRESS:  # it raises KeyError(left)
            continue
        if operator in ("**", "<<") and right == "2 ** 70":  # CPython itself would not come to an end
            continue
        yield f"({left}) {operator} ({right})"
    for name in BUILTINS:
        yield f"{name}()"
        for value in VALUES:
            if name not in SHOWING or value not in WITH_ADDRESS:
                yield f"{name}({value})"
        for first, second in product(ARGUMENTS, ARGUMENTS):
            yield f"{name}({first}, {second})"


def module_of(batch: Sequence[str]) -> str:
    """A module that evaluates each and returns what each came to."""
    lines = []
    for text in batch:
        lines += ["try:", f"    seen(({text}))", "except Exception as error:", "    failed(error)"]
    body = "\n".join(f"        {line}" for line in lines)
    return f"{HEAD}{SEEN}@workflow\nclass Script(Workflow):\n    async def run(self):\n{body}\n        return RESULTS\n"


SEEN = """
RESULTS = []

def seen(value):
    kind = type(value).__name__
    if kind in ("map", "filter", "zip", "enumerate", "reversed", "generator") or "iterator" in kind:
        try:
            value = [item for _, item in zip(range(6), value)]  # one over a callable may have no end
        except Exception as error:
            value = (type(error).__name__, str(error))
    if kind in ("function", "type", "builtin_function_or_method", "object"):
        value = None
    if kind in ("set", "frozenset"):
        value = sorted(value, key=str)
    RESULTS.append((kind, value))

def failed(error):
    RESULTS.append((type(error).__name__, str(error)))

"""
