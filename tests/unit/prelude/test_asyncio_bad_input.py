"""What programs get wrong in asyncio: CPython's answer, its order, its text; and a run never hangs."""

from __future__ import annotations

import sys

import pytest
from differential import assert_same, compiled, program_of, script
from vm_runs import observe

from examples import profile

pytestmark = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="asyncio's order is that of 3.11")

TELL = """
def tell(function, *args):
    try:
        print(function(*args))
    except BaseException as error:
        print(type(error).__name__, error)
"""
BODIES = {
    "a callback that raises": """
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        future.add_done_callback(lambda done: 1 / 0)
        future.add_done_callback(lambda done: print("the next one runs", done.result()))
        loop.call_soon(int, "x")
        loop.call_later(0.1, print, 1, 2, 3)
        loop.call_later(0.1, [].pop)
        future.set_result(3)
        await asyncio.sleep(0.2)
        task = asyncio.create_task(asyncio.sleep(0, "fine"))
        task.add_done_callback(lambda: 3)
        return await task, await act(1)
    """,
    "an `__await__` that raises": """
        class Raising:
            def __await__(self):
                raise ValueError("no")
        class Late:
            def __await__(self):
                yield from asyncio.sleep(0.1).__await__()
                raise KeyError("late")
        class Nothing:
            def __await__(self):
                return 3
        class Odd:
            def __await__(self):
                yield 3
        class Itself:
            def __await__(self):
                return self
        async def waits(thing):
            return await thing
        for kind in (Raising, Late, Nothing, Odd, Itself):
            for way in (waits, asyncio.ensure_future, lambda thing: asyncio.wait_for(thing, 1), asyncio.gather):
                try:
                    print(await way(kind()))
                except Exception as error:
                    print(kind.__name__, type(error).__name__, error)
    """,
    "cancelling what is over": """
        async def fails():
            raise ValueError("v")
        for coroutine in (act(1), fails(), asyncio.sleep(9)):
            task = asyncio.create_task(coroutine)
            await asyncio.sleep(0)
            print(task.cancel("first"), task.cancelling())
            await asyncio.wait([task])
            print(task.cancel("second"), task.cancelling(), task.cancelled(), task.uncancel())
            tell(task.result)
            tell(task.exception)
        future = asyncio.get_running_loop().create_future()
        print(future.cancel("m"), future.cancel("n"))
        tell(future.result)
        tell(future.result)
        tell(future.set_result, 1)
    """,
    "results that are set twice": """
        async def one():
            return 1
        loop = asyncio.get_running_loop()
        for settle in ("set_result", "set_exception"):
            for again in ("set_result", "set_exception"):
                future = loop.create_future()
                getattr(future, settle)(ValueError("first"))
                tell(getattr(future, again), ValueError("again"))
                tell(future.result)
                tell(future.exception)
        task = asyncio.create_task(one())
        tell(task.set_result, 3)
        tell(task.set_exception, ValueError("by hand"))
        tell(task.result)
        tell(task.exception)
        return await task
    """,
    "queues of odd sizes": """
        for kind in (asyncio.Queue, asyncio.LifoQueue, asyncio.PriorityQueue):
            for size in (-1, 0, 1):
                queue = kind(size)
                print(queue.maxsize, queue.full(), queue.empty(), queue)
                tell(queue.get_nowait)
                for item in range(3):
                    tell(queue.put_nowait, item)
                print(queue.full(), queue.qsize(), queue)
                for _ in range(queue.qsize()):
                    print(await queue.get())
                    queue.task_done()
                tell(queue.task_done)
                await queue.join()
        tell(asyncio.Queue, "x")
        tell(asyncio.Semaphore, -1)
        tell(asyncio.BoundedSemaphore, -1)
        tell(asyncio.Barrier, 0)
        tell(asyncio.Lock().release)
        tell(asyncio.BoundedSemaphore(1).release)
        tell(asyncio.Condition().notify)
        await asyncio.Condition().wait()
    """,
    "a barrier that is broken": """
        barrier = asyncio.Barrier(3)
        def state():
            return repr(barrier).partition("[")[2]
        async def waits(name):
            try:
                print(name, await barrier.wait())
            except asyncio.BrokenBarrierError as error:
                print(name, type(error).__name__, error, barrier.broken, barrier.n_waiting)
        tasks = [asyncio.create_task(waits(name)) for name in "ab"]
        await act(1)
        print(barrier.n_waiting, state())
        await barrier.abort()
        print(state())
        await asyncio.gather(*tasks, waits("c"))
        await barrier.reset()
        print(state())
        tasks = [asyncio.create_task(waits(name)) for name in "de"]
        await asyncio.sleep(0.1)
        await barrier.reset()
        await asyncio.gather(*tasks)
        tasks = [asyncio.create_task(waits(name)) for name in "fg"]
        await asyncio.sleep(0.1)
        tasks[0].cancel()
        await asyncio.gather(waits("h"), waits("i"))
        print(await asyncio.gather(*tasks, return_exceptions=True), state())
    """,
    "a task that awaits itself": """
        async def itself():
            try:
                await tasks[0]
            except RuntimeError as error:
                print(str(error).partition("<")[0])
                return await act(1)
        async def through(task):
            return await task
        tasks = [asyncio.create_task(itself(), name="it")]
        print(await through(through(tasks[0])))
        try:
            await asyncio.current_task()
        except RuntimeError as error:
            print(str(error).partition("<")[0])
    """,
    "tasks that await each other in a ring": """
        async def waits(index):
            try:
                return await tasks[index - 1]
            finally:
                print("left", index)
        tasks = []
        tasks += [asyncio.create_task(waits(index)) for index in range(3)]
        await asyncio.sleep(0)
        asyncio.get_running_loop().call_later(1, print, "late")
        try:
            await asyncio.wait_for(asyncio.shield(tasks[0]), 0.5)
        except TimeoutError as error:
            print(repr(error))
        tell(tasks[0].cancel)
        return "over"
    """,
    "what is no awaitable": """
        async def one():
            return 1
        loop = asyncio.get_running_loop()
        for way in (asyncio.create_task, asyncio.ensure_future, asyncio.shield, loop.create_task, asyncio.Task):
            for thing in (3, None, "x", one, [one], object):
                try:
                    way(thing)
                except TypeError as error:
                    print(str(error).partition("<")[0])
        for way in (asyncio.gather, lambda thing: asyncio.wait_for(thing, 1), asyncio.wait, asyncio.as_completed):
            for thing in (3, None, one):
                try:
                    print(list(way(thing)) if way is asyncio.as_completed else await way(thing))
                except TypeError as error:
                    print(str(error).partition("<")[0])
    """,
    "delays of odd sizes": """
        loop = asyncio.get_running_loop()
        for delay in (0, -1, True, 0.5, -0.0, "1", None, [], 10**6):
            try:
                async with asyncio.timeout(delay):
                    print(await asyncio.sleep(0.1, "slept"))
            except (TimeoutError, TypeError, ValueError) as error:
                print("timeout", delay, type(error).__name__, error)
            try:
                print(await asyncio.wait_for(asyncio.sleep(0.1, "slept"), delay))
            except (TimeoutError, TypeError, ValueError) as error:
                print("wait_for", delay, type(error).__name__, error)
            if delay != 10**6:
                try:
                    print(await asyncio.sleep(delay, "slept"))
                except (TypeError, ValueError) as error:
                    print("sleep", delay, type(error).__name__, error)
    """,
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_mistake_is_answered_as_cpython_does(body: str) -> None:
    assert_same(script(body, above=TELL))


def test_very_many_tasks_come_to_their_end() -> None:
    number = 100_000 if profile() == "long" else 10_000
    body = """
        async def one(index):
            await asyncio.sleep(0)
            return index
        tasks = [asyncio.create_task(one(index)) for index in range(number)]
        return sum(await asyncio.gather(*tasks)), len(asyncio.all_tasks())
    """
    program = program_of(compiled(script(body, parameters="number")))
    assert observe(program, {"number": number}, restoring=False).outcome == (sum(range(number)), 1)
