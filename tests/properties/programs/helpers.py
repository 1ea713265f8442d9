"""What stands around `run` in a generated module: actions, helper functions, classes, module state.

A part is there only if the language has all that it needs, and then always: an unused helper costs little.
"""

from __future__ import annotations

import ast
import re
from itertools import pairwise

from .maker import Maker

HEAD = """\
import asyncio
from waymark import Workflow, action, workflow

@action
async def act(value=None, *more, **named): ...

@action
async def flaky(value=None): ...
"""

STATE = """
LIMIT = 3
WORDS = ("ab", "k", LIMIT)
NAN = float("nan")
STATE = [1, "x"]
COUNTS = {"k": LIMIT}
"""

FUNCTIONS = """
def note(value=None):
    print("note", value)
    return value

def boom(value=None):
    raise ValueError("boom", value)

def double(value, times=2):
    return (value, value)[:times]

def spread(first=0, /, *rest, k=None, extra=1, **others):
    return (first, rest, k, extra, others)

def countdown(number, level=3):
    if level == 0 or not number:
        return [number]
    return [level, countdown(number, level - 1)]

def again():
    raise

def chain(error):
    texts = []
    while error is not None and len(texts) < 6:
        texts.append((type(error).__name__, str(error), error.__suppress_context__))
        error = error.__context__
    return texts
"""

GLOBALS = """
def count(step):
    global LIMIT
    LIMIT = LIMIT + step
    return LIMIT

def remember(value):
    if len(STATE) < 6:
        STATE.append(value)
    COUNTS["last"] = value
    return STATE
"""

COROUTINES = """
async def fetch(value, times=1):
    got = []
    for _ in range(times):
        got.append(await act(value))
    return got[0]

async def failing(value):
    try:
        return await flaky(value)
    finally:
        await act("last")
"""

DECORATORS = """
def traced(function):
    def inner(*args, **kwargs):
        print("call")
        return function(*args, **kwargs)
    return inner

def twice(times):
    def decorate(function):
        def inner(*args):
            return [function(*args) for _ in range(times)]
        return inner
    return decorate
"""

GENERATORS = """
def numbers(most):
    number = 0
    while number < 4 and number < most:
        got = yield number
        number += 1 if got is None else 2
    return number
"""

CLASSES = '''
class Box:
    """Something with attributes."""

    __match_args__ = ("n", "items")
    k = 0
    made = []

    def __init__(self, n=0, items=None):
        self.n = n
        self.items = items

    def add(self, step=1):
        self.n += step
        return self.n

class Pot(Box):
    def add(self, step=1):
        return [super().add(step), self.k]
'''

ERRORS = """
class Wrong(ValueError):
    def __init__(self, value, code=0):
        super().__init__(value)
        self.code = code
"""

GUARDS = """
class Guard:
    def __init__(self, label, swallow=False):
        self.label = label
        self.swallow = swallow

    def __enter__(self):
        print("enter", self.label)
        return self.label

    def __exit__(self, kind, error, trace):
        print("exit", self.label, kind and kind.__name__)
        return self.swallow

class AsyncGuard:
    def __init__(self, label, swallow=False):
        self.label = label
        self.swallow = swallow

    async def __aenter__(self):
        return await act(self.label)

    async def __aexit__(self, kind, error, trace):
        await act(kind and kind.__name__)
        return self.swallow
"""

STEPS = """
class Steps:
    def __init__(self, most):
        self.left = most

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.left <= 0:
            raise StopAsyncIteration
        self.left -= 1
        return await act(self.left)
"""

LOUD = """
class Loud:
    def __init__(self, n=0):
        self.n = n

    def __bool__(self):
        print("bool", self.n)
        return self.n > 0

    def __add__(self, other):
        print("add", self.n)
        return Loud(self.n + other) if isinstance(other, int) else NotImplemented

    def __radd__(self, other):
        print("radd", self.n)
        return Loud(self.n - 1)

    def __iadd__(self, other):
        print("iadd", self.n)
        self.n += other
        return self

    def __neg__(self):
        return Loud(-self.n)

    def __eq__(self, other):
        print("eq", self.n)
        return isinstance(other, Loud) and self.n == other.n

    def __hash__(self):
        print("hash", self.n)
        return hash(self.n)

    def __lt__(self, other):
        print("lt", self.n)
        return self.n < other.n

    def __len__(self):
        return self.n

    def __getitem__(self, key):
        print("item", key)
        if key == 3:
            raise IndexError(key)
        return (self.n, key)

    def __setitem__(self, key, value):
        print("set", key, value)

    def __delitem__(self, key):
        print("del", key)

    def __contains__(self, value):
        print("in", value)
        return value == self.n

    def __call__(self, *args, **kwargs):
        print("call", args, kwargs)
        return args

    def __getattr__(self, name):
        print("missing", name)
        if name == "k":
            raise AttributeError(name)
        return name

    def __format__(self, spec):
        return f"<{self.n}{spec}>"

    def __str__(self):
        print("str", self.n)
        return f"Loud({self.n})"

    __repr__ = __str__

    @property
    def twice(self):
        print("twice")
        return self.n * 2

    @twice.setter
    def twice(self, value):
        print("set twice", value)
        self.n = value

    @classmethod
    def of(cls, value):
        return cls(value)

    @staticmethod
    def plain(value):
        return [value]

class Walk:
    def __init__(self, most):
        self.most = most
        self.at = 0

    def __iter__(self):
        print("iter")
        return self

    def __next__(self):
        print("next", self.at)
        if self.at > 3 or self.at >= self.most:
            raise StopIteration
        self.at += 1
        return self.at
"""

THINGS = """
import dataclasses
import enum
import typing

class Hue(enum.Enum):
    RED = 1
    BLUE = "b"

    def next(self):
        return Hue.BLUE if self is Hue.RED else Hue.RED

@dataclasses.dataclass
class Spot:
    x: int = 0
    xs: list = dataclasses.field(default_factory=list)

@dataclasses.dataclass(frozen=True, order=True)
class Fixed:
    x: int
    y: object = None

class Pair(typing.NamedTuple):
    x: object
    y: object = None
"""

PARTS: tuple[tuple[str, str], ...] = (
    ("module state", STATE),
    ("module functions", FUNCTIONS),
    ("global", GLOBALS),
    ("module coroutines", COROUTINES),
    ("decorators", DECORATORS),
    ("generators", GENERATORS),
    ("classes", CLASSES),
    ("own exceptions", ERRORS),
    ("with", GUARDS),
    ("async for", STEPS),
    ("protocols", LOUD),
    ("data classes and enums", THINGS),
)


def module_text(make: Maker, run: list[str]) -> str:
    """The module around the lines of `run`, with those definitions that it needs: what is compiled costs time."""
    lines = "\n".join(f"        {line}" for line in run)
    offered = [chunk for needs, text in PARTS if make.has(needs) for chunk in _chunks(text)]
    needed = "\n".join(_mentioned(offered, lines))
    lines = lines if make.has("module state") else re.sub(r"\bNAN\b", "0.5", lines)
    imports = "".join(f"import {name}\n" for name in sorted(make.modules))
    return f"{HEAD}\n{imports}\n{needed}\n@workflow\nclass Script(Workflow):\n    async def run(self):\n{lines}\n"


def _chunks(part: str) -> list[str]:
    """The definitions of a part, each with the blank line behind it."""
    lines = part.splitlines()
    starts = [min(_decorated(node)) - 1 for node in ast.parse(part).body]
    return ["\n".join(lines[start:end]).strip("\n") + "\n" for start, end in pairwise([*starts, len(lines)])]


def _decorated(node: ast.stmt) -> list[int]:
    """The line of a definition, and those of its decorators."""
    return [node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))]


def _mentioned(offered: list[str], text: str) -> list[str]:
    """The definitions that the text needs, or that one of them needs, in their order."""
    needed: set[str] = set()
    words = set(re.findall(r"\w+", text))
    while more := [chunk for chunk in offered if chunk not in needed and _defined(chunk) in words]:
        needed.update(more)
        words.update(word for chunk in more for word in re.findall(r"\w+", chunk))
    return [chunk for chunk in offered if chunk in needed]


def _defined(chunk: str) -> str:
    return re.findall(r"\w+", re.sub(r"^(@.*\n)*(async def|def|class|import) ", "", chunk))[0]
