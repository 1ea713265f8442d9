"""A contender that does one thing, and fails at the others in every way there is. test_peers.py asks it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.peers.programs.speaking import Answer, deeds_of, enter, poll_s, processes, serve


class Program:
    def warm(self) -> Answer:
        return {}

    def chain(self, count: int, at_once: bool) -> Answer:
        print("a library that prints does not disturb")
        return {"seconds": 0.5 if at_once else 2.0, "poll_s": poll_s(7.0)}

    def fan_out(self, branches: int) -> Answer:
        raise ValueError(f"{branches} are too many\nfor this one")

    def latency(self, count: int) -> Answer:
        print("no more of this", file=sys.stderr)
        os._exit(3)

    def sleepers(self, **order: Any) -> Answer:
        time.sleep(600)
        return {}


def prepare(dsn: str, shared: str) -> None:
    with Path(shared, "prepared").open("a") as note:
        note.write("x")


def main(dsn: str, shared: str) -> None:
    sleeping = [sys.executable, "-c", "import time; time.sleep(600)"]
    stubborn = subprocess.Popen(sleeping)
    Path(shared, "stubborn").write_text(str(stubborn.pid))
    with processes([[sys.executable, "-c", "import sys; sys.stdin.read()"]]):
        serve(deeds_of(Program()))


if __name__ == "__main__":
    enter(prepare=prepare, serve=main)
