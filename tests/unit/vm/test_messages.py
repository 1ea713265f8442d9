"""Messages to a run, and sleeping until a time of the clock. The machine is restored at every pause."""

from __future__ import annotations

from typing import Any

import pytest
from differential import compiled, program_of, script

from waymark.vm.machine import Machine
from waymark.vm.surface import Failed, Finished, Idle, Instant, Log, Pause, Ready, StartAction, Succeeded

SEED = bytes(16)
ABOVE = "import waymark\nfrom datetime import datetime, timedelta, UTC\n"


class Run:
    """A run of a body, which prints what it comes to know."""

    def __init__(self, body: str, above: str = "") -> None:
        self._program = program_of(compiled(script(body, above=ABOVE + above)))
        self._pages: dict[int, bytes] = {}
        self.machine = Machine.start(self._program, {}, seed=SEED)
        self.printed: list[str] = []
        self.requests: list[int] = []

    def go(self, now: Instant = 0) -> Pause:
        """Run until it waits or ends, in slices of three ticks."""
        while True:
            self.restore()
            pause = self.machine.run(3, now)
            for effect in pause.effects:
                if isinstance(effect, Log):
                    self.printed.append(effect.text.rstrip("\n"))
                elif isinstance(effect, StartAction):
                    self.requests.append(effect.request)
            if not isinstance(pause, Ready):
                return pause

    def restore(self) -> None:
        delta = self.machine.delta()
        for page in delta.drop:
            self._pages.pop(page, None)
        self._pages.update(delta.put)
        self.machine.committed(delta)
        self.machine = Machine.restore(self._program.units.__getitem__, delta.root, self._pages.__getitem__)

    def tell(self, *messages: tuple[str, Any], now: Instant = 0) -> Pause:
        self.machine.deliver(messages)
        return self.go(now)


def test_a_message_that_came_before_is_received_at_once_and_others_are_waited_for() -> None:
    run = Run("return [await self.receive('order') for _ in range(3)]")
    assert run.tell(("order", 1), ("other", "not this")) == Idle()
    assert run.machine.receiving() == ("order",)
    assert run.machine.next_deadline() is None
    assert run.tell(("order", {"id": 2}), ("order", 3), ("order", 4)) == Finished([1, {"id": 2}, 3])


def test_messages_go_to_receivers_in_the_order_in_which_they_asked() -> None:
    run = Run("""
        async def wait(name):
            print(name, await self.receive("t"))
        await asyncio.gather(*[wait(name) for name in "abc"])
    """)
    run.go()
    run.tell(("t", 1))
    assert run.printed == ["a 1"]
    assert isinstance(run.tell(("t", 2), ("t", 3)), Finished)
    assert run.printed == ["a 1", "b 2", "c 3"]


def test_a_receiver_that_is_cancelled_leaves_its_place() -> None:
    run = Run("""
        first, second = [asyncio.create_task(self.receive("t")) for _ in range(2)]
        await asyncio.sleep(0)
        first.cancel()
        return await second
    """)
    run.go()
    assert run.tell(("t", "for the second")) == Finished("for the second")


@pytest.mark.parametrize("receivers", [1, 2])
def test_a_message_for_a_receiver_that_is_cancelled_before_it_wakes_is_the_next_ones(receivers: int) -> None:
    run = Run(f"""
        async def cancel():
            await act()
            first.cancel()
        canceller = asyncio.create_task(cancel())
        first = asyncio.create_task(self.receive("t"))
        others = [asyncio.create_task(self.receive("t")) for _ in range({receivers - 1})]
        await canceller
        await asyncio.wait([first])
        got = [await task for task in others] or [await self.receive("t")]
        return first.cancelled(), got, await self.receive("t")
    """)
    run.go()
    run.machine.settle([(run.requests[0], Succeeded(None))])
    assert run.tell(("t", 1), ("t", 2)) == Finished((True, [1], 2))


def test_a_receiver_waits_no_longer_than_its_timeout() -> None:
    run = Run("""
        for timeout in (timedelta(seconds=2), 1.5, 0, -1):
            try:
                await self.receive("t", timeout=timeout)
            except TimeoutError as error:
                print(error)
        return await self.receive("t", 5), await self.receive("t", timeout=0)
    """)
    run.go()
    assert run.machine.next_deadline() == 2_000_000
    run.go(2_000_000)
    assert run.machine.next_deadline() == 3_500_000
    run.go(3_500_000)
    assert run.printed == ["no message 't' came in time"] * 4
    assert run.tell(("t", "a"), ("t", "b"), now=3_600_000) == Finished(("a", "b"))


def test_a_message_that_was_committed_before_the_deadline_is_delivered_however_late_it_is() -> None:
    run = Run("return await self.receive('t', timeout=1)")
    run.go()
    assert run.tell(("t", "in time"), now=99_000_000) == Finished("in time")


def test_outcomes_and_messages_come_in_the_order_of_their_commits() -> None:
    run = Run("""
        async def receive():
            print("message", await self.receive("t"))
        async def ask():
            print("outcome", await act())
        await asyncio.gather(receive(), ask(), ask())
    """)
    run.go()
    first, second = run.requests
    run.machine.settle([(second, Succeeded(2))])
    run.machine.deliver([("t", "between")])
    run.machine.settle([(first, Succeeded(1))])
    run.go()
    assert run.printed == ["outcome 2", "message between", "outcome 1"]


def test_messages_that_nobody_reads_survive_and_are_read_in_their_order() -> None:
    run = Run("""
        await act()
        got = [await self.receive("t") for _ in range(400)]
        return got == list(range(400))
    """)
    run.go()
    run.tell(*[("t", number) for number in range(400)])
    run.machine.settle([(1, Succeeded(None))])
    assert run.go() == Finished(True)


def test_a_message_is_received_by_whoever_has_the_workflow() -> None:
    run = Run("return await helper(self)", above="async def helper(flow):\n    return await flow.receive('t')\n")
    assert run.tell(("t", 1)) == Finished(1)


@pytest.mark.parametrize(
    "call, error",
    [
        ("5", "TypeError: a topic is a str, and this one is of type int"),
        ("None", "TypeError: a topic is a str, and this one is of type NoneType"),
        ("b't'", "TypeError: a topic is a str, and this one is of type bytes"),
        ("'t', 'soon'", "TypeError: a timeout is a timedelta or a number of seconds, and this one is of type str"),
        ("'t', True", "TypeError: a timeout is a timedelta or a number of seconds, and this one is of type bool"),
        ("'t', float('nan')", "ValueError: a timeout is a number of seconds, and NaN is none"),
    ],
)
def test_what_is_no_topic_or_no_timeout_is_refused(call: str, error: str) -> None:
    pause = Run(f"await self.receive({call})").go()
    assert isinstance(pause, Failed)
    assert f"{type(pause.error).__name__}: {pause.error}" == error


def test_a_run_sleeps_until_a_time_of_the_clock() -> None:
    run = Run("""
        before = waymark.now()
        await waymark.sleep_until(before + timedelta(days=30))
        await waymark.sleep_until(before)
        return waymark.now() - before
    """)
    run.go(now=1_000_000)
    month = 30 * 86_400_000_000
    assert run.machine.next_deadline() == 1_000_000 + month
    pause = run.go(now=1_000_000 + month)
    assert isinstance(pause, Finished)
    assert str(pause.value) == "30 days, 0:00:00"


@pytest.mark.parametrize(
    "when, error",
    [
        ("datetime(2030, 1, 1)", "ValueError: a workflow sleeps until a datetime with a time zone, such as "),
        ("5", "TypeError: a workflow sleeps until a datetime, and this is of type int"),
    ],
)
def test_what_is_no_time_of_the_clock_is_refused(when: str, error: str) -> None:
    pause = Run(f"await waymark.sleep_until({when})").go()
    assert isinstance(pause, Failed)
    assert f"{type(pause.error).__name__}: {pause.error}".startswith(error)
