"""A supervisor, an engine and its workers as real processes on a real Postgres, and kill -9 for each of them."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from waymark.client import Client, Handle
from waymark.compiler.pipeline import compile_file
from waymark.exceptions import WorkflowFailed
from waymark.programs import program_of
from waymark.runtime.config import EXIT_BAD_CONFIG
from waymark.runtime.store.postgres import PostgresStore

from .watching import DEADLINE_S, Ears, gone, run

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="pidfd_open")


class Deployment:
    """`start-workers` on a project, and a client of the same database."""

    def __init__(self, project: Path, store: PostgresStore, environ: dict[str, str]) -> None:
        self._project = project
        self._environ = environ
        self._client = Client(store)
        self._compilation = compile_file(project / "acts.py", module="acts")
        self.supervisor: asyncio.subprocess.Process
        self.errors = b""

    async def boot(self) -> None:
        self.supervisor = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "waymark.runtime.workers.supervisor",
            cwd=self._project,
            env=self._environ,
            stderr=asyncio.subprocess.PIPE,
        )

    async def start(self, workflow: str, **arguments: Any) -> Handle:
        self._compilation.raise_if_failed()
        assert self._compilation.unit is not None
        return await self._client.start(program_of(self._compilation.unit, workflow), arguments)

    async def says(self, word: bytes) -> None:
        """Returns when somebody has logged this."""
        assert self.supervisor.stderr is not None
        while word not in (line := await self.supervisor.stderr.readline()):
            assert line, f"it ended without a {word!r}"

    async def end(self) -> int:
        """The supervisor's exit code; what everybody wrote to stderr is in `errors`."""
        _, self.errors = await self.supervisor.communicate()
        assert self.supervisor.returncode is not None
        return self.supervisor.returncode


@pytest.fixture
def environ(database: str, project: Path, ears: Ears) -> dict[str, str]:
    return {
        **os.environ,
        "WAYMARK_DATABASE_URL": database,
        "WAYMARK_DATA_DIR": str(project / "state"),
        "WAYMARK_USER_MODULE": "acts",
        "WAYMARK_WORKER_COUNT": "1",
        "PYTHONSAFEPATH": "1",
    }


@asynccontextmanager
async def deployed(project: Path, environ: dict[str, str]) -> AsyncIterator[Deployment]:
    store = await PostgresStore.connect(environ["WAYMARK_DATABASE_URL"])
    deployment = Deployment(project, store, environ)
    await deployment.boot()
    try:
        yield deployment
    finally:
        if deployment.supervisor.returncode is None:
            deployment.supervisor.kill()
            await deployment.end()
        await store.close()


async def pids(ears: Ears, action: str) -> tuple[int, int]:
    """Of the worker that runs this action, and of its engine."""
    words = await ears.hear()
    assert words[0] == action, words
    return int(words[1]), int(words[2])


def test_a_killed_worker_is_replaced_and_only_the_action_that_it_ran_is_repeated(
    project: Path, environ: dict[str, str], ears: Ears
):
    async def test() -> None:
        async with deployed(project, environ) as deployment:
            handle = await deployment.start("two", marker=str(project / "marker"))
            await pids(ears, "add")
            worker, engine = await pids(ears, "first_time_endless")
            os.kill(worker, signal.SIGKILL)
            again, same_engine = await pids(ears, "first_time_endless")
            assert again != worker and same_engine == engine
            assert await handle.result() == [3, "done"]

    run(test)


def test_a_killed_engine_is_succeeded_at_once_and_its_workers_die_with_it(
    project: Path, environ: dict[str, str], ears: Ears
):
    async def test() -> None:
        async with deployed(project, environ) as deployment:
            handle = await deployment.start("two", marker=str(project / "marker"))
            await pids(ears, "add")
            worker, engine = await pids(ears, "first_time_endless")
            os.kill(engine, signal.SIGKILL)
            async with asyncio.timeout(10):  # the lease of the dead engine lasts 15 s
                _, successor = await pids(ears, "first_time_endless")
                assert await handle.result() == [3, "done"]
            assert successor != engine
            await gone(worker)

    run(test)


def test_nobody_is_left_behind_by_a_killed_supervisor_and_the_next_one_goes_on(
    project: Path, environ: dict[str, str], ears: Ears
):
    async def test() -> None:
        async with deployed(project, environ) as deployment:
            handle = await deployment.start("two", marker=str(project / "marker"))
            await pids(ears, "add")
            worker, engine = await pids(ears, "first_time_endless")
            deployment.supervisor.kill()
            await deployment.end()
            await gone(engine)
            await gone(worker)
            async with asyncio.timeout(10):
                await deployment.boot()
                assert await handle.result() == [3, "done"]
            await pids(ears, "first_time_endless")

    run(test)


def test_a_drain_lets_actions_end_and_leaves_the_rest_for_the_next_engine(
    project: Path, environ: dict[str, str], ears: Ears
):
    address = str(ears.path) + ".word"

    async def test() -> None:
        async with deployed(project, environ) as deployment:
            handle = await deployment.start("waiting", address=address)
            worker, engine = await pids(ears, "waits_for")
            deployment.supervisor.terminate()
            await deployment.says(b"draining")  # else the action may end, and the next begin, before it does
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as mouth:
                mouth.sendto(b"word", address)
            assert await deployment.end() == 0
            await gone(engine)
            await gone(worker)
            assert await handle.status() == "running"
            await deployment.boot()
            assert await handle.result() == ["word", 3]
            assert (await ears.hear())[0] == "add", "what had ended before the drain did not run again"

    run(test)


def test_a_second_signal_does_not_wait(project: Path, environ: dict[str, str], ears: Ears):
    async def test() -> None:
        async with deployed(project, environ) as deployment:
            await deployment.start("waiting", address=str(ears.path) + ".word")
            worker, engine = await pids(ears, "waits_for")
            deployment.supervisor.terminate()
            while b"draining" not in await deployment.supervisor.stderr.readline():  # type: ignore[union-attr]
                pass
            deployment.supervisor.terminate()
            assert await deployment.end() == 1
            await gone(engine)
            await gone(worker)

    run(test)


def test_a_cancelled_run_stops_its_action_in_the_worker(project: Path, environ: dict[str, str], ears: Ears):
    async def test() -> None:
        async with deployed(project, environ) as deployment:
            handle = await deployment.start("endless")
            worker = (await ears.hear())[1]
            await handle.cancel("enough")
            assert await ears.hear() == ["stopped", worker, "x"]
            with pytest.raises(WorkflowFailed) as caught:
                await handle.result()
            assert isinstance(caught.value.__cause__, asyncio.CancelledError)

    run(test)


def test_a_run_cleans_up_to_its_end_whoever_cancels_what_it_awaits(project: Path, environ: dict[str, str], ears: Ears):
    async def test() -> None:
        async with deployed(project, environ) as deployment:
            handle = await deployment.start("limited")
            heard = [await ears.hear() for _ in range(4)]
            assert [(words[0], words[-1]) for words in heard if words[0] != "add"] == [
                ("endless", "x"),
                ("stopped", "x"),
                ("endless", "y"),
            ], "the timeout stopped the first in its worker"
            assert [words[0] for words in heard].count("add") == 1, "the run went on without a late answer"
            await handle.cancel("enough")
            heard = [await ears.hear() for _ in range(3)]
            assert sorted(words[0] for words in heard) == ["add", "add", "stopped"]
            with pytest.raises(WorkflowFailed) as caught:
                await handle.result()
            assert isinstance(caught.value.__cause__, asyncio.CancelledError)
            assert str(caught.value.__cause__) == "enough"

    run(test)


def test_engine_and_worker_never_load_a_parser(project: Path, environ: dict[str, str], ears: Ears):
    """Each process writes down what it imports, while a workflow goes through them from its start to its end."""

    async def test() -> None:
        async with deployed(project, {**environ, "PYTHONPROFILEIMPORTTIME": "1"}) as deployment:
            (project / "marker").touch()
            handle = await deployment.start("two", marker=str(project / "marker"))
            reading = asyncio.create_task(deployment.end())  # the list is longer than a pipe
            assert await handle.result() == [3, "done"]
            deployment.supervisor.terminate()
            assert await reading == 0
        lines = deployment.errors.decode().splitlines()
        imported = [line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:")]
        assert imported.count("waymark.runtime.engine.core") == 1
        assert imported.count("waymark.runtime.workers.perform") >= 1 and "waymark.registry" in imported
        unwanted = {"libcst", "lark", "waymark.compiler", "waymark.grammar"}
        assert not [name for name in imported if name in unwanted or name.startswith(tuple(f"{u}." for u in unwanted))]

    run(test)


def test_an_engine_process_without_its_database_says_so_and_ends(environ: dict[str, str]):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))  # and does not listen
        dsn = f"postgresql://nobody@127.0.0.1:{free.getsockname()[1]}/app"
        done = subprocess.run(
            [sys.executable, "-m", "waymark.runtime.engine.process", str(os.getpid())],
            env={**environ, "WAYMARK_DATABASE_URL": dsn},
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
        )
    assert done.returncode == 1
    assert "ERROR waymark.engine: could not connect: database app at 127.0.0.1, port" in done.stderr
    assert "no server answers there; start it, or correct the host and port of the DSN" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"WAYMARK_WORKER_COUNT": "none"}, b"WAYMARK_WORKER_COUNT is 'none'; it takes a whole number from 1 to 10000"),
        ({"WAYMARK_DATABASE_URL": ""}, b"WAYMARK_DATABASE_URL is not set"),
    ],
)
def test_a_bad_setting_ends_the_start_with_its_name(
    project: Path, environ: dict[str, str], change: dict[str, str], said: bytes
):
    async def test() -> None:
        async with deployed(project, environ) as deployment:
            deployment.supervisor.kill()
            await deployment.end()
            deployment._environ |= change
            await deployment.boot()
            assert await deployment.end() == EXIT_BAD_CONFIG
            assert said in deployment.errors

    run(test)
