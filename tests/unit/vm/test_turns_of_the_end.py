"""The turns in which `asyncio.run` ends, counted by a task that was made too late to be waited for."""

from __future__ import annotations

import pytest
from differential import assert_same, script

COUNTING = """
async def counting():
    for turn in range(20):
        print("turn", turn)
        await asyncio.sleep(0)

async def left(ending):
    try:
        await asyncio.sleep(10)
    finally:
        asyncio.create_task(counting())
        await ending()

async def fails():
    raise ValueError("at the end")

async def waits():
    await asyncio.sleep(0)

async def opened():
    try:
        yield 1
        yield 2
    finally:
        print("closed")
        await asyncio.sleep(0)
        print("closed after a turn")
"""
GENERATOR = """
    held = opened()
    print(await anext(held))
    """


@pytest.mark.parametrize("ending", ["fails", "waits"])
@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("before", ["", GENERATOR], ids=["alone", "beside a generator"])
def test_the_end_takes_as_many_turns_as_asyncio_takes(ending: str, number: int, before: str) -> None:
    body = f"""
    {before.strip()}
    tasks = [asyncio.create_task(left({ending})) for _ in range({number})]
    await asyncio.sleep(0)
    """
    assert_same(script(body, above=COUNTING))


def test_a_generator_is_closed_in_the_turn_in_which_asyncio_closes_it() -> None:
    body = f"""
    {GENERATOR.strip()}
    asyncio.create_task(counting())
    asyncio.get_running_loop().call_soon(print, "last")
    """
    assert_same(script(body, above=COUNTING))


@pytest.mark.parametrize("last", ["raise ValueError('why')", "asyncio.current_task().cancel('m')", "pass"])
def test_what_left_tasks_raise_has_the_end_of_the_run_as_its_context(last: str) -> None:
    above = """
def tell(error):
    while error is not None:
        print(type(error).__name__, error)
        error = error.__context__

async def waits():
    await asyncio.sleep(10)

async def left(main, waiting):
    try:
        await waiting()
    except asyncio.CancelledError as error:
        tell(error)
        print(late(main.result))

def gathered():
    return asyncio.gather(waits(), waits())

def late(function):
    try:
        return function()
    except BaseException as error:
        tell(error)
"""
    body = f"""
    tasks = [asyncio.create_task(left(asyncio.current_task(), waiting)) for waiting in (waits, gathered)]
    await asyncio.sleep(0)
    begun_too_late = asyncio.create_task(left(asyncio.current_task(), waits))
    {last}
    """
    assert_same(script(body, above=above))
