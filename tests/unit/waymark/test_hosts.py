"""Host classes behind an engine: a host that cannot answer sets the run aside, and it goes on when it can."""

from __future__ import annotations

import pytest

from waymark.exceptions import WorkflowFailed, WorkflowParked
from waymark.runtime.helpers import inside
from waymark.runtime.helpers.inside import Inside
from waymark.runtime.store.memory import MemoryStore
from waymark.vm.hosting import CANNOT, hosting

from .conftest import UserProject
from .running import DEADLINE_S, run

SHOP = """
    import msgspec
    from waymark import Workflow, action, workflow

    class Line(msgspec.Struct):
        price: int

    class Declined(Exception):
        def __init__(self, line):
            super().__init__("declined")
            self.line = line

    @action
    async def charge(line: Line) -> Line:
        if line.price > 9:
            raise Declined(line)
        return Line(line.price + 1)

    @workflow
    class Till(Workflow):
        async def run(self, line: Line) -> list[Line]:
            try:
                await charge(Line(10))
            except Declined as error:
                return [line, await charge(line), error.line]
            return []

    @workflow
    class Plain(Workflow):
        async def run(self) -> int:
            return 1
"""


def test_a_host_that_cannot_answer_sets_aside_the_runs_that_ask(project: UserProject, tmp_path: object) -> None:
    shop = project.module("shop", SHOP)

    async def test(store: MemoryStore) -> None:
        hosting.use(lambda request: bytes([CANNOT]) + b"module shop cannot be imported: for a test")
        try:
            handle = await shop.Till().start({"price": 3})
            with pytest.raises(WorkflowParked, match="module shop cannot be imported: for a test"):
                await handle.result(timeout=DEADLINE_S)
            assert await shop.Plain().run() == 1
        finally:
            hosting.use(None)
        await handle.resume()
        found = await handle.result(timeout=DEADLINE_S)
        assert found == [shop.Line(3), shop.Line(4), shop.Line(10)] and type(found[0]) is shop.Line

    run(test, tmp_path)  # type: ignore[arg-type]


LOOPS = """
    import msgspec
    from waymark import Workflow, workflow

    class Line(msgspec.Struct):
        price: int

        def __post_init__(self):
            while self.price == 13:
                pass

    @workflow
    class Till(Workflow):
        async def run(self, price: int) -> int:
            return Line(price).price
"""


def test_a_class_that_loops_fails_its_run_and_holds_nobody_else(
    project: UserProject, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inside, "HERE", Inside(0.5))
    shop = project.module("looping_shop", LOOPS)

    async def test(store: MemoryStore) -> None:
        with pytest.raises(WorkflowFailed, match=r"`Line\(...\)`: no answer within 0\.5 s: does a validator wait"):
            await shop.Till().run(13)
        assert await shop.Till().run(4) == 4

    run(test, tmp_path)  # type: ignore[arg-type]
