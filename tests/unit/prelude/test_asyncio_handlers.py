"""The loop's exception handler, what becomes of failures that nobody asks about, and tasks of what is no coroutine."""

from __future__ import annotations

import sys

import pytest
from differential import assert_same, script

pytestmark = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="asyncio's order is that of 3.11")

BODIES = {
    "a handler is told of what goes wrong": """
        loop = asyncio.get_running_loop()
        seen = []
        def handler(loop, context):
            seen.append(sorted(context))
            print("handler", context["message"].partition(" at ")[0], repr(context.get("exception")))
            if "never" not in context["message"]: print(asyncio.current_task() is None)
        print(loop.get_exception_handler())
        try: loop.set_exception_handler(3)
        except TypeError as e: print(e)
        async def fails(n):
            await asyncio.sleep(n/10)
            raise ValueError(n)
        def bad(x): raise KeyError(x)
        loop.call_soon(bad, 1)
        await asyncio.sleep(0)
        loop.set_exception_handler(handler)
        print(loop.get_exception_handler() is handler)
        loop.call_soon(bad, 2)
        await asyncio.sleep(0)
        asyncio.create_task(fails(0))
        print("made")
        await asyncio.sleep(0.1)
        t = asyncio.create_task(fails(1))
        kept = {t}
        t.add_done_callback(kept.discard)
        del t
        asyncio.create_task(fails(2))
        await asyncio.sleep(0.3)
        print("awaited")
        loop.call_exception_handler({"message": "mine", "other": 3})
        def worse(loop, context):
            print("worse", context["message"])
            raise IndexError("in handler")
        loop.set_exception_handler(worse)
        loop.call_soon(bad, 3)
        await asyncio.sleep(0)
        loop.set_exception_handler(None)
        print(loop.get_exception_handler())
        loop.call_soon(bad, 4)
        await asyncio.sleep(0)
        loop.set_exception_handler(handler)
        return seen
    """,
    "a task drives what has the methods of a coroutine": """
        loop = asyncio.get_running_loop()
        def g():
            yield from asyncio.sleep(0.1).__await__()
            x = yield
            return x, (yield from act(3).__await__())
        print(await asyncio.create_task(g()))
        class Co:
            def __init__(self): self.n = 0
            def send(self, v):
                self.n += 1
                if self.n > 3: raise StopIteration("co")
                print("send", v)
            def throw(self, *a): print("throw", a); raise a[0]
            def close(self): print("close")
            def __await__(self): return self
        t = asyncio.create_task(Co())
        print(await t)
        t = asyncio.ensure_future(Co())
        await asyncio.sleep(0)
        t.cancel()
        try: await t
        except asyncio.CancelledError: print("cancelled")
        fut = loop.create_future()
        fut.cancel("a")
        fut._cancel_message = "b"
        try: fut.result()
        except asyncio.CancelledError as e: print(e.args)
        fut = loop.create_future()
        fut.set_exception(OSError())
        print(fut._log_traceback)
        fut._log_traceback = False
        print(fut._log_traceback)
        try: fut._log_traceback = True
        except ValueError as e: print(e)
    """,
    "a shield that was cancelled asks what became of the task": """
        async def fails():
            await act(1)
            raise ValueError("v")
        inner = asyncio.create_task(fails())
        outer = asyncio.shield(inner)
        inner.add_done_callback(lambda done: outer.cancel("m"))
        inner.remove_done_callback(print)
        try:
            await outer
        except (asyncio.CancelledError, ValueError) as error:
            print(repr(error))
        second = asyncio.shield(asyncio.create_task(fails()))
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.sleep(1)
    """,
    "a class may say that its objects are futures": """
        class Duck:
            _asyncio_future_blocking = None
            def __init__(self):
                self._asyncio_future_blocking = True
                self.callbacks = []
            def __iter__(self): return self
            def done(self): return False
            def add_done_callback(self, f): self.callbacks.append(f)
        f = Duck()
        print(asyncio.isfuture(f), asyncio.isfuture(Duck), asyncio.ensure_future(f) is f, asyncio.wrap_future(f) is f)
        for x in (1, None, "x", int, [], print, asyncio.Future, asyncio.Future(), asyncio.gather()):
            print(asyncio.isfuture(x))
        try: asyncio.wrap_future(3)
        except AssertionError as e: print(e)
        try: await asyncio.wait(f)
        except TypeError as e: print(e)
        return asyncio.wrap_future(asyncio.current_task()) is asyncio.current_task()
    """,
    "futures that failed are told of at the end": """
        loop = asyncio.get_running_loop()
        async def fails(number):
            raise ValueError(number)
        kept = [loop.create_future() for _ in range(3)]
        for number, future in enumerate(kept):
            future.set_exception(KeyError(number))
        kept[1].exception()
        kept[2].cancel()
        gathered = asyncio.gather(fails(1), fails(2))
        await asyncio.sleep(0.1)
        print(gathered.done(), await act(1))
        return len(kept)
    """,
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_it_is_told_as_in_cpython(body: str) -> None:
    assert_same(script(body), ticks=((3, 7), ()))
