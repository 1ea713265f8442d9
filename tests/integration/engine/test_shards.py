"""An engine that stands still under its supervisor, with its processes."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from .test_processes import deployed, environ, pids  # noqa: F401  # a fixture
from .watching import Ears, gone

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="pidfd_open")


DEADLINE_S = 120.0  # six processes start, more than once, on a machine that may be busy


def run(test: Callable[[], Awaitable[None]]) -> None:
    async def within_deadline() -> None:
        async with asyncio.timeout(DEADLINE_S):
            await test()

    asyncio.run(within_deadline())


def test_an_engine_that_is_stopped_is_killed_and_another_goes_on(
    project: Path,
    environ: dict[str, str],  # noqa: F811
    ears: Ears,
):
    async def test() -> None:
        async with deployed(project, environ) as deployment:
            handle = await deployment.start("two", marker=str(project / "marker"))
            await pids(ears, "add")
            worker, engine = await pids(ears, "first_time_endless")
            os.kill(engine, signal.SIGSTOP)
            await deployment.says(b"has not moved for 5 s, and is killed")
            await gone(engine)
            await gone(worker)
            assert await handle.result() == [3, "done"]

    run(test)
