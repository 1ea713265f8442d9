"""Generators, nested calls and the contexts of exceptions, beside CPython."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest
from asyncio_oracle import same, wrl
from vm_runs import observe
from wrl_programs import program

ATTEMPT = """
fn attempt(call, *args) {
    try {
        log.append(call(*args))
    } catch error {
        log.append((str(error), repr(error.__context__), repr(error.__cause__)))
    }
}
gen fn count() {
    got = yield 1
    while True {
        got = yield got
    }
}
gen fn short() {
    yield 1
    return "end"
}
"""


def attempt_in(log: list[Any]) -> Any:
    def attempt(call: Any, *args: Any) -> None:
        try:
            log.append(call(*args))
        except BaseException as error:
            log.append((str(error), repr(error.__context__), repr(error.__cause__)))

    return attempt


def count() -> Any:
    got = yield 1
    while True:
        got = yield got


def short() -> Any:
    yield 1
    return "end"


def test_what_may_be_sent_to_a_generator_and_when() -> None:
    async def oracle(log: list[Any]) -> Any:
        attempt = attempt_in(log)
        it = count()
        attempt(it.send, "too early")
        attempt(it.send, None)
        attempt(it.send, 2)
        attempt(it.__next__)
        attempt(it.throw, ValueError("in"))
        attempt(it.send, None)
        attempt(it.throw, KeyError("closed"))
        it = short()
        attempt(it.throw, ValueError)
        it = short()
        for _ in range(3):
            attempt(it.__next__)
        attempt(short().throw, 3)
        return log

    same(
        ATTEMPT
        + """
async fn run(self) {
    it = count()
    attempt(it.send, "too early")
    attempt(it.send, None)
    attempt(it.send, 2)
    attempt(it.__next__)
    attempt(it.throw, ValueError("in"))
    attempt(it.send, None)
    attempt(it.throw, KeyError("closed"))
    it = short()
    attempt(it.throw, ValueError)
    it = short()
    for i in range(3) {
        attempt(it.__next__)
    }
    attempt(short().throw, 3)
    return log
}
""",
        oracle,
    )


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="3.12 lets StopIteration out of a generator that has not begun")
def test_stop_iteration_thrown_into_a_generator_that_has_not_begun_does_not_leave_it() -> None:
    async def oracle(log: list[Any]) -> Any:
        attempt_in(log)(short().throw, StopIteration("s"))
        return log

    same(
        ATTEMPT
        + """
async fn run(self) {
    attempt(short().throw, StopIteration("s"))
    return log
}
""",
        oracle,
    )


def test_a_generator_cannot_resume_itself_and_stop_iteration_does_not_leave_it() -> None:
    async def oracle(log: list[Any]) -> Any:
        attempt = attempt_in(log)
        holder: list[Any] = []

        def selfish() -> Any:
            attempt(holder[0].send, None)
            attempt(list, holder[0])
            yield 1
            raise StopIteration("inside")

        holder.append(selfish())
        attempt(holder[0].__next__)
        attempt(holder[0].__next__)
        return log

    same(
        ATTEMPT
        + """
async fn run(self) cells(holder) {
    holder = []
    gen fn selfish() captures(holder) {
        attempt(holder[0].send, None)
        attempt(list, holder[0])
        yield 1
        raise StopIteration("inside")
    }
    holder.append(selfish())
    attempt(holder[0].__next__)
    attempt(holder[0].__next__)
    return log
}
""",
        oracle,
    )


def test_natives_read_generators_to_their_end_and_pass_on_what_they_raise() -> None:
    async def oracle(log: list[Any]) -> Any:
        attempt = attempt_in(log)

        def failing() -> Any:
            yield 3
            try:
                yield 1
                raise KeyError("old")
            except KeyError:
                raise ValueError("new")  # noqa: B904 - the context is what is tested

        def spread(*args: Any) -> int:
            return len(args)

        log.append(list(short()))
        log.append((tuple(short()), max(short())))
        items = [0]
        items.extend(short())
        items += short()
        items[1:1] = short()
        log.append((items, spread(*short(), *short()), 5 in short()))
        try:
            raise TypeError("around")
        except TypeError:
            attempt(sorted, failing())
            attempt(list, failing())
        a, b, *_ = [*short(), *short()]
        log.append((a, b))
        try:
            a, b = short()
        except ValueError as error:
            log.append(str(error))
        return log

    same(
        ATTEMPT
        + """
gen fn failing() {
    yield 3
    try {
        yield 1
        raise KeyError("old")
    } catch error {
        raise ValueError("new")
    }
}
fn spread(*args) {
    return len(args)
}
async fn run(self) {
    log.append(list(short()))
    log.append((tuple(short()), max(short())))
    items = [0]
    items.extend(short())
    items += short()
    items[1:1] = short()
    log.append((items, spread(*short(), *short()), 5 in short()))
    try {
        raise TypeError("around")
    } catch outer {
        attempt(sorted, failing())
        attempt(list, failing())
    }
    a, b = (1, 1)
    log.append((a, b))
    try {
        a, b = short()
    } catch error {
        log.append(str(error))
    }
    return log
}
""",
        oracle,
    )


def test_what_is_thrown_into_a_generator_has_its_own_context_only() -> None:
    async def oracle(log: list[Any]) -> Any:
        attempt = attempt_in(log)

        def handling() -> Any:
            try:
                raise TypeError("mine")
            except TypeError:
                yield 1

        def raising() -> Any:
            try:
                yield 1
            except KeyError:
                raise IndexError("new")  # noqa: B904 - the context is what is tested

        try:
            raise ValueError("around")
        except ValueError:
            for make in (count, handling, raising):
                it = make()
                attempt(it.__next__)
                attempt(it.throw, KeyError("thrown"))
                attempt(it.throw, KeyError("into a closed one"))
                attempt(it.__next__)
        return log

    same(
        ATTEMPT
        + """
gen fn handling() {
    try {
        raise TypeError("mine")
    } catch error {
        yield 1
    }
}
gen fn raising() {
    try {
        yield 1
    } catch error {
        raise IndexError("new")
    }
}
async fn run(self) {
    try {
        raise ValueError("around")
    } catch error {
        for make in (count, handling, raising) {
            it = make()
            attempt(it.__next__)
            attempt(it.throw, KeyError("thrown"))
            attempt(it.throw, KeyError("into a closed one"))
            attempt(it.__next__)
        }
    }
    return log
}
""",
        oracle,
    )


def test_what_is_thrown_into_a_coroutine_has_what_is_handled_around_the_await_as_its_context() -> None:
    async def oracle(log: list[Any]) -> Any:
        loop = asyncio.get_running_loop()

        def fail(it: Any) -> None:
            it.set_exception(KeyError("from outside"))

        async def inner(it: Any) -> Any:
            return await it

        async def outer(it: Any) -> Any:
            try:
                raise ValueError("handled")
            except ValueError:
                return await inner(it)

        for settled in (False, True):
            it = loop.create_future()
            if settled:
                fail(it)
            else:
                loop.call_soon(fail, it)
            try:
                await outer(it)
            except KeyError as error:
                log.append((str(error), repr(error.__context__), repr(error.__cause__)))
        return log

    same(
        """
fn fail(it) {
    it.set_exception(KeyError("from outside"))
}
async fn inner(it) {
    return await it
}
async fn outer(it) {
    try {
        raise ValueError("handled")
    } catch error {
        return await inner(it)
    }
}
async fn run(self) {
    for settled in (False, True) {
        it = future()
        if settled {
            fail(it)
        } else {
            call_soon(fail, (it,))
        }
        try {
            await outer(it)
        } catch error {
            log.append((str(error), repr(error.__context__), repr(error.__cause__)))
        }
    }
    return log
}
""",
        oracle,
    )


def test_a_shared_exception_that_loses_its_context_is_stored_anew() -> None:
    """`a` is the context of `b`; raising `a` while `b` is handled cuts that link, in an object of another fiber."""

    async def oracle(log: list[Any]) -> Any:
        shared: list[Any] = []

        async def keep() -> None:
            await asyncio.sleep(5)
            log.append(repr(shared[1].__context__))

        keeping = asyncio.create_task(keep())
        await asyncio.sleep(0)
        try:
            try:
                raise KeyError("a")
            except KeyError as a:
                shared.append(a)
                raise ValueError("b")  # noqa: B904 - the context is what is tested
        except ValueError as b:
            shared.append(b)
        await asyncio.sleep(1)
        try:
            try:
                raise shared[1]
            except ValueError:
                await asyncio.sleep(1)
                raise shared[0]  # noqa: B904 - the context is what is tested
        except KeyError as error:
            log.append(repr(error.__context__))
        await keeping
        return log

    same(
        """
async fn keep(shared) {
    await sleep(5)
    log.append(repr(shared[1].__context__))
}
async fn run(self) {
    shared = []
    keeping = task(keep(shared), None)
    await sleep(0)
    try {
        try {
            raise KeyError("a")
        } catch a {
            shared.append(a)
            raise ValueError("b")
        }
    } catch b {
        shared.append(b)
    }
    await sleep(1)
    try {
        try {
            raise shared[1]
        } catch error {
            await sleep(1)
            raise shared[0]
        }
    } catch error {
        log.append(repr(error.__context__))
    }
    await keeping
    return log
}
""",
        oracle,
    )


@pytest.mark.parametrize("how", ["it.__next__()", "for item in it {\n        item\n    }"], ids=["yields", "ends"])
def test_a_generator_of_two_fibers_that_is_cut_short_in_one_slice_goes_on_in_the_next(how: str) -> None:
    text = f"""
gen fn slow() {{
    for item in range(5) {{
        turns = 0
        while turns < 10 {{
            turns += 1
        }}
        yield item
    }}
}}
async fn hold(it) {{
    await sleep(5)
    rest = []
    for item in it {{
        rest.append(item)
    }}
    return rest
}}
async fn run(self) {{
    it = slow()
    holder = task(hold(it), None)
    await sleep(1)
    {how}
    await sleep(1)
    return await holder
}}
"""
    running = program(wrl(text))
    for ticks in range(2, 12):
        assert observe(running, {}, ticks=(ticks,)).result == ([1, 2, 3, 4] if "next" in how else [])


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("1000000", "10 ** 6", True),
        ("1", "True", False),
        ("1", "1.0", False),
        ("0.0", "-0.0", False),
        ("nan + 0.0", "nan", False),
        ("nan", "nan", True),
        ('"ab" * 3000', '"ab" * 3000', True),
        ('b"ab"', 'b"a" + b"b"', True),
        ("(1, 2)", "(1, 2)", False),
        ("[]", "[]", False),
        ("2j", "1j + 1j", True),
    ],
)
def test_two_scalars_are_one_if_type_and_bits_are_the_same(left: str, right: str, expected: bool) -> None:
    async def oracle(log: list[Any]) -> Any:
        return (expected, not expected)

    same(
        f"""
async fn run(self) {{
    nan = float"nan"
    one = 1
    left = {left}
    right = {right if right[0] != "(" else "(one, 2)"}
    await sleep(1)
    return (left is right, left is not right)
}}
""",
        oracle,
    )
