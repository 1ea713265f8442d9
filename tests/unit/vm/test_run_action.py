"""`self.run_action(...)` and policies as values: as CPython has them, wherever the run is stored in between."""

from __future__ import annotations

import pytest
from differential import assert_same, program_of, script

from waymark.compiler.pipeline import compile_text
from waymark.stdlib.values.policies import read
from waymark.stdlib.values.run_errors import WorkflowFailed
from waymark.vm.machine import Machine
from waymark.vm.program import Program
from waymark.vm.surface import Finished, Raised, StartAction, StartRun, Succeeded

IMPORTS = """
from datetime import timedelta
from waymark import BackoffPolicy, RetryPolicy, WaymarkError, WaymarkTimeout

class Declined(Exception): ...
"""


@pytest.mark.parametrize(
    "body",
    [
        "return await self.run_action(act(3), retry=RetryPolicy(attempts=2), timeout=timedelta(seconds=1))",
        "return await self.run_action(act(3))",
        "return await asyncio.gather(*[self.run_action(act(n), timeout=n + 1) for n in range(3)])",
        """
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self.run_action(act(n), retry=RetryPolicy(n + 1))) for n in range(3)]
        return [task.result() for task in tasks]
        """,
        """
        call = act(1)
        await act(2)
        async with asyncio.timeout(60):
            return await self.run_action(call, deadline=5, backoff=BackoffPolicy(1))
        """,
        """
        async def seen(x):
            print("seen", x)
            return x
        retry = await seen(RetryPolicy(3, [Declined, "OSError"], 0.5))
        same = retry == RetryPolicy(3, [Declined, OSError], 0.5)
        return retry.attempts, retry.exception_types, retry.backoff_seconds, same
        """,
        """
        one = BackoffPolicy(5, max_delay=timedelta(minutes=1))
        await act(1)
        return one, {one: 1}[BackoffPolicy(5, 2.0, timedelta(minutes=1))], repr(one), isinstance(one, BackoffPolicy)
        """,
        """
        found = []
        for bad in (
            lambda: RetryPolicy(0), lambda: RetryPolicy("3"), lambda: RetryPolicy(True), lambda: RetryPolicy(1, [int]),
            lambda: RetryPolicy(1, [""]), lambda: RetryPolicy(1, None, -1), lambda: BackoffPolicy("x"),
            lambda: BackoffPolicy(1, 0), lambda: BackoffPolicy(1, jitter=2), lambda: BackoffPolicy(float("nan")),
            lambda: BackoffPolicy(float("inf")), lambda: BackoffPolicy(10 ** 400), lambda: RetryPolicy(attempt=3),
        ):
            try:
                found.append(bad())
            except (TypeError, ValueError) as error:
                found.append((type(error).__name__, str(error)))
        return found
        """,
        """
        found = []
        for bad in (
            {"retry": 3}, {"timeout": 0}, {"timeout": "1"}, {"timeout": True}, {"deadline": -1},
            {"backoff": RetryPolicy(1)}, {"retry": RetryPolicy(1, None, 2), "backoff": BackoffPolicy(2)},
        ):
            try:
                found.append(await self.run_action(act(1), **bad))
            except (TypeError, ValueError) as error:
                found.append((type(error).__name__, str(error)))
        return found
        """,
        """
        async def helper():
            return await act(1)
        try:
            await self.run_action(helper(), timeout=3)
        except TypeError as error:
            return str(error), await self.run_action(helper())
        """,
        """
        try:
            raise WaymarkTimeout("late")
        except TimeoutError as error:
            await act(error)
            return type(error).__mro__[1:3] == (WaymarkError, TimeoutError), str(error)
        """,
    ],
)
def test_a_body_does_as_in_cpython(body: str) -> None:
    assert_same(script(body, above=IMPORTS))


def test_a_helper_has_run_action_and_so_does_a_subclass() -> None:
    assert_same(
        """
import asyncio
from waymark import RetryPolicy, Workflow, action, workflow

@action
async def act(value): ...

class Base(Workflow):
    async def tried(self, value):
        return await self.run_action(act(value), retry=RetryPolicy(value))

@workflow
class Script(Base):
    async def run(self):
        return await self.tried(2)
"""
    )


def _asked(text: str) -> list[StartAction]:
    compilation = compile_text(text, path="shop.py", module="shop")
    machine = Machine.start(program_of(compilation), {}, seed=bytes(16))
    return [effect for effect in machine.run(100_000, 5).effects if isinstance(effect, StartAction)]


def test_a_policy_travels_with_the_call_over_that_of_its_action() -> None:
    (first, second, third) = _asked(
        """
import asyncio
from datetime import timedelta
from waymark import BackoffPolicy, RetryPolicy, Workflow, action, workflow

class Declined(Exception): ...

POLICY = RetryPolicy(attempts=3, exception_types=[Declined])

@action(retry=RetryPolicy(attempts=7, exception_types=(ValueError, "X")), timeout=timedelta(minutes=1))
async def written(): ...

@action(retry=POLICY, deadline=10 * 60)
async def evaluated(): ...

@action
async def plain(): ...

@workflow
class Shop(Workflow):
    async def run(self):
        own = self.run_action(written(), timeout=2.5, backoff=BackoffPolicy(1, 3, 9, 0.5))
        await asyncio.gather(own, evaluated(), plain())
"""
    )
    said = read(first.policy)
    assert (said.attempts, said.on, said.timeout) == (7, ("ValueError", "X"), 2_500_000)
    assert said.backoff == (1_000_000, 3.0, 9_000_000, 0.5)
    said = read(second.policy)
    assert (said.attempts, said.on, said.deadline) == (3, ("shop.Declined",), 600_000_000)
    assert (third.policy, first.began, third.began) == (b"", 5, 0)


RUNS = """
import asyncio
from waymark import RetryPolicy, Workflow, action, workflow

@action
async def act(): ...

@workflow
class Child(Workflow):
    async def run(self): ...

@workflow
class Shop(Workflow):
    async def run(self):
        handle = await Child().start(id="seven")
        call = self.run_action(act(), retry=RetryPolicy(3))
        return await asyncio.gather(call, handle.result(), return_exceptions=True)
"""


def _stored(machine: Machine, running: Program) -> Machine:
    delta = machine.delta()
    return Machine.restore(running.units.__getitem__, delta.root, delta.put.__getitem__, run_id="r")


def _shop() -> tuple[Machine, Program]:
    running = program_of(compile_text(RUNS, path="shop.py", module="shop"), 1)
    return Machine.start(running, {}, seed=bytes(16), run_id="r"), running


def test_a_postponed_attempt_is_asked_for_at_its_time_by_whoever_goes_on() -> None:
    machine, running = _shop()
    machine.run(100_000, 5)
    (call,) = machine.open_requests()
    machine.postpone(call.request, 1_000)
    machine.postpone(99, 2_000)  # nobody waits for that
    machine = _stored(machine, running)
    assert (machine.next_deadline(), machine.open_requests()[0].due) == (1_000, 1_000)
    assert machine.run(100_000, 999).effects == ()
    (again,) = machine.run(100_000, 1_000).effects
    assert isinstance(again, StartAction)
    assert (again.request, again.attempt, again.policy, again.due) == (call.request, 2, call.policy, None)
    assert _stored(machine, running).next_deadline() is None


def test_a_child_is_open_until_its_outcome_comes_and_fails_as_workflow_failed() -> None:
    machine, running = _shop()
    (start, _) = machine.run(100_000, 5).effects
    assert isinstance(start, StartRun)
    assert (start.workflow, start.key, start.detached) == ("child", "seven", False)
    machine = _stored(machine, running)
    (child,) = machine.open_runs()
    assert (child.request, child.workflow, child.key, child.run) == (start.request, "child", "seven", start.run)
    (call,) = machine.open_requests()
    machine.settle([(child.request, Raised(LookupError("gone"))), (call.request, Succeeded(1))])
    pause = _stored(machine, running).run(100_000, 6)
    assert isinstance(pause, Finished)
    value, failed = pause.value
    assert (value, type(failed), failed.key) == (1, WorkflowFailed, "seven")
    assert str(failed).startswith("workflow 'child', run seven, failed:\n  LookupError: gone")
    assert type(failed.__cause__) is LookupError


def test_the_same_slice_asks_for_the_same_child() -> None:
    starts = [_shop()[0].run(100_000, 5).effects[0] for _ in range(2)]
    assert starts[0] == starts[1]
