"""Every construct with several parts, and every way of letting its parts say when they are evaluated.

A part is written as the kind of its value: `«int»`, `«list»` ... It becomes a call that says its number and gives the
value, or an await that does, or either one raising instead. So the order of the parts, what is skipped behind a part
that raises, and a pause between any two parts are seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

TEMPLATES = """
«int» + «int» * «int» ** «int»
-«int» - ~«int»
«int» < «int» <= «int» != «int»
«int» in «list» not in «list»
«int» is «int»
«zero» and «int» or «zero» or «int»
not «zero» and «int»
«int» if «zero» else «int»
(«int» if «int» else «int»)
[«int», *«list», «int»]
(«int», *«list», «int»)
{«int», *«list»}
{«str»: «int», **«dict», «str»: «int»}
«list»[«int»]
«list»[«int»:«int»:«int»]
«matrix»[«zero»][«int»]
«box».n + «box».n
«box».add(«int»).n
«box».add(step=«int»)
spread(«int», *«list», «int», k=«int», **«dict», last=«int»)
spread(*«list», *«list», **«dict», z=«int»)
spread(k=«int», *«list»)
«function»(«int», «int»)
«functions»[«zero»](«int», k=«int»)
f'''{«int»}-{«str»!r:>{«int»}}-{«int»:{«str»}}'''
(n := «int») + n + (m := «int») + m
[«int» for x in «list»]
[«int» for x in «list» if «int» for y in «list» if «zero»]
{«int»: «int» for x in «list»}
{«int» for x, y in «pairs»}
[[«int» for y in «list»] for x in «list»]
(lambda a=«int», *, b=«int»: (a, b))()
print(«int», «str», sep=«str»)
sorted(«list», key=«key», reverse=«zero»)
max(«int», «int»), min(«list», default=«int»)
«str».join(«texts»)
(await act(«int»)) + (await act(«int»))
x = y = «int»
«list»[«int»] = «int»
«list»[«zero»] = «box».n = «int»
«list»[«zero»:«int»] = «list»
«dict»[«str»], «box».n = «list2»
«list»[«zero»], *«list»[«int»:], n = «list»
(a, «list»[«int»]), b = «list2», «int»
«list»[«int»] += «int»
«dict»[«key_text»] -= «int»
«box».n *= «int»
«list»[«zero»:«int»] += «list»
«box».items[«zero»] += «int»
n = «int»; n += «int»
del «list»[«int»], «dict»[«key_text»], «box».n
del «list»[«zero»:«int»]
assert «int», «str»
assert «zero», «str»
raise «error» from «error»
raise «error»
for «list»[«zero»] in «list»: say(1)
for a, «box».n in «pairs»: say(a)
for x in «list»: say(«int»)
while «zero»: pass
if «zero»: pass\\nelif «int»: say(«int»)
with «guard» as «list»[«zero»], «guard» as «box».n: say(«int»)
async with «async_guard» as «list»[«int»]: say(«int»)
match «list»:\\n    case [a, *b] if «zero»: say(a)\\n    case [a, b, c] if «int»: say(«int»)
try:\\n    raise «error»\\nexcept («kind», «kind»): say(«int»)
try:\\n    say(«int»)\\nexcept «kind»: say(«int»)\\nelse:\\n    say(«int»)\\nfinally:\\n    say(«int»)
@«decorator»\\n@«decorator»\\ndef made(a=«int», *, b=«int»): return a, b\\nsay(made())
class Made(«base»): n = 1\\nsay(Made.n)
a: unknown_name[1] = «int»
«box».n: unknown_name[1] = «int»
return «int», «list»
""".strip().splitlines()

VALUES = {
    "int": "2",
    "zero": "0",
    "str": "'>4'",
    "key_text": "'k'",
    "list": "[1, 2, 3]",
    "list2": "[5, 6]",
    "texts": "['a', 'b']",
    "matrix": "[[1, 2, 3]]",
    "pairs": "[(1, 2), (3, 4)]",
    "dict": "{'k': 1}",
    "box": "Box()",
    "function": "spread",
    "functions": "[spread]",
    "key": "str",
    "error": "KeyError('e')",
    "kind": "ValueError",
    "guard": "Guard()",
    "async_guard": "AsyncGuard()",
    "decorator": "decorate",
    "base": "Box",
}
# Kinds whose values an action cannot bring: their awaits say so and then take the value itself.
OURS = ("box", "function", "functions", "key", "error", "kind", "guard", "async_guard", "decorator", "base")
_PART = re.compile("«(\\w+)»")

HEAD = """\
import asyncio
from waymark import Workflow, action, workflow

@action
async def act(value): ...

def say(value=None):
    print("say", value)

def t(number, value):
    print(number)
    return value

def boom(number):
    raise ValueError(number)

def spread(*args, **kwargs):
    print("spread", args, kwargs)
    return args, kwargs

def decorate(function):
    print("decorate")
    return function

class Box:
    def __init__(self):
        self.n = 1
        self.items = [1, 2]

    def add(self, step):
        print("add", step)
        self.n += step
        return self

class Guard:
    def __enter__(self):
        print("enter")
        return 1

    def __exit__(self, *args):
        print("exit", args[0])

class AsyncGuard:
    async def __aenter__(self):
        return await act("enter")

    async def __aexit__(self, *args):
        print("exit", await act(args[0] and args[0].__name__))

def chain(error):
    texts = []
    while error is not None:
        texts.append((type(error).__name__, str(error)))
        error = error.__context__
    return texts
"""


def variants() -> Iterator[str]:
    """The statements to run: each template with each way of writing its parts."""
    for template in TEMPLATES:
        count = len(_PART.findall(template))
        ways = {"t" * count, "a" * count}
        for place in range(count):
            for way in "axw":
                ways.add("t" * place + way + "t" * (count - place - 1))
            ways.add("a" * place + "x" + "a" * (count - place - 1))
        for way in sorted(ways):
            yield _written(template, way)


def _written(template: str, way: str) -> str:
    """The parts by `way`: t for a traced value, a for an await, x for a raise, w for a raise behind an await."""
    ways, number = iter(way), 0

    def part(found: re.Match[str]) -> str:
        nonlocal number
        number += 1
        kind, value = found[1], VALUES[found[1]]
        match next(ways):
            case "t":
                return f"t({number}, {value})"
            case "x":
                return f"boom({number})"
            case "w":
                return f"boom(await act({number}))"
        return f"(await act({number}), {value})[1]" if kind in OURS else f"(await act({value}))"

    return _PART.sub(part, template).replace("\\n", "\n")


def module_of(cases: list[str]) -> str:
    """One module that runs them all, each to its own end; what each came to is the result."""
    functions = []
    for number, text in enumerate(cases):
        lines = text.split("\n")
        statement = len(lines) > 1 or not _is_expression(text)
        body = lines if statement else [f"return {text}"]
        functions += [f"async def case{number}():", *[f"    {line}" for line in body], ""]
    names = "".join(f"case{number}, " for number in range(len(cases)))
    return "\n".join(
        [
            *(
                HEAD,
                *functions,
                "@workflow",
                "class Script(Workflow):",
                "    async def run(self):",
                "        ends = []",
            ),
            *(f"        for case in ({names}):", "            try:", "                ends.append(await case())"),
            *("            except Exception as error:", "                ends.append(chain(error))"),
            *('            print("end")', "        return ends", ""),
        ]
    )


def _is_expression(text: str) -> bool:
    try:
        compile(text, "<case>", "eval", flags=0x2000)  # PyCF_ALLOW_TOP_LEVEL_AWAIT
    except SyntaxError:
        return False
    return True
