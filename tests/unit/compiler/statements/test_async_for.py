"""`async for` does what CPython does: lookups on the type, one await an item, StopAsyncIteration from there alone."""

from __future__ import annotations

import pytest
from differential import assert_same, script

ITERATORS = """
class Feed:
    def __init__(self, *items, fail=None):
        self.items = list(items)
        self.fail = fail

    def __aiter__(self):
        print("aiter")
        return self

    async def __anext__(self):
        await act("next")
        if not self.items:
            raise StopAsyncIteration("end") if self.fail is None else self.fail
        return self.items.pop(0)


class Eager:
    def __init__(self, *items):
        self.items = list(items)

    def __aiter__(self):
        return self

    def __anext__(self):
        if not self.items:
            raise StopAsyncIteration
        return act(self.items.pop(0))


class Gives:
    def __init__(self, value):
        self.value = value

    def __aiter__(self):
        return self.value


class Wrong:
    def __aiter__(self):
        return self

    def __anext__(self):
        return 5
"""

PROGRAMS = {
    "items_until_the_end": """
        out = []
        async for x in Feed(1, 2, 3):
            out.append(x)
        else:
            out.append("else")
        async for x in Eager("a", "b"):
            out.append(x)
        return out, x
    """,
    "targets_and_else": """
        out = []
        box = {}
        async for a, *b in Feed("abc", (1, 2), "x"):
            out.append((a, b))
        async for box["k"] in Feed(1, 2):
            await act(box)
            if box["k"] == 2:
                break
        else:
            out.append("never")
        async for out[0] in Feed():
            out.append("never")
        else:
            out.append("else")
        return out, box
    """,
    "continue_and_return": """
        async def find(feed, wanted):
            async for x in feed:
                try:
                    if x != wanted:
                        continue
                    return ("found", x)
                finally:
                    print("seen", x)
            return "nothing"

        return await find(Feed(1, 2, 3), 2), await find(Feed(1), 2)
    """,
    "only_asking_ends_the_loop": """
        try:
            async for x in Feed(1):
                raise StopAsyncIteration("body")
        except StopAsyncIteration as e:
            print(repr(e), repr(e.__context__))
        try:
            async for x in Feed(fail=KeyError("k")):
                pass
            else:
                print("never")
        except KeyError as e:
            print(repr(e), repr(e.__context__))
        try:
            async for a, b in Feed((1, 2), 3):
                print(a, b)
        except TypeError as e:
            print(e)
    """,
    "what_is_no_asynchronous_iterable": """
        for thing in (1, None, [1], Gives(5), Gives([1]), Gives(None), Wrong(), Feed):
            try:
                async for x in thing:
                    print("never")
            except Exception as e:
                print(type(e).__name__, e, repr(e.__cause__), repr(e.__context__))
    """,
    "nested": """
        out = []
        async for x in Feed(1, 2):
            async for y in Feed("a", "b"):
                if y == "b":
                    break
                out.append((x, y))
            else:
                out.append("never")
        return out
    """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_with_async_for_is_the_same(name: str) -> None:
    assert_same(script(PROGRAMS[name], above=ITERATORS))
