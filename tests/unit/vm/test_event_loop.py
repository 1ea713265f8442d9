"""Turns, tasks, timers and callbacks run in asyncio's order, and end as asyncio's do."""

from __future__ import annotations

import asyncio
from typing import Any

from asyncio_oracle import same


def test_handles_run_in_the_order_they_were_queued_in() -> None:
    async def oracle(log: list[Any]) -> Any:
        loop = asyncio.get_running_loop()

        def soon(name: str, more: int) -> None:
            log.append(name)
            for i in range(more):
                loop.call_soon(soon, f"{name}.{i}", more - 1)

        async def child(name: str) -> None:
            log.append(name)
            loop.call_soon(soon, name + " callback", 1)
            await asyncio.sleep(0)
            log.append(name + " again")

        loop.call_soon(soon, "a", 2)
        one = asyncio.create_task(child("task 1"))
        loop.call_soon(soon, "b", 1)
        two = asyncio.create_task(child("task 2"))
        await one
        log.append("one")
        await two
        return log

    same(
        """
fn soon(name, more) {
    log.append(name)
    for i in range(more) {
        call_soon(soon, (name + "." + str(i), more - 1))
    }
}
async fn child(name) {
    log.append(name)
    call_soon(soon, (name + " callback", 1))
    await sleep(0)
    log.append(name + " again")
}
async fn run(self) {
    call_soon(soon, ("a", 2))
    one = task(child("task 1"), None)
    call_soon(soon, ("b", 1))
    two = task(child("task 2"), None)
    await one
    log.append("one")
    await two
    return log
}
""",
        oracle,
    )


def test_timers_fire_by_deadline_and_ties_in_the_order_of_creation() -> None:
    async def oracle(log: list[Any]) -> Any:
        async def nap(name: int, delay: float) -> None:
            await asyncio.sleep(delay)
            log.append(name)

        tasks = [asyncio.create_task(nap(i, [3, 1, 1, 2, 1, 3, 2, 1][i])) for i in range(8)]
        for each in tasks:
            await each
        return log

    same(
        """
async fn nap(name, delay) {
    await sleep(delay)
    log.append(name)
}
async fn run(self) {
    tasks = []
    for i in range(8) {
        tasks.append(task(nap(i, [3, 1, 1, 2, 1, 3, 2, 1][i]), None))
    }
    for each in tasks {
        await each
    }
    return log
}
""",
        oracle,
    )


def test_a_cancelled_sleep_drops_its_timer_and_its_finally_may_await() -> None:
    async def oracle(log: list[Any]) -> Any:
        async def sleeper() -> None:
            try:
                await asyncio.sleep(100)
            finally:
                log.append("cleaning")
                await asyncio.sleep(5)
                log.append("clean")

        it = asyncio.create_task(sleeper())
        await asyncio.sleep(1)
        log.append(it.cancel("enough"))
        log.append(it.cancelling())
        try:
            await it
        except asyncio.CancelledError as error:
            log.append((error.args, it.cancelled(), it.done(), it.cancel()))
        return log

    same(
        """
async fn sleeper() {
    try {
        await sleep(100)
    } finally {
        log.append("cleaning")
        await sleep(5)
        log.append("clean")
    }
}
async fn run(self) {
    it = task(sleeper(), None)
    await sleep(1)
    log.append(it.cancel("enough"))
    log.append(it.cancelling())
    try {
        await it
    } catch error {
        log.append((error.args, it.cancelled(), it.done(), it.cancel()))
    }
    return log
}
""",
        oracle,
    )


def test_a_task_cancelled_before_its_first_step_never_runs() -> None:
    async def oracle(log: list[Any]) -> Any:
        async def child() -> None:
            log.append("never")

        it = asyncio.create_task(child())
        it.cancel("early")
        for _ in range(2):
            try:
                await it
            except asyncio.CancelledError as error:
                log.append(error.args)
        return log

    same(
        """
async fn child() {
    log.append("never")
}
async fn run(self) {
    it = task(child(), None)
    it.cancel("early")
    for i in range(2) {
        try {
            await it
        } catch error {
            log.append(error.args)
        }
    }
    return log
}
""",
        oracle,
    )


def test_the_first_to_ask_gets_the_error_that_the_task_ended_with() -> None:
    async def oracle(log: list[Any]) -> Any:
        async def child() -> None:
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError as error:
                log.append(error)
                raise

        it = asyncio.create_task(child())
        await asyncio.sleep(0)
        it.cancel("message")
        for _ in range(2):
            try:
                await it
            except asyncio.CancelledError as error:
                log.append((error is log[0], error.args))
        log[0] = log[0].args
        return log

    same(
        """
async fn child() {
    try {
        await sleep(10)
    } catch error {
        log.append(error)
        reraise error
    }
}
async fn run(self) {
    it = task(child(), None)
    await sleep(0)
    it.cancel("message")
    for i in range(2) {
        try {
            await it
        } catch error {
            log.append((error is log[0], error.args))
        }
    }
    log[0] = log[0].args
    return log
}
""",
        oracle,
    )


def test_a_task_that_awaits_itself_learns_of_it_a_turn_later() -> None:
    async def oracle(log: list[Any]) -> Any:
        async def child() -> None:
            asyncio.get_running_loop().call_soon(log.append, "a turn")
            me: Any = asyncio.current_task()
            try:
                await me
            except RuntimeError as error:
                log.append(str(error)[:60])

        await asyncio.create_task(child(), name="selfish")
        return log

    same(
        """
async fn child() {
    call_soon(log.append, ("a turn",))
    try {
        await current_task()
    } catch error {
        log.append(str(error)[:60])
    }
}
async fn run(self) {
    await task(child(), "selfish")
    return log
}
""",
        oracle,
    )


def test_a_coroutine_is_awaited_at_most_once() -> None:
    async def oracle(log: list[Any]) -> Any:
        async def short() -> str:
            await asyncio.sleep(0)
            return "value"

        holder: list[Any] = []

        async def loop_of_one() -> None:
            await holder[0]

        async def attempt(it: Any) -> None:
            try:
                log.append(await it)
            except (RuntimeError, ValueError) as error:
                log.append((type(error).__name__, str(error)))

        it = short()
        await attempt(it)
        await attempt(it)
        other = short()
        running = asyncio.create_task(other)
        await asyncio.sleep(0)
        await attempt(other)
        log.append(await running)
        late = asyncio.create_task(other)
        await attempt(late)
        holder.append(loop_of_one())
        await attempt(holder[0])
        return log

    same(
        """
async fn short() {
    await sleep(0)
    return "value"
}
async fn loop_of_one(holder) {
    await holder[0]
}
async fn attempt(it) {
    try {
        log.append(await it)
    } catch error {
        log.append(("ValueError" if exception_matches(error, ValueError) else "RuntimeError", str(error)))
    }
}
async fn run(self) {
    it = short()
    await attempt(it)
    await attempt(it)
    other = short()
    running = task(other, None)
    await sleep(0)
    await attempt(other)
    log.append(await running)
    late = task(other, None)
    await attempt(late)
    holder = []
    holder.append(loop_of_one(holder))
    await attempt(holder[0])
    return log
}
""",
        oracle,
    )


def test_what_run_left_behind_is_cancelled_when_asyncio_does_it_and_may_clean_up() -> None:
    async def oracle(log: list[Any]) -> Any:
        loop = asyncio.get_running_loop()

        def again(n: int) -> None:
            log.append(("again", n))
            if n < 20:
                loop.call_soon(again, n + 1)

        async def late() -> None:
            for i in range(20):
                log.append(("late", i))
                await asyncio.sleep(0)

        async def child(name: str) -> None:
            log.append((name, "begins"))
            try:
                await asyncio.sleep(100)
            finally:
                log.append((name, "cleaning"))
                await asyncio.sleep(10)
                log.append((name, "clean"))
                await hold(late())

        async def hold(coroutine: Any) -> None:
            kept.append(asyncio.create_task(coroutine))

        # One only: asyncio cancels them in the order of a set.
        kept: list[Any] = [asyncio.create_task(child("one"))]
        loop.call_soon(again, 0)
        return log

    same(
        """
fn again(n) {
    log.append(("again", n))
    if n < 20 {
        call_soon(again, (n + 1,))
    }
}
async fn late() {
    for i in range(20) {
        log.append(("late", i))
        await sleep(0)
    }
}
async fn hold(coroutine) {
    task(coroutine, None)
}
async fn child(name) {
    log.append((name, "begins"))
    try {
        await sleep(100)
    } finally {
        log.append((name, "cleaning"))
        await sleep(10)
        log.append((name, "clean"))
        await hold(late())
    }
}
async fn run(self) {
    task(child("one"), None)
    call_soon(again, (0,))
    return log
}
""",
        oracle,
    )


def test_handles_that_are_left_when_run_ends_have_four_turns_more() -> None:
    async def oracle(log: list[Any]) -> Any:
        loop = asyncio.get_running_loop()

        def again(n: int) -> None:
            log.append(n)
            loop.call_soon(again, n + 1)

        loop.call_soon(again, 0)
        return log

    same(
        """
fn again(n) {
    log.append(n)
    call_soon(again, (n + 1,))
}
async fn run(self) {
    call_soon(again, (0,))
    return log
}
""",
        oracle,
    )


def test_a_left_task_that_shrugs_off_its_cancellation_is_waited_for_once() -> None:
    async def oracle(log: list[Any]) -> Any:
        async def stubborn() -> None:
            try:
                await asyncio.sleep(100)
            except asyncio.CancelledError:
                me: Any = asyncio.current_task()
                log.append(me.uncancel())
            await asyncio.sleep(3)
            log.append("done anyway")

        kept = asyncio.create_task(stubborn())
        await asyncio.sleep(0)
        return log if not kept.done() else None

    same(
        """
async fn stubborn() {
    try {
        await sleep(100)
    } catch error {
        log.append(current_task().uncancel())
    }
    await sleep(3)
    log.append("done anyway")
}
async fn run(self) {
    task(stubborn(), None)
    await sleep(0)
    return log
}
""",
        oracle,
    )


def test_callbacks_of_a_future_are_queued_in_order_when_it_settles_and_at_once_when_it_is() -> None:
    async def oracle(log: list[Any]) -> Any:
        loop = asyncio.get_running_loop()
        it = loop.create_future()

        def first(done: Any) -> None:
            log.append(("first", done.result()))
            done.add_done_callback(second)

        def second(done: Any) -> None:
            log.append(("second", done.done()))

        def gone(done: Any) -> None:
            log.append("never")

        it.add_done_callback(first)
        it.add_done_callback(gone)
        it.add_done_callback(second)
        log.append(it.remove_done_callback(gone))
        loop.call_soon(log.append, "queued before")
        loop.call_soon(it.set_result, 5)
        log.append(await it)
        await asyncio.sleep(0)
        return log

    same(
        """
fn first(done) {
    log.append(("first", done.result()))
    done.add_done_callback(second)
}
fn second(done) {
    log.append(("second", done.done()))
}
fn gone(done) {
    log.append("never")
}
async fn run(self) {
    it = future()
    it.add_done_callback(first)
    it.add_done_callback(gone)
    it.add_done_callback(second)
    log.append(it.remove_done_callback(gone))
    call_soon(log.append, ("queued before",))
    call_soon(it.set_result, (5,))
    log.append(await it)
    await sleep(0)
    return log
}
""",
        oracle,
    )
