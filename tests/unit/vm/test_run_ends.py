"""How a run can end other than by returning: init, deadlock, limits, faults; and what callbacks leave behind."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest
from asyncio_oracle import same, wrl
from vm_runs import observe
from wrl_programs import SEED, program

from waymark.stdlib.catalogue import NATIVES
from waymark.vm.deadlock import Deadlock
from waymark.vm.machine import LimitExceeded, Machine
from waymark.vm.surface import CancelRequest, Failed, Fault, Finished, Idle, Log, Raised, StartAction, Succeeded

ACTION = '\naction act = "shop:act"(value)\nworkflow "case" = run of "Case"\n'


def with_action(text: str) -> Any:
    return program(wrl(text).replace('\nworkflow "case" = run of "Case"\n', ACTION))


def failed(text: str) -> Failed:
    pause = Machine.start(program(wrl(text)), {}, seed=SEED).run(1_000_000, 0)
    assert isinstance(pause, Failed), pause
    return pause


def test_an_exception_in_a_callback_is_logged_and_the_loop_goes_on() -> None:
    text = """
fn bad(kind) {
    log.append(kind)
    raise ValueError(kind)
}
async fn run(self) {
    call_soon(bad, ("in a function",))
    call_soon(log.pop, (99,))
    call_soon(bad, ())
    call_soon(log.append, ("still here",))
    await sleep(1)
    return log
}
"""
    seen = observe(program(wrl(text)), {}, ticks=(2,))
    assert seen.result == ["in a function", "still here"]
    assert [effect for effect in seen.effects if "Log" in effect] == [
        repr(Log("error", f"Exception in callback: {text}"))
        for text in (
            "ValueError: in a function",
            "IndexError: pop index out of range",
            "TypeError: bad() missing 1 required positional argument: 'kind'",
        )
    ]


def test_a_callback_that_is_a_method_of_the_program_can_be_stopped_half_way() -> None:
    text = """
async fn run(self) {
    class Counter() {
        fn __init__(self) {
            self.total = 0
        }
        fn count(self, to) {
            for i in range(to) {
                self.total = self.total + i
            }
        }
        fn __call__(self, to) {
            self.count(to)
        }
    }
    counter = Counter()
    call_soon(counter.count, (100,))
    call_soon(counter, (10,))
    await sleep(1)
    return counter.total
}
"""
    running = program(wrl(text))
    assert observe(running, {}, ticks=(5,)).result == 4950 + 45
    assert observe(running, {}, ticks=(5,)).slices > 20


def test_init_runs_first_and_its_failure_fails_the_run() -> None:
    text = wrl("async fn run(self) {\n    log.append(1)\n    return log\n}\n")
    assert observe(program(text.replace("log = []", 'log = ["init"]')), {}, ticks=(2,)).result == ["init", 1]
    broken = program(text.replace("log = []", 'for i in range(9) {\n    log = i\n}\nlog = {}["missing"]'))
    assert observe(broken, {}, ticks=(2,)).outcome == [("KeyError", "'missing'", None, False)]


def test_a_deadlock_is_reported_with_the_line_of_every_fiber() -> None:
    pause = failed("""
async fn other(it) {
    await it
}
async fn run(self) {
    it = future()
    task(other(it), None)
    await it
}
""")
    assert isinstance(pause.error, Deadlock)
    assert [line.function for line in pause.traceback] == ["run", "other"]
    assert "nothing is pending" in str(pause.error)


def test_outcomes_nobody_waits_for_are_ignored() -> None:
    running = with_action("""
async fn ask(value) {
    return await act(value)
}
async fn run(self) {
    first = task(ask(1), None)
    await sleep(0)
    first.cancel()
    return await ask(2)
}
""")
    machine = Machine.start(running, {}, seed=SEED)
    machine.settle([(1, Succeeded("nobody asked"))])
    pause = machine.run(1000, 0)
    assert isinstance(pause, Idle)
    assert [effect.request for effect in pause.effects if isinstance(effect, StartAction)] == [1, 2]
    assert CancelRequest(1) in pause.effects
    machine.settle([(1, Succeeded("late")), (7, Succeeded("unknown")), (2, Succeeded("ok")), (2, Succeeded("twice"))])
    assert machine.run(1000, 0) == Finished("ok")


def test_an_action_that_raises_stop_iteration_fails_as_a_coroutine_does() -> None:
    machine = Machine.start(with_action("async fn run(self) {\n    return await act(1)\n}\n"), {}, seed=SEED)
    machine.run(1000, 0)
    machine.settle([(1, Raised(StopIteration(3)))])
    pause = machine.run(1000, 0)
    assert isinstance(pause, Failed) and isinstance(pause.error, RuntimeError)
    assert str(pause.error) == "coroutine raised StopIteration"


def test_cancelling_a_run_raises_at_its_await() -> None:
    running = with_action("""
async fn run(self) {
    try {
        return await act(1)
    } catch error {
        return (exception_matches(error, ValueError), error.args)
    }
}
""")
    machine = Machine.start(running, {}, seed=SEED)
    machine.run(1000, 0)
    machine.cancel("the user asked for it")
    pause = machine.run(1000, 0)
    assert isinstance(pause, Finished) and pause.value == (False, ("the user asked for it",))


def test_recursion_ends_where_cpythons_limit_ends_it_also_behind_a_restore() -> None:
    text = """
fn down(n) {
    return 1 + down(n + 1)
}
async fn deep(n) {
    if n == 0 {
        return down(0)
    }
    return await deep(n - 1)
}
async fn run(self) {
    depths = []
    for start in [0, 100, 500] {
        try {
            await deep(start)
        } catch error {
            depths.append((str(error), error.args))
        }
    }
    return depths
}
"""
    running = program(wrl(text))
    text_of_error = "maximum recursion depth exceeded"
    whole = observe(running, {}, restoring=False)
    assert whole.result == [(text_of_error, (text_of_error,))] * 3
    cut = observe(running, {}, ticks=(997,))
    assert (cut.result, cut.ticks) == (whole.result, whole.ticks)
    counting = text.replace("return 1 + down(n + 1)", "log.append(n)\n    return down(n + 1)")
    counted = program(wrl(counting.replace("return depths", "return len(log)").replace("[0, 100, 500]", "[0]")))
    assert (
        observe(counted, {}, ticks=(501,)).result == 989
    )  # as in CPython 3.11: `run`, `deep` and the loop below them are the other levels


def test_a_coroutine_that_could_not_be_entered_is_closed() -> None:
    text = """
async fn deep(n, inner) {
    if n == 0 {
        try {
            return await inner
        } catch error {
            log.append(str(error))
            return await inner
        }
    }
    return await deep(n - 1, inner)
}
async fn leaf() {
    return 1
}
async fn run(self) {
    try {
        await deep(989, leaf())
    } catch error {
        log.append(str(error))
    }
    return log
}
"""
    seen = observe(program(wrl(text)), {}, ticks=(700,))
    assert seen.result == ["maximum recursion depth exceeded", "cannot reuse already awaited coroutine"]


def test_an_endless_comparison_ends_the_run_with_its_line() -> None:
    pause = failed("""
async fn run(self) {
    class Card() {
        fn __lt__(self, other) {
            while True {
            }
        }
    }
    try {
        sorted([Card(), Card()])
    } catch error {
        return "caught"
    }
}
""")
    assert isinstance(pause.error, LimitExceeded)
    assert "ran 1,000,000 turns without end" in str(pause.error)
    assert [line.function.rpartition(".")[2] for line in pause.traceback] == ["run", "__lt__"]


def test_natives_that_call_back_nest_fifty_deep() -> None:
    text = """
async fn run(self) {
    class Node() {
        fn __init__(self, next) {
            self.next = next
        }
        fn __repr__(self) {
            return "<" + repr([self.next]) + ">"
        }
    }
    def_depths = []
    for depth in [50, 51, 52] {
        node = None
        for i in range(depth) {
            node = Node(node)
        }
        try {
            def_depths.append(len(repr(node)))
        } catch error {
            def_depths.append(str(error)[:32])
        }
    }
    return def_depths
}
"""
    seen = observe(program(wrl(text)), {}, ticks=(2,))
    assert seen.result == [4 * 50 + 4, 4 * 51 + 4, "maximum recursion depth exceeded"]  # the first call is by frames


def test_what_the_host_runs_out_of_is_a_fault_and_no_exception_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    def out_of_memory(*args: Any) -> Any:
        raise MemoryError

    text = """
async fn run(self) {
    try {
        return len([])
    } catch error {
        return "caught"
    }
}
"""
    machine = Machine.start(program(wrl(text)), {}, seed=SEED)
    monkeypatch.setattr("waymark.vm.handlers.calls.NATIVES", NATIVES | {"len/1": _replaced(out_of_memory)})
    with pytest.raises(Fault, match="the host raised MemoryError"):
        machine.run(1000, 0)


def _replaced(call: Any) -> Any:
    from waymark.stdlib.natives.model import Native

    return Native("len/1", call)


def test_a_memory_error_that_the_program_raises_is_its_own() -> None:
    async def oracle(log: list[Any]) -> Any:
        def key(item: int) -> int:
            raise MemoryError("mine")

        try:
            sorted([1, 2], key=key)
        except MemoryError as error:
            return str(error)

    same(
        """
async fn run(self) {
    fn key(item) {
        raise MemoryError("mine")
    }
    try {
        return sorted([1, 2], key=key)
    } catch error {
        return str(error)
    }
}
""",
        oracle,
    )


def test_ticks_are_frames_turns_and_resumptions() -> None:
    def ticks(body: str) -> int:
        return observe(program(wrl(f"{FUNCTIONS}async fn run(self) {{\n{body}\n    return None\n}}\n")), {}).ticks

    nothing = ticks("    x = 1")
    assert nothing == 1 + 1  # init, and run
    assert ticks("    f()\n    f()") - nothing == 2
    assert ticks("    for i in range(5) {\n        i\n    }") - nothing == 6  # the sixth turn finds the end
    assert ticks("    x = 0\n    while x < 5 {\n        x += 1\n    }") - nothing == 6
    assert ticks("    for i in g() {\n        i\n    }") - nothing == 4 + 4  # the turns of FOR, and the resumptions
    assert ticks("    list(g())") - nothing == 2 + 4 + 4  # two functions of the protocol, and what FOR takes
    assert ticks("    await c()") - nothing == 1
    assert ticks("    await sleep(1)") - nothing == 2  # `sleep`, and the callback of its timer


FUNCTIONS = """
fn f() {
    return None
}
async fn c() {
    return None
}
gen fn g() {
    yield 1
    yield 2
    yield 3
}
"""


def test_cancelled_timers_do_not_pile_up() -> None:
    text = """
async fn run(self) {
    for i in range(1000) {
        it = task(sleep(1000000), None)
        await sleep(0)
        it.cancel()
        await sleep(0)
    }
    return await sleep(1, "end")
}
"""
    machine = Machine.start(program(wrl(text)), {}, seed=SEED)
    assert isinstance(machine.run(1_000_000, 0), Idle)
    assert len(machine._state.timers) < 200
    assert machine.next_deadline() == 1_000_000
    assert machine.run(1000, 1_000_000) == Finished("end")


def test_an_infinite_sleep_waits_and_a_nan_is_refused() -> None:
    text = """
async fn run(self) {
    endless = task(sleep(1e999), None)
    await sleep(5)
    log.append(endless.cancel())
    try {
        call_at(float"nan", log.append, (1,))
    } catch error {
        log.append(str(error))
    }
    return log
}
"""
    assert observe(program(wrl(text)), {}, ticks=(2,)).result == [True, "Invalid delay: NaN (not a number)"]


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="3.13's set_exception turns StopIteration into a RuntimeError")
def test_asyncio_and_the_machine_agree_on_a_future_that_is_misused() -> None:
    async def oracle(log: list[Any]) -> Any:
        it = asyncio.get_running_loop().create_future()
        me: Any = asyncio.current_task()

        def attempt(call: Any, *args: Any) -> None:
            try:
                log.append(call(*args))
            except BaseException as error:
                log.append(str(error))

        attempt(it.result)
        attempt(it.exception)
        attempt(it.set_exception, 3)
        attempt(it.set_exception, int)
        attempt(it.set_exception, StopIteration)
        attempt(me.set_result, 1)
        attempt(me.set_exception, ValueError())
        attempt(me.result)
        attempt(it.set_exception, KeyError)
        attempt(it.set_result, 1)
        attempt(it.set_exception, 3)
        attempt(it.exception)
        attempt(it.result)
        attempt(it.cancel)
        log[-3] = type(log[-3]).__name__
        return log

    same(
        """
fn attempt(call, *args) {
    try {
        log.append(call(*args))
    } catch error {
        log.append(str(error))
    }
}
async fn run(self) {
    it = future()
    me = current_task()
    attempt(it.result)
    attempt(it.exception)
    attempt(it.set_exception, 3)
    attempt(it.set_exception, list)
    attempt(it.set_exception, StopIteration)
    attempt(me.set_result, 1)
    attempt(me.set_exception, ValueError())
    attempt(me.result)
    attempt(it.set_exception, KeyError)
    attempt(it.set_result, 1)
    attempt(it.set_exception, 3)
    attempt(it.exception)
    attempt(it.result)
    attempt(it.cancel)
    log[-3] = "KeyError"
    return log
}
""",
        oracle,
    )
