"""How long a process takes before it does something."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator

from waymark.client import Client
from waymark.runtime.store.postgres import PostgresStore
from waymark.workflow import compiled_of

from .bench import MS, Bench, Contender, in_turns, seconds
from .figures import Figure, Goal, figure
from .processes import ROOT, engine_process
from .programs import chain

LIBRARIES = "import asyncio, asyncpg, msgspec"
FIRST_RUN_S_MAX = 60.0


def measure(bench: Bench) -> Iterator[Figure]:
    bench.say("startup: imports")
    rounds = bench.rounds(15)
    imported, asyncio_imported = in_turns(rounds, _importing("waymark"), _importing("asyncio"))
    yield figure("import waymark", "ms", imported, "import asyncio", asyncio_imported, goal=Goal("value", 60.0))
    helped, nothing = in_turns(rounds, _process("-m", "waymark", "--help"), _process("-c", "pass"))
    yield figure("waymark --help", "ms", helped, "python -c pass", nothing, goal=Goal("value", 200.0))
    bench.say("startup: engine process to first result")
    dsn = bench.database()
    first, libraries = in_turns(bench.rounds(5), lambda: _first_result(bench, dsn), _process("-c", LIBRARIES))
    yield figure("engine process to first result", "ms", first, f"python -c '{LIBRARIES}'", libraries, by="median")


def _process(*arguments: str) -> Contender:
    def work() -> None:
        subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)

    return seconds(work, MS)


def _importing(module: str) -> Contender:
    """What the import alone takes in a fresh process, by its own clock."""
    code = f"import time; began = time.perf_counter(); import {module}; print(time.perf_counter() - began)"

    def contender() -> float:
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True)
        return float(done.stdout) / MS

    return contender


def _first_result(bench: Bench, dsn: str) -> float:
    """From spawning the engine, with a run queued already, to the result in this process."""

    async def through() -> float:
        store = await PostgresStore.connect(dsn)
        try:
            handle = await Client(store).start(compiled_of(chain.Single), {})
            began = time.perf_counter()
            with engine_process(bench, dsn, workers=1) as engine:
                await engine.doing(handle.result(FIRST_RUN_S_MAX))
                return (time.perf_counter() - began) / MS
        finally:
            await store.close()

    return asyncio.run(through())
