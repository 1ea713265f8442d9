import asyncio
from contextlib import contextmanager, ExitStack, suppress, AsyncExitStack, asynccontextmanager
from waymark import Workflow, action, workflow

@action
async def act(value=None): ...

@contextmanager
def cm(x):
    print("in", x)
    try:
        yield x
    except ValueError as e:
        print("caught", e)
    finally:
        print("out", x)

@asynccontextmanager
async def acm(x):
    print("ain", await act(x))
    try:
        yield x
    finally:
        print("aout", await act(x))

async def arun(x):
    print(await act(x))

@workflow
class Script(Workflow):
    async def run(self):
        with cm(1) as a:
            print(a)
        with cm(2):
            raise ValueError("v")
        with suppress(KeyError):
            with cm(3):
                raise KeyError("v")
        async with acm(4) as z:
            print(z)
        with ExitStack() as s:
            s.enter_context(cm(5))
            s.callback(print, "cb", 1)
            s.enter_context(cm(6))
        try:
            with ExitStack() as s:
                s.callback(lambda: 1/0)
                s.callback(lambda: {}["x"])
                s.enter_context(cm(7))
                raise TypeError("t")
        except ZeroDivisionError as e:
            print(repr(e.__context__), repr(e.__context__.__context__))
        async with AsyncExitStack() as s:
            await s.enter_async_context(acm(8))
            s.push_async_callback(arun, 3)
        print(cm.__name__, cm.__doc__, cm.__wrapped__ is not cm)
