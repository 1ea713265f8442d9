"""Programs that ask for more than there is end at once, with their line, and weigh little on the way.

Where CPython has an exception for it, the program gets that and could catch it; else the run ends, and says the limit.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from differential import compiled
from hostile_programs import Ended, Job, Jobs

from waymark.compiler.library import library
from waymark.vm.codec import code_hash, encode_unit

SECONDS_MAX = 1.0
MEGABYTES_MAX = 200
LIMITS = {"busy_ticks": 40_000, "nested_ticks": 100_000}  # what ends by an exception does so before it has used these
ENDLESS_LIMITS = {**LIMITS, "busy_ticks": 20_000}
HEAD = """\
import asyncio, bisect, collections, copy, decimal, difflib, fractions, functools, heapq, itertools, json, logging
import math, operator, random, re, statistics, string, struct, textwrap, urllib.parse
from waymark import Workflow, workflow

def forever():
    while True:
        yield 1

def deep(n):
    return deep(n + 1) + 1

def nested(depth):
    a = []
    for _ in range(depth):
        a = [a]
    return a

def doubled(times, a):
    for _ in range(times):
        a = type(a)((a, a))
    return a

class Endless:
    def __lt__(self, other):
        while True:
            pass

    def __eq__(self, other):
        return self == other

    def __hash__(self):
        return hash(self)

    def __repr__(self):
        return repr(self)

"""
MEMORY, RECURSION, OVERFLOW, VALUE, LIMIT = (
    "MemoryError",
    "RecursionError",
    "OverflowError",
    "ValueError",
    "LimitExceeded",
)
FINE = "returned"
GRID: dict[str, str] = {
    # whole numbers
    "10**10**9": MEMORY,
    "10**10**10": MEMORY,
    "(-3) ** 10**8": MEMORY,
    "pow(7, 10**9)": MEMORY,
    "pow(3, 10**1000, 10**1000 + 7) and pow(3, 2**200000, 2**200000 - 1)": LIMIT,
    "1 << 10**12": MEMORY,
    "1 << 10**8": MEMORY,
    "(1 << 900_000) * (1 << 900_000)": MEMORY,
    "int('9' * 10**6)": VALUE,
    "str(10**5000)": VALUE,
    "int.from_bytes(bytes(10**7), 'big') + 1": FINE,
    "(1).to_bytes(10**10, 'big')": MEMORY,
    "math.factorial(10**7)": MEMORY,
    "math.comb(10**7, 5 * 10**6)": MEMORY,
    "math.perm(10**7)": MEMORY,
    "math.lcm(*range(1, 200_000))": MEMORY,
    "round(5, -10**9)": MEMORY,
    "round(1 << 500_000, -10**9)": MEMORY,
    "functools.reduce(operator.mul, [1 << 1000] * 2000)": MEMORY,
    # texts and bytes
    "'x' * 10**10": MEMORY,
    "'é' * 10**8": MEMORY,
    "b'x' * 10**9": MEMORY,
    "'x'.ljust(10**10)": MEMORY,
    "'x'.center(10**9)": MEMORY,
    "'7'.zfill(10**10)": MEMORY,
    "bytes(10**12)": MEMORY,
    "bytearray(10**9)": MEMORY,
    "'%*d' % (10**9, 1)": MEMORY,
    "'%999999999d' % 1": MEMORY,
    "'%.999999999f' % 1.5": MEMORY,
    "f'{1:10000000000}'": MEMORY,
    "f'{1.5:.999999999f}'": MEMORY,
    "'{:{}}'.format(1, 10**9)": MEMORY,
    "format('x', '<999999999')": MEMORY,
    "('\\t' * 10**5).expandtabs(10**5)": MEMORY,
    "('a' * 10**5).replace('', 'b' * 10**6)": MEMORY,
    "('x' * 10**5).join(['y'] * 10**5)": MEMORY,
    "('a' * 10**5).translate({97: 'b' * 10**5})": MEMORY,
    "s = 'ab'\nwhile True:\n    s = s + s": MEMORY,
    "s = 'ab'\nwhile True:\n    s += s": MEMORY,
    "s = 'ab'\nwhile True:\n    s = f'{s}{s}'": LIMIT,
    "s = b'ab'\nwhile True:\n    s = s.replace(b'a', b'aa')": MEMORY,
    "textwrap.fill('x ' * 10**5, 10**9) and 'x'.join(itertools.repeat('y', 10**9))": LIMIT,
    "struct.pack('999999999x')": MEMORY,
    # containers
    "[0] * 10**10": MEMORY,
    "(1, 2) * 10**9": MEMORY,
    "a = [0]\nwhile True:\n    a = a + a": MEMORY,
    "a = [0]\nwhile True:\n    a += a": MEMORY,
    "a = [0]\nwhile True:\n    a.extend(a)": LIMIT,
    "a = [0]\nwhile True:\n    a = [*a, *a]": LIMIT,
    "a = [0]\nwhile True:\n    a[len(a):] = a": MEMORY,
    "a = [0]\na.extend(iter(a))": MEMORY,
    "list(range(10**12))": MEMORY,
    "tuple(range(10**8))": MEMORY,
    "[*range(10**12)]": MEMORY,
    "set(range(10**30))": MEMORY,
    "frozenset(range(10**8))": MEMORY,
    "dict.fromkeys(range(10**12))": MEMORY,
    "sorted(range(10**9))": MEMORY,
    "list(range(10**30))": OVERFLOW,
    "{i: i for i in range(10**12)}": LIMIT,
    "[i for i in range(10**12)]": LIMIT,
    "set() | set(range(10**9))": MEMORY,
    "{1} & {*range(10**9)}": MEMORY,
    "{1}.union(range(10**9))": MEMORY,
    "{1}.isdisjoint(range(5, 10**12))": LIMIT,
    "collections.deque(range(10**12))": LIMIT,
    "collections.Counter(range(10**12))": LIMIT,
    "list(itertools.product(range(1000), repeat=5))": LIMIT,
    "list(itertools.permutations(range(50)))": LIMIT,
    "list(itertools.count())": LIMIT,
    "list(forever())": LIMIT,
    "bytes(range(10**12))": MEMORY,
    # what reads and makes nothing
    "sum(range(10**12))": LIMIT,
    "max(range(10**12))": LIMIT,
    "min(range(10**30))": LIMIT,
    "all(range(1, 10**12))": LIMIT,
    "any(range(10**12)) and all(range(10**12))": FINE,
    "math.prod(range(1, 10**12))": LIMIT,
    "statistics.mean(range(10**12))": LIMIT,
    "'x' in range(10**12)": LIMIT,
    "range(10**12).count('x')": LIMIT,
    "range(10**12).index('x')": LIMIT,
    "10**12 in filter(None, range(10**12))": LIMIT,
    "sum(forever())": LIMIT,
    "len(range(10**12)), range(10**12)[-1], str(range(10**12)), enumerate(range(10**12)), zip(range(10**12))": FINE,
    "for i in range(10**12): pass": LIMIT,
    "while True: pass": LIMIT,
    "while True: await asyncio.sleep(0)": LIMIT,
    "next(i for i in itertools.count() if i < 0)": LIMIT,
    "functools.reduce(lambda a, b: a, itertools.repeat(1))": LIMIT,
    "collections.deque(itertools.cycle([1]), maxlen=1)": LIMIT,
    "heapq.nlargest(3, itertools.count())": LIMIT,
    # depth
    "deep(0)": RECURSION,
    "repr(nested(10**4))": RECURSION,
    "nested(10**4) == nested(10**4)": RECURSION,
    "copy.deepcopy(nested(10**4))": RECURSION,
    "json.dumps(nested(10**4))": RECURSION,
    "json.loads('[' * 10**6)": RECURSION,
    "f = lambda: f()\nf()": RECURSION,
    "repr(Endless())": RECURSION,
    "hash(Endless())": RECURSION,
    "sorted([Endless(), Endless()])": LIMIT,
    "sorted([(Endless(),), (Endless(),)])": RECURSION,
    # many ways to the same
    "repr(doubled(60, []))": LIMIT,
    "str(doubled(60, ()))": LIMIT,
    "f'{doubled(60, [])}'": LIMIT,
    "'%s' % (doubled(60, []),)": LIMIT,
    "doubled(60, []) == doubled(60, [])": LIMIT,
    "doubled(60, ()) < doubled(60, ())": LIMIT,
    "hash(doubled(60, ()))": LIMIT,
    "{doubled(60, ()): 1}": LIMIT,
    "{doubled(60, ())}": LIMIT,
    "{}.get(doubled(60, ()))": LIMIT,
    "doubled(60, ()) in {}": LIMIT,
    "doubled(60, []) in [doubled(60, [])]": LIMIT,
    "[doubled(60, [])].index(doubled(60, []))": LIMIT,
    "json.dumps(doubled(60, []))": LIMIT,
    "print(doubled(60, []))": LIMIT,
    "json.dumps({'a': 1}, indent=10**9)": MEMORY,
    "json.dumps([[1] * 1000] * 1000, indent=' ' * 10**6)": LIMIT,
    "logging.info('%s', doubled(60, []))": LIMIT,
    # expressions, decimals, fractions
    "re.match('(a+)+$', 'a' * 40 + 'b')": LIMIT,
    "re.sub('(x+x+)+y', '', 'x' * 60)": LIMIT,
    "re.compile('(' * 10**5)": RECURSION,
    "decimal.Decimal('1e999999') * 10 + decimal.Decimal(1)": "Overflow",
    "int(decimal.Decimal('1e999999'))": MEMORY,
    "decimal.Decimal(2) ** 10**9": "Overflow",
    "format(decimal.Decimal(1), '.999999999f')": MEMORY,
    "fractions.Fraction(3, 7) ** 10**9": MEMORY,
    "fractions.Fraction('1e999999999')": MEMORY,
    "difflib.SequenceMatcher(None, 'ab' * 3000, 'ba' * 3000).ratio()": FINE,
    # tasks
    "await asyncio.gather(*[asyncio.sleep(1) for _ in range(10**9)])": LIMIT,
    "while True: asyncio.create_task(asyncio.sleep(1))": LIMIT,
}


def workflow_text(number: int, statement: str) -> str:
    lines = "".join(f"        {line}\n" for line in statement.split("\n"))
    return f"@workflow\nclass Script{number}(Workflow):\n    async def run(self):\n{lines}"


@pytest.fixture(scope="module")
def ended() -> Iterator[dict[str, tuple[Ended, range]]]:
    """What each came to, and its lines; all of them are run by one process that forks for each."""
    text, lines = HEAD, list[range]()
    for number, statement in enumerate(GRID):
        begin = text.count("\n")
        text += workflow_text(number, statement)
        lines.append(range(begin + 1, text.count("\n") + 1))
    compilation = compiled(text)
    compilation.raise_if_failed()
    assert compilation.unit is not None
    entry = code_hash(compilation.unit)
    units = {hashed: encode_unit(unit) for hashed, unit in library().by_hash().items()}
    units[entry] = encode_unit(compilation.unit)
    limits = [ENDLESS_LIMITS if expected == LIMIT else LIMITS for expected in GRID.values()]
    jobs = [Job(entry, workflow, of) for workflow, of in zip(compilation.workflows, limits, strict=True)]
    with tempfile.NamedTemporaryFile() as file:
        file.write(msgspec.msgpack.encode(Jobs(units, jobs)))
        file.flush()
        script = Path(__file__).parents[1] / "support" / "hostile_programs.py"
        told = subprocess.run([sys.executable, str(script), file.name], capture_output=True, text=True, check=True)
    found = [msgspec.json.decode(line, type=Ended) for line in told.stdout.splitlines()]
    yield dict(zip(GRID, zip(found, lines, strict=True), strict=True))


@pytest.mark.parametrize("statement", GRID)
def test_a_program_that_asks_for_too_much_ends_soon_and_lightly_with_its_line(
    statement: str, ended: dict[str, tuple[Ended, range]]
) -> None:
    seen, lines = ended[statement]
    assert seen.came_to == GRID[statement], seen
    assert seen.seconds < SECONDS_MAX and seen.megabytes < MEGABYTES_MAX, seen
    if seen.came_to != FINE:
        assert any(line in lines for line in seen.lines), (seen, lines)
    if seen.came_to == LIMIT:
        assert "limit" in seen.text, seen
