"""A run in which nothing can go on fails with a report of every fiber: its line, and what it waits for."""

from __future__ import annotations

from textwrap import dedent

from differential import compiled, program_of, script

from waymark.vm.deadlock import FIBERS_MAX, Deadlock
from waymark.vm.machine import Machine
from waymark.vm.surface import Failed

ABOVE = """
async def take(lock):
    async with lock:
        await lock.acquire()

async def wait_for(future):
    return await future
"""


def deadlock(body: str) -> Failed:
    pause = Machine.start(program_of(compiled(script(body, above=ABOVE))), {}, seed=bytes(16)).run(10**6, 0)
    assert isinstance(pause, Failed) and isinstance(pause.error, Deadlock), pause
    return pause


def test_the_report_says_where_each_fiber_waits_and_for_what() -> None:
    pause = deadlock("""
        event, condition, queue = asyncio.Event(), asyncio.Condition(), asyncio.Queue()
        full = asyncio.Queue(2)
        full.put_nowait("a")
        full.put_nowait("b")
        async def told():
            async with condition:
                await condition.wait()
        async def meet():
            await asyncio.Barrier(3).wait()
        async def all_of(tasks):
            await asyncio.gather(*tasks)
        tasks = [
            asyncio.create_task(take(asyncio.Lock()), name="locker"),
            asyncio.create_task(take(asyncio.Semaphore(1))),
            asyncio.create_task(queue.get()),
            asyncio.create_task(full.put("c")),
            asyncio.create_task(told()),
        ]
        asyncio.create_task(all_of(tasks[:2]))
        asyncio.create_task(wait_for(tasks[0]))
        asyncio.create_task(meet())
        asyncio.create_task(wait_for(asyncio.get_running_loop().create_future()))
        await event.wait()
    """)
    assert str(pause.error) == dedent("""\
        every fiber waits for another one, and nothing is pending:
          Task-1, program.py:38 in Script.run, waits in Event.wait of <Event unset>
          locker, program.py:9 in take, waits in Lock.acquire of <Lock locked>
          Task-3, program.py:9 in take, waits in Semaphore.acquire of <Semaphore locked>
          Task-4, waits in Queue.get of <Queue maxsize=0, empty>
          Task-5, waits in Queue.put of <Queue maxsize=2, 2 items>
          Task-6, program.py:22 in Script.run.<locals>.told, waits in Condition.wait of <Condition over <Lock unlocked>>
          Task-7, program.py:26 in Script.run.<locals>.all_of, waits for gather() of the task locker, the task Task-3
          Task-8, program.py:12 in wait_for, waits for the task locker
          Task-9, program.py:24 in Script.run.<locals>.meet, waits in Barrier.wait of <Barrier filling, 1/3>
          Task-10, program.py:12 in wait_for, waits for a future that nobody has settled""")
    assert [line.line for line in pause.traceback][:2] == [38, 9]


def test_a_task_that_will_not_end_after_the_run_is_reported_too() -> None:
    pause = deadlock("""
        async def stubborn(event):
            while True:
                try:
                    await event.wait()
                except asyncio.CancelledError:
                    pass
        asyncio.create_task(stubborn(asyncio.Event()))
        await asyncio.sleep(0)
    """)
    assert str(pause.error).splitlines()[1:] == [
        "  Task-2, program.py:19 in Script.run.<locals>.stubborn, waits in Event.wait of <Event unset>"
    ]


def test_of_very_many_fibers_the_report_lists_the_first_ones() -> None:
    pause = deadlock(f"""
        event = asyncio.Event()
        await asyncio.gather(*[event.wait() for _ in range({FIBERS_MAX + 20})])
    """)
    lines = str(pause.error).splitlines()
    assert lines[-1] == "  and 21 more"
    assert len(lines) == FIBERS_MAX + 2
    assert len(pause.traceback) == FIBERS_MAX + 21
