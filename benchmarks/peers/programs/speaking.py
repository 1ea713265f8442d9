"""The lines between the driver and a contender's program: orders on its standard input, answers on its output.

    > {"do": "chain", "count": 1000, "at_once": false}
    < {"done": {"seconds": 1.43}}

The program says {"ready": true} first, and ends with its input, so that nothing outlives a driver that was killed.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

Answer = dict[str, Any]
Deed = Callable[..., Answer]
END_S = 10.0
POLL_VARIABLE = "BENCHMARK_POLL_S"


def poll_s(default: float) -> float:
    """How often those poll who do, in this workload; without a wish, as they do by themselves."""
    return float(os.environ.get(POLL_VARIABLE, default))


def serve(deeds: Mapping[str, Deed]) -> None:
    """Carry out orders until there are no more. An order that fails is answered with what went wrong."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever a library prints goes to the log
    print(json.dumps({"ready": True}), file=answers)
    for line in sys.stdin:
        order = json.loads(line)
        deed = deeds.get(order.pop("do"))
        try:
            answer = {"failed": "it has nothing of the kind"} if deed is None else {"done": deed(**order)}
        except Exception as error:  # the driver makes a row of it
            traceback.print_exc()
            answer = {"failed": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers)


def deeds_of(program: object, run: Callable[[Any], Answer] = lambda answer: answer) -> Mapping[str, Deed]:
    """The public methods of a program, each as a deed; `run` makes an answer of what they return."""

    def deed(method: Callable[..., Any]) -> Deed:
        return lambda **order: run(method(**order))

    return {name: deed(getattr(program, name)) for name in dir(program) if not name.startswith("_")}


def timed(work: Callable[[], object]) -> Answer:
    began = time.perf_counter()
    work()
    return {"seconds": time.perf_counter() - began}


def one_by_one(count: int, work: Callable[[], object]) -> Answer:
    return {"ms": [timed(work)["seconds"] * 1000 for _ in range(count)]}


@contextmanager
def processes(commands: Sequence[Sequence[str]], environ: Mapping[str, str] | None = None) -> Iterator[None]:
    """These run meanwhile. They are told to end by the end of their input and by SIGTERM."""
    started: list[subprocess.Popen[bytes]] = []
    try:
        for command in commands:
            started.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=2, env=environ))
        yield
    finally:
        for each in started:
            assert each.stdin is not None
            each.stdin.close()
            each.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + END_S
        for each in started:
            try:
                each.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                each.kill()
                each.wait()


def end_with_input() -> None:
    """For a process that serves until its parent has gone: in a thread of its own, wait for that, and end."""
    while os.read(0, 4096):
        pass
    os._exit(0)


Role = Callable[[str, str], None]


def enter(*, prepare: Role, serve: Role, work: Role | None = None) -> None:
    """A program's main: `prepare DSN FOLDER` once for a database, then `serve DSN FOLDER`; `work DSN NAME` is its."""
    roles = {"prepare": prepare, "serve": serve, "work": work}
    name, dsn, more = sys.argv[1:]
    role = roles[name]
    assert role is not None, f"this program has no {name}"
    role(dsn, more)


def myself(*arguments: str) -> list[str]:
    """The command that runs this program again."""
    spec = sys.modules["__main__"].__spec__
    assert spec is not None, "programs are run by python -m"
    return [sys.executable, "-m", spec.name, *arguments]
