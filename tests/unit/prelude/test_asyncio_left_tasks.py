"""Tasks that are left when `run` is over, as `asyncio.run` ends them: in an `except` for what it raised."""

from __future__ import annotations

import pytest
from differential import assert_same

RAISED = """
async def left(n):
    try:
        await asyncio.sleep(100)
    except asyncio.CancelledError as e:
        print("left", n, repr(e.__context__))
    try:
        raise ValueError(n)
    except ValueError as e:
        print(repr(e.__context__), repr(e.__cause__))
    try:
        try:
            1 / 0
        except ZeroDivisionError as e:
            print(repr(e.__context__))
            raise TypeError
    except TypeError as e:
        print(repr(e.__context__), repr(e.__context__.__context__))
    def f(): raise IndexError
    try:
        f()
    except IndexError as e:
        print(repr(e.__context__))
    try:
        raise
    except BaseException as e:
        print("bare", repr(e))
    await asyncio.sleep(0)
    try:
        f()
    except IndexError as e:
        print(repr(e.__context__))
for i in range(2):
    t=asyncio.create_task(left(i))
await asyncio.sleep(0)
raise KeyError("x")
"""
RETURNED = """
async def left(n):
    try:
        await asyncio.sleep(100)
    except asyncio.CancelledError as e:
        print("left", n, repr(e.__context__))
    try:
        raise ValueError(n)
    except ValueError as e:
        print(repr(e.__context__), repr(e.__cause__))
    try:
        raise
    except BaseException as e:
        print("bare", repr(e))
for i in range(2):
    t=asyncio.create_task(left(i))
await asyncio.sleep(0)
"""
NESTED = """
async def inner():
    try:
        await asyncio.sleep(5)
    finally:
        print("inner")
async def outer(n):
    t = asyncio.create_task(inner(), name="t")
    try:
        await t
    except asyncio.CancelledError as e:
        print(n, repr(e.__context__))
        raise
class A:
    async def __aenter__(self): return self
    async def __aexit__(self, *a):
        try: raise OSError("z")
        except OSError as e: print(repr(e.__context__), repr(e.__context__.__context__) )
async def third():
    async with A():
        await asyncio.Event().wait()
async def agen():
    try:
        yield 1
    finally:
        try: raise OSError("agen")
        except OSError as e: print("agen", repr(e.__context__))
async def fourth():
    raise LookupError(4)
async def never(): print("never")
a = agen()
await a.__anext__()
ts = [asyncio.create_task(outer(1)), asyncio.create_task(third())]
await asyncio.sleep(0)
await asyncio.sleep(0)
ts.append(asyncio.create_task(never()))
ts.append(asyncio.create_task(fourth()))
try:
    raise KeyError("first")
except KeyError:
    raise TypeError("main")
"""
EXIT_IN_A_LEFT_TASK = """
async def left():
    try:
        await asyncio.sleep(5)
    except asyncio.CancelledError:
        raise SystemExit(3)
async def left2():
    try:
        await asyncio.sleep(5)
    finally:
        try:
            raise IndexError
        except IndexError as e:
            print(repr(e.__context__), repr(e.__context__.__context__))
t=asyncio.create_task(left()); u=asyncio.create_task(left2())
await asyncio.sleep(0)
asyncio.current_task().cancel("me")
await asyncio.sleep(1)
"""
EXIT_IN_A_TASK = """
async def left2():
    try:
        await asyncio.sleep(5)
    finally:
        try:
            raise IndexError
        except IndexError as e:
            print(repr(e.__context__), repr(e.__context__.__context__))
async def boom():
    raise SystemExit(4)
t=asyncio.create_task(boom()); u=asyncio.create_task(left2())
await asyncio.sleep(0)
await asyncio.sleep(1)
"""


@pytest.mark.parametrize("body", [RAISED, RETURNED, NESTED, EXIT_IN_A_LEFT_TASK, EXIT_IN_A_TASK])
def test_what_tasks_raise_that_are_left_has_the_error_of_run_for_its_context(body: str) -> None:
    assert_same(body)


def test_what_left_tasks_raise_is_in_the_context_of_what_run_raised() -> None:
    report = assert_same(RAISED)
    assert "left 0 KeyError('x')" in str(report.expected)
