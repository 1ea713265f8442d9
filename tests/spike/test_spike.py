"""The vertical spike: the hard parts of the state model, each stopped and restored at every pause, beside CPython.

What the compiler does not read yet is written in WRL by hand; the Python of each case is its oracle, run by a fresh
event loop that answers one action at a time, whenever nothing else is ready. `ticks` of 2 cut every slice as short as
it can be, so that a restore happens in the middle of everything.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from wrl_programs import drive, program, result

from waymark.vm.machine import Machine
from waymark.vm.surface import Idle, StartAction, Succeeded

HEAD = """
module spike.case

native exception_matches = "exception_matches/1"
native range = "range/1"
native sorted = "sorted/1"
native len = "len/1"
native list = "list/1"
native ValueError = "ValueError/1"
link sleep = waymark.prelude.asyncio "sleep"
action act = "spike:act"(value)
workflow "case" = run of "Case"
"""


def scripted(start: StartAction) -> Any:
    value = start.args[0]
    return ValueError("failed") if value == "fail" else value


PENDING: list[tuple[Any, asyncio.Future[Any]]] = []


async def act(value: Any) -> Any:
    """The scripted action in CPython's world: a future that `settle_when_idle` answers."""
    future = asyncio.get_running_loop().create_future()
    PENDING.append((value, future))
    return await future


def settle_when_idle(loop: Any) -> None:
    if not loop._ready and PENDING:
        value, future = PENDING.pop(0)
        if value == "fail":
            future.set_exception(ValueError("failed"))
        else:
            future.set_result(value)
    loop.call_soon(settle_when_idle, loop)


def native(oracle: Callable[[], Awaitable[Any]]) -> Any:
    async def main() -> Any:
        loop = asyncio.get_running_loop()
        loop.call_soon(settle_when_idle, loop)
        try:
            return await oracle()
        except Exception as error:
            return type(error).__name__, str(error)
        finally:
            PENDING.clear()

    return asyncio.run(main())


@pytest.fixture(params=["every turn", "every await", "never"])
def stops(request: pytest.FixtureRequest) -> dict[str, Any]:
    if request.param == "every turn":
        return {"ticks": itertools.repeat(2), "restoring": True}
    return {"restoring": request.param == "every await"}


# --- (a) two tasks and a gather written in prelude code, sharing a list ----------------------------------------------

GATHER = """
module spike.prelude

intrinsic future = "future"
intrinsic task = "task"
native len = "len/1"
native list = "list/1"

fn gather(*coroutines) {
    children = []
    for coroutine in coroutines {
        children.append(task(coroutine, None))
    }
    return gather_tasks(children)
}

fn gather_tasks(children) cells(finished, outer, all) {
    all = children
    outer = future()
    finished = 0
    fn on_done(child) captures(finished, outer, all) {
        finished += 1
        if outer.done() {
            return None
        }
        if not child.cancelled() and child.exception() is not None {
            outer.set_exception(child.exception())
            return None
        }
        if finished == len(all) {
            results = []
            for each in all {
                results.append(each.result())
            }
            outer.set_result(results)
        }
    }
    for child in children {
        child.add_done_callback(on_done)
    }
    return outer
}
"""


def test_two_tasks_and_a_gather_share_a_list(stops: dict[str, Any]) -> None:
    text = (
        HEAD
        + """
link gather = spike.prelude "gather"

async fn branch(name, shared, first) {
    shared.append((name, "begins"))
    got = await act(first)
    shared.append((name, got))
    await sleep(0)
    shared.append((name, len(shared)))
    return shared
}

async fn run(self) {
    shared = []
    results = await gather(branch("a", shared, 1), branch("b", shared, 2))
    shared.append("end")
    return [shared, results[0] is shared, results[1] is shared, results]
}
"""
    )

    async def oracle() -> Any:
        async def branch(name: str, shared: list[Any], first: int) -> list[Any]:
            shared.append((name, "begins"))
            got = await act(first)
            shared.append((name, got))
            await asyncio.sleep(0)
            shared.append((name, len(shared)))
            return shared

        shared: list[Any] = []
        results = await asyncio.gather(branch("a", shared, 1), branch("b", shared, 2))
        shared.append("end")
        return [shared, results[0] is shared, results[1] is shared, results]

    pause, asked = drive(program(text, GATHER), {}, scripted, **stops)
    assert asked == ["spike:act(1,)", "spike:act(2,)"]
    assert result(pause) == native(oracle)


def test_a_failing_branch_fails_the_gather(stops: dict[str, Any]) -> None:
    text = (
        HEAD
        + """
link gather = spike.prelude "gather"

async fn branch(value) {
    return await act(value)
}

async fn run(self) {
    try {
        return await gather(branch(1), branch("fail"))
    } catch error {
        if exception_matches(error, ValueError) {
            return ("caught", error.args)
        }
        reraise error
    }
}
"""
    )

    async def oracle() -> Any:
        try:
            return await asyncio.gather(act(1), act("fail"))
        except ValueError as error:
            return ("caught", error.args)

    pause, _ = drive(program(text, GATHER), {}, scripted, **stops)
    assert result(pause) == native(oracle)


# --- (b) a half-consumed generator in `for` and in `sum()` ------------------------------------------------------------


def test_a_half_consumed_generator_goes_on_in_for_and_in_sum(stops: dict[str, Any]) -> None:
    text = (
        HEAD
        + """
native sum = "sum/1"

gen fn squares(n) {
    i = 0
    while i < n {
        yield i * i
        i += 1
    }
    return "done"
}

async fn run(self) {
    seen = []
    items = squares(10)
    for x in items {
        seen.append(await act(x))
        if x >= 9 {
            break
        }
    }
    seen.append(sum(items))
    seen.append(sum([1, 2, 3]))
    for x in items {
        seen.append("never")
    }
    return seen
}
"""
    )

    async def oracle() -> Any:
        def squares(n: int) -> Any:
            i = 0
            while i < n:
                yield i * i
                i += 1

        seen: list[Any] = []
        items = squares(10)
        for x in items:
            seen.append(await act(x))
            if x >= 9:
                break
        seen.append(sum(items))
        seen.append(sum([1, 2, 3]))
        for _ in items:
            seen.append("never")
        return seen

    pause, _ = drive(program(text), {}, scripted, **stops)
    assert result(pause) == native(oracle)


# --- (c) a class with `__lt__` in `sorted` and `__hash__` in a dict ---------------------------------------------------


def test_a_class_orders_in_sorted_and_hashes_in_a_dict(stops: dict[str, Any]) -> None:
    text = (
        HEAD
        + """
native hash = "hash/1"
native KeyError = "KeyError/1"
global log

fn note(text) {
    log.append(text)
}

async fn run(self) {
    class Card() {
        fn __init__(self, rank) {
            self.rank = rank
        }
        fn __lt__(self, other) {
            note(("lt", self.rank, other.rank))
            return self.rank < other.rank
        }
        fn __hash__(self) {
            return hash(self.rank)
        }
        fn __eq__(self, other) {
            note(("eq", self.rank, other.rank))
            return self.rank == other.rank
        }
    }
    cards = [Card(3), Card(1), Card(2)]
    await act(1)
    ordered = []
    for card in sorted(cards) {
        ordered.append(card.rank)
        await act(card.rank)
    }
    table = {cards[0]: "three", cards[1]: "one"}
    await act(2)
    found = table[Card(3)]
    await act(3)
    missing = "there"
    try {
        table[cards[2]]
    } catch error {
        if exception_matches(error, KeyError) {
            missing = error.args[0] is cards[2]
        } else {
            reraise error
        }
    }
    return [ordered, found, missing, log, table[cards[0]], cards[0] < cards[1]]
}

init {
    log = []
}
"""
    )

    async def oracle() -> Any:
        log: list[Any] = []

        class Card:
            def __init__(self, rank: int) -> None:
                self.rank = rank

            def __lt__(self, other: Any) -> bool:
                log.append(("lt", self.rank, other.rank))
                return self.rank < other.rank

            def __hash__(self) -> int:
                return hash(self.rank)

            def __eq__(self, other: Any) -> bool:
                log.append(("eq", self.rank, other.rank))
                return self.rank == other.rank

        cards = [Card(3), Card(1), Card(2)]
        ordered = [card.rank for card in sorted(cards)]
        table = {cards[0]: "three", cards[1]: "one"}
        found = table[Card(3)]
        missing: Any = "there"
        try:
            table[cards[2]]
        except KeyError as error:
            missing = error.args[0] is cards[2]
        return [ordered, found, missing, log, table[cards[0]], cards[0] < cards[1]]

    pause, _ = drive(program(text), {}, scripted, **stops)
    assert result(pause) == native(oracle)


# --- (d) `finally` with an await inside, left by `break` --------------------------------------------------------------


def test_a_finally_with_an_await_runs_once_when_left_by_break(stops: dict[str, Any]) -> None:
    text = (
        HEAD
        + """
async fn attempt(trace, how) {
    for i in range(3) {
        try {
            trace.append(("try", i))
            if how == "return" {
                return "returned"
            }
            if how == "raise" {
                raise ValueError("in try")
            }
            if i == 1 {
                break
            }
            await act(i)
        } finally {
            trace.append(("finally", await act(i)))
            if how == "override" {
                continue
            }
        }
        trace.append(("after", i))
    }
    return "end"
}

async fn run(self) {
    trace = []
    for how in ["break", "return", "raise", "override"] {
        try {
            trace.append(await attempt(trace, how))
        } catch error {
            trace.append(("caught", error.args))
        }
    }
    return trace
}
"""
    )

    async def oracle() -> Any:
        async def attempt(trace: list[Any], how: str) -> str:
            for i in range(3):
                try:
                    trace.append(("try", i))
                    if how == "return":
                        return "returned"
                    if how == "raise":
                        raise ValueError("in try")
                    if i == 1:
                        break
                    await act(i)
                finally:
                    trace.append(("finally", await act(i)))
                    if how == "override":
                        continue  # noqa: B012 - that a jump out of `finally` silences the exception is what is tested
                trace.append(("after", i))
            return "end"

        trace: list[Any] = []
        for how in ["break", "return", "raise", "override"]:
            try:
                trace.append(await attempt(trace, how))
            except ValueError as error:
                trace.append(("caught", error.args))
        return trace

    pause, _ = drive(program(text), {}, scripted, **stops)
    assert result(pause) == native(oracle)


# --- (e) a closure over a cell and a mutable module-level list --------------------------------------------------------


def test_a_closure_and_a_module_level_list_keep_their_state(stops: dict[str, Any]) -> None:
    text = (
        HEAD
        + """
global history

fn counter() cells(count) {
    count = 0
    fn bump(by = 1) captures(count) {
        count += by
        history.append(count)
        return count
    }
    fn read() captures(count) {
        return count
    }
    return (bump, read)
}

async fn run(self) {
    bump, read = counter()
    bump()
    await act(1)
    bump(10)
    other, read_other = counter()
    await act(2)
    other()
    bump()
    await act(3)
    return [read(), read_other(), history, bump is bump, read is bump]
}

init {
    history = []
}
"""
    )

    async def oracle() -> Any:
        history: list[int] = []

        def counter() -> Any:
            count = 0

            def bump(by: int = 1) -> int:
                nonlocal count
                count += by
                history.append(count)
                return count

            return bump, lambda: count

        bump, read = counter()
        bump()
        await act(1)
        bump(10)
        other, read_other = counter()
        await act(2)
        other()
        bump()
        await act(3)
        return [read(), read_other(), history, bump is bump, read is bump]

    expected = native(oracle)
    pause, _ = drive(program(text), {}, scripted, **stops)
    assert result(pause) == expected
    # Another run of the same program starts from its own, empty list.
    assert result(drive(program(text), {}, scripted, **stops | {"ticks": None})[0]) == expected


# --- (f) 1,000 fibers where a step of one encodes one page ------------------------------------------------------------


MANY = (
    HEAD
    + """
link gather = spike.prelude "gather"

async fn branch(number) {
    total = 0
    for i in range(4) {
        total += await act(number + i)
    }
    return total
}

async fn run(self, n) {
    branches = []
    for number in range(n) {
        branches.append(branch(number))
    }
    return await gather(*branches)
}
"""
)


def test_many_fibers_come_to_what_they_come_to_in_cpython(stops: dict[str, Any]) -> None:
    async def oracle() -> Any:
        async def branch(number: int) -> int:
            total = 0
            for i in range(4):
                total += await act(number + i)
            return total

        return await asyncio.gather(*[branch(number) for number in range(40)])

    pause, asked = drive(program(MANY, GATHER), {"n": 40}, scripted, **stops)
    assert result(pause) == native(oracle)
    assert len(asked) == 160


def test_a_step_of_one_of_a_thousand_fibers_encodes_one_page() -> None:
    running = program(MANY, GATHER)
    machine = Machine.start(running, {"n": 1000}, seed=bytes(16))
    assert isinstance(machine.run(1_000_000, 0), Idle)
    machine.committed(machine.delta())
    for step in range(2):
        for request in machine.open_requests()[:50:10]:
            machine.settle([(request.request, Succeeded(request.args[0]))])
            assert isinstance(machine.run(1_000_000, step), Idle)
            before = machine.counters
            delta = machine.delta()
            after = machine.counters
            machine.committed(delta)
            assert after["pages_encoded"] - before["pages_encoded"] == 1
            assert len(delta.put) == 1 and not delta.drop
            assert len(delta.root) < 4096
