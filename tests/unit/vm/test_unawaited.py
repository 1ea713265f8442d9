"""Coroutines that are dropped where they are made are told of, as CPython does; all others are not."""

from __future__ import annotations

import pytest
from differential import compiled, program_of, script

from waymark.vm.machine import Machine
from waymark.vm.surface import Finished, Log

ABOVE = """
class Helper:
    async def work(self):
        return 1

    def call(self):
        return self.work()

    def run(self, function):
        return function()
"""
TOLD = [Log("warning", "coroutine 'Helper.work' was never awaited")]


def logs(body: str) -> list[Log]:
    pause = Machine.start(program_of(compiled(script(body, above=ABOVE))), {}, seed=bytes(16)).run(10**6, 0)
    assert isinstance(pause, Finished), pause
    return [effect for effect in pause.effects if isinstance(effect, Log)]


@pytest.mark.parametrize(
    "body",
    [
        "Helper().work()",
        "helper = Helper()\nhelper.work()\nif helper:\n    await helper.work()",
        "helper = Helper()\nargs = ()\nhelper.work(*args)\nreturn 1",
        "unused = Helper().work()\nreturn await Helper().work()",
        "for helper in [Helper()]:\n    helper.work()",
        "try:\n    Helper().work()\nfinally:\n    await Helper().call()",
    ],
)
def test_a_coroutine_that_is_dropped_is_told_of(body: str) -> None:
    assert logs(body) == TOLD


@pytest.mark.parametrize(
    "body",
    [
        "await Helper().work()",
        "await Helper().call()",
        "it = Helper().work()\nawait asyncio.sleep(0)\nawait it",
        "await asyncio.gather(Helper().work(), *[Helper().work() for _ in range(3)])",
        "helper = Helper()\nawait helper.run(helper.work)",
        "held = {'it': Helper().work()}\nawait held['it']",
        "task = asyncio.create_task(Helper().work())\nawait task",
        "async def inner():\n    return await it\nit = Helper().work()\nawait inner()",
    ],
)
def test_a_coroutine_that_is_awaited_is_not(body: str) -> None:
    assert logs(body) == []


def test_each_of_them_is_told_of() -> None:
    assert logs("for _ in range(3):\n    Helper().work()") == TOLD * 3
