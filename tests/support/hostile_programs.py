"""Run programs that ask for too much, each in a process of its own that is timed and weighed.

Started as a script with a file of compiled programs: nothing of the compiler is loaded, as on an engine. It forks for
each program, so that one that eats the machine is one result and not the end of the test.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import sys
import time
from pathlib import Path

import msgspec
from pace import slowness

from waymark.runtime.helpers import apart
from waymark.stdlib.catalogue import NATIVES
from waymark.stdlib.limits import RunLimits
from waymark.vm.codec import decode_unit
from waymark.vm.machine import Machine
from waymark.vm.program import Program
from waymark.vm.surface import Failed, Finished, Ready, TraceLine
from waymark.vm.trace import LINES_MAX

apart.provide()

SECONDS_MAX = 20  # after these a program is stopped, and has failed
SLICE_TICKS = 10_000
MEMORY_MAX = 2 << 30


class Job(msgspec.Struct):
    entry: bytes
    workflow: str
    limits: dict[str, int]


class Jobs(msgspec.Struct):
    units: dict[bytes, bytes]
    jobs: list[Job]


class Ended(msgspec.Struct):
    """What a program came to, how much of the processor that took, and what its process weighed at most.

    Seconds are those of a machine with nothing else to do: a processor that is shared is slower in its own time, too.
    """

    came_to: str
    text: str
    lines: list[int]
    seconds: float
    megabytes: float


def main(path: str) -> None:
    jobs = msgspec.msgpack.decode(Path(path).read_bytes(), type=Jobs)
    units = {code: decode_unit(data) for code, data in jobs.units.items()}
    for job in jobs.jobs:
        program = Program.load(job.entry, job.workflow, units.__getitem__, NATIVES)
        print(json.dumps(_apart(program, RunLimits(**job.limits))), flush=True)


def _apart(program: Program, limits: RunLimits) -> dict[str, object]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))
        try:
            told = _run(program, limits)
        except BaseException as error:
            told = {"came_to": f"broke: {type(error).__name__}", "text": str(error)[:500], "lines": []}
        used = time.process_time()
        os.write(writing, json.dumps({**told, "seconds": used / slowness()}).encode())
        os._exit(0)
    os.close(writing)
    if not select.select([reading], [], [], SECONDS_MAX)[0]:
        os.kill(child, signal.SIGKILL)
    data = b""
    while chunk := os.read(reading, 1 << 16):
        data += chunk
    os.close(reading)
    _, status, used = os.wait4(child, 0)
    killed = {"came_to": f"killed: {status}", "text": "", "lines": [], "seconds": used.ru_utime + used.ru_stime}
    return {**(json.loads(data) if data else killed), "megabytes": used.ru_maxrss / 1024}


def _run(program: Program, limits: RunLimits) -> dict[str, object]:
    machine = Machine.start(program, {}, seed=bytes(16), limits=limits)
    while True:
        pause = machine.run(SLICE_TICKS, 0)
        if isinstance(pause, Finished):
            return {"came_to": "returned", "text": "", "lines": []}
        if isinstance(pause, Failed):
            lines: tuple[TraceLine, ...] = pause.traceback[:LINES_MAX]
            own = [each.line for each in lines if not each.source.startswith("<")]
            return {"came_to": type(pause.error).__name__, "text": str(pause.error)[:500], "lines": own}
        assert isinstance(pause, Ready), "nothing here waits"


if __name__ == "__main__":
    main(sys.argv[1])
