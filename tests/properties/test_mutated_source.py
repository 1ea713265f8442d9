"""Whatever stands in a file, compiling it ends in a unit or in diagnostics. There is no third outcome."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from examples import examples
from waymark.compiler.pipeline import compile_text
from waymark.compiler.source import Refusal, decode

SOURCE = '''\
import asyncio
from datetime import datetime as dt
from waymark import Workflow, action, workflow

@action(name="pay")
async def charge(order_id, *, currency: str = "EUR"):
    return order_id

LIMITS = {"small": 10}

def open_(value, *, limit=LIMITS):
    global LIMITS
    return limit

async def pages(*items, **named):
    return [item async for item in items]

@workflow
class Checkout(Workflow):
    """A checkout."""

    name = "checkout"

    async def run(self, order_id, items=(), /, *, limit=-3):
        total, seen = 0, {"a": [1, 2], "b": items[1:2, ::3]}
        for place, (name, price) in items:
            if not 0 < price < len(items) <= limit:
                break
            elif place is not None and name in seen: total += price ** 2
            else:
                continue
        else:
            total = a = b = await charge(order_id, currency="US" 'D')
        while await charge(total) and 1 < await charge(7) <= total:
            seen["a"][0] -= total if total else ~total
        pending = charge(0x_ff)
        await asyncio.sleep(1.5e3)
        del seen["b"]
        match items:
            case [int(first), *rest] | {"a": first, **rest} if first: print(f"{first=!r:>{total}}")
            case _: pass
        try:
            with open_(a) as (b, *c), self.lock: raise ValueError from None
        except (ValueError, KeyError) as error: total += error.args[0]
        finally:
            found = [y for x in items if (n := x) for y in await charge(n)] + list({k: v for k, v in seen.items()})
        async for page in pages(*items, **seen): yields = (lambda p, /, *q, r=1: p)(page)
        def inner(n, *more, key=None):
            nonlocal total
            yield from more
            return (yield n)
        class Box(Exception):
            def __init__(self): super().__init__(); self.total: int = 1
        assert Box, "no"
        return await pending, total, {1, 2j, b"x"}, (await charge(1)) or None
'''
WORDS = """
( ) [ ] { } : , . ; = == := -> ** * // @ @workflow @action async await def class for while if elif else try except
finally with as match case import from lambda yield yield* global nonlocal del pass break continue return raise assert
not in is and or None True ... self run name Workflow f'{x}' b'' '\\N{BEL}' 0x 1e999 1_0 _ __ é ﬁ
""".split()
WORDS += [
    "\n",
    "\n    ",
    "\t",
    " ",
    "\\\n",
    "#",
    "'''",
    '"',
    "\0",
    "\ufeff",
    "\r",
    "\x0c",
    "\ud800",
    "type X = int",
    "\u200b",
]


@st.composite
def mutations(draw: st.DrawFn) -> str:
    text = SOURCE
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + draw(st.sampled_from([0, 1, 8, 60, 300])))))
        piece = draw(st.one_of(st.sampled_from(WORDS), st.text(max_size=3), st.just(text[end : end + 40])))
        text = text[:start] + piece * draw(st.sampled_from([1, 1, 1, 2, 150])) + text[end:]
    return text


@examples(200)
@given(mutations())
def test_a_mutated_file_is_compiled_or_refused(text: str) -> None:
    compilation = compile_text(text, path="shop.py", module="shop", root=Path("/nonexistent"))
    if compilation.diagnostics:
        assert compilation.unit is None
        assert all(problem.code and problem.headline() and problem.help() for problem in compilation.diagnostics)
    else:
        assert compilation.executable()


@examples(200)
@given(
    st.binary(max_size=60), st.integers(0, len(SOURCE)), st.sampled_from([b"", b"\xef\xbb\xbf", b"# coding: latin-1\n"])
)
def test_mutated_bytes_are_a_text_or_one_diagnostic(noise: bytes, place: int, head: bytes) -> None:
    data = SOURCE.encode()
    try:
        text = decode(head + data[:place] + noise + data[place:], "shop.py")
    except Refusal as refusal:
        assert refusal.diagnostic.code == "WM102"
    else:
        assert isinstance(text, str)
