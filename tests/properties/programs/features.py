"""Features of the language: for each a small program. What the compiler refuses to compile is not generated.

All of them are there; the table says what a generated program may need, and a test that none is missing.
"""

from __future__ import annotations

from functools import cache

from differential import compare, module_of, script

from . import helpers
from .helpers import HEAD


def _with(body: str, *parts: str) -> str:
    """A module with these parts of `helpers`, whose `run` is this."""
    return script(body, actions=HEAD.split("\n\n", 1)[1], above="".join(parts))


PROBES: dict[str, str] = {
    "print": "print(1, 'x')",
    "builtins": "return len(sorted((2, 1))), isinstance(1, int), str(1), range(2), bool(0), sum([1]), tuple([1])",
    "type names": "try:\n    [][1]\nexcept IndexError as e:\n    return type(e).__name__, str(e), e.__context__",
    "keyword natives": "print(1, sep='')\nreturn sorted([1, 2], reverse=True), dict(a=1)",
    "methods": "xs = [1]\nxs.append(2)\nreturn xs, 'a'.upper(), {}.get(1, 2), 'a'.encode(), {1: 2}.pop(1)",
    "views": "return list({1: 2}.items()), [k for k in {1: 2}.keys()]",
    "bytes": "return b'ab'[0], b'ab' + b'c'",
    "sets": "s = {1, 2}\ns.add(3)\nreturn sorted(s), set([1]) | s, 1 in s",
    "slices": "xs = [1, 2, 3]\nreturn xs[1:], xs[::-1], 'abc'[:2]",
    "slice targets": "xs = [1, 2, 3]\nxs[1:2] = [7, 8]\ndel xs[:1]\nxs[0:1] += [4]\nreturn xs",
    "f-strings": "a = 1\nreturn f'{a!r:>3} {a = } {{}} {await act(2)}'",
    "starred items": "xs = [1, 2]\nreturn [*xs, 0], (*xs,), {**{'a': 1}, 'b': 2}",
    "starred arguments": "def f(*a, k=0):\n    return a, k\nreturn f(*[1, 2], k=3), f(**{'k': 1})",
    "starred targets": "a, *b = [1, 2, 3]\nfor x, *y in [(1, 2)]:\n    pass\n() = []\nreturn a, b, x, y",
    "walrus": "if (n := await act(3)) > 2:\n    return n, [y := 1]",
    "lambdas": "f = lambda x, y=2: (x, y)\nreturn f(1)",
    "nested functions": "async def f(x, y=1, *z, k=2, **m):\n    return x, y, z, k, m\nreturn await f(1)",
    "nonlocal": "x = 1\ndef f():\n    nonlocal x\n    x = 2\nf()\nreturn x",
    "decorators": _with("@traced\n@twice(2)\ndef f():\n    return 1\nreturn f()", helpers.DECORATORS),
    "comprehensions": "return [x for x in [1] if await act(x)], {x: 1 for x in 'a'}, [[y for y in x] for x in [[1]]]",
    "generator expressions": "return list(x + 1 for x in [1, 2])",
    "generators": _with("return [x for x in numbers(3)], next(numbers(1))", helpers.GENERATORS),
    "iterators": "it = iter([1, 2])\na = next(it)\nawait act(a)\nreturn next(it), next(it, 0)",
    "lazy iterators": "return list(map(str, [1])), list(zip([1], 'a')), list(enumerate('a')), list(filter(None, [0]))",
    "module functions": _with("return note(1), double(2), countdown(3), spread(1, 2, k=3, z=4)", helpers.FUNCTIONS),
    "module coroutines": _with("return await fetch(1, times=2), await failing(3)", helpers.COROUTINES),
    "module state": _with("STATE.append(1)\nreturn STATE, WORDS, NAN == NAN, COUNTS", helpers.STATE),
    "global": _with("return count(1), remember(2), LIMIT, COUNTS", helpers.STATE, helpers.GLOBALS),
    "imports in functions": "from asyncio import sleep as pause\nawait pause(1)\nreturn 1",
    "try": "try:\n    [][1]\nexcept (KeyError, IndexError) as e:\n    pass\nelse:\n    return 1\nreturn 2",
    "finally": "try:\n    return 1\nfinally:\n    await act(2)",
    "raise": "try:\n    raise ValueError(1) from KeyError(2)\nexcept ValueError:\n    raise",
    "assert": "assert await act(1), 'no'\nassert not await act(1), 'no'",
    "with": _with(
        "with Guard('a', True) as g:\n    async with AsyncGuard('b'):\n        raise ValueError\nreturn g",
        helpers.GUARDS,
    ),
    "async for": _with("async for x in Steps(2):\n    await act(x)\nreturn x", helpers.STEPS),
    "match": "match await act([1, {'k': 2}]):\n    case [a, {'k': int(b), **c}] if b:\n        return a, b, c",
    "annotated assignments": "x: int = 1\ny: nothing[0] = 2\nreturn x, y",
    "classes": _with(
        "b = Box(1)\nb.n += 1\nb.k = 2\ndel b.k\nPot.k = 3\nreturn b, b.add(), Box.k, Pot(2).add(), b.k",
        helpers.CLASSES,
    ),
    "protocols": _with(
        "v = Loud(2)\nv.twice = 3\nv[1] = 2\ndel v[1]\nv += 1\nif v:\n    pass\nlist(v), list(Walk(2))\n"
        "return v.n, v + 1, 1 + v, -v, v == v, {v: 1}, sorted([v, Loud(1)]), len(v), v[1], 2 in v, v(1, k=2), v.any,"
        " f'{v:x}', str(v), v.twice, Loud.of(1), v.plain(2), sum(Walk(3)), max(Walk(2))",
        helpers.LOUD,
    ),
    "own exceptions": _with("try:\n    raise Wrong(3)\nexcept Wrong as e:\n    return e.code, str(e)", helpers.ERRORS),
    "except*": "try:\n    raise ExceptionGroup('g', [ValueError(1)])\nexcept* ValueError as e:\n    print(repr(e))",
    "asynchronous generators": (
        "async def f():\n    yield await act(1)\n"
        "return [x async for x in f()], [x async for x in (await act(x) for x in [1])]"
    ),
    "coroutines by hand": (
        "class A:\n    def __await__(self):\n        return (yield 1)\nasync def f():\n    return await A()\n"
        "c = f()\nc.send(None)\ntry:\n    c.send(2)\nexcept StopIteration as e:\n    return e.value"
    ),
    "data classes and enums": _with(
        "return Hue.RED.next(), Spot(1) == Spot(1), Fixed(1) < Fixed(2), Pair(1)._replace(y=2), [*Hue]", helpers.THINGS
    ),
    "nested classes": "class C:\n    x = 1\n    def f(self):\n        return self.x\nreturn C().f()",
}


def missing() -> dict[str, str]:
    """Feature -> why a program of it is refused, or differs."""
    found = {}
    for name, text in PROBES.items():
        try:
            report = compare(module_of(text), ticks=((2,),))
        except Exception as error:
            found[name] = f"{type(error).__name__}: {error}"
        else:
            if not report.same:
                found[name] = report.explain()
    return found


@cache
def available() -> frozenset[str]:
    """What programs may need. It is worked out once a process."""
    return frozenset(PROBES) - frozenset(missing())
