"""absurd with its Python SDK: worker processes that poll a queue, and a client in another process, this one.

As its documentation has it: the schema by `absurdctl init`, tasks with `ctx.step`, `start_worker`, `spawn` with a queue
from a process where the task is not registered, results by `await_task_result`. docs/adr/0034 has the settings.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from absurd_sdk import Absurd

from .speaking import Answer, deeds_of, end_with_input, enter, myself, one_by_one, poll_s, processes, serve, timed

QUEUE = "benchmark"
CHILDREN = "children"  # a task may not wait for one of its own queue
WORKERS = 4  # each has one connection, on which a step at a time is committed
STARTING = 4
POLL_S = poll_s(0.25)  # its default


def registered(app: Absurd) -> None:
    @app.register_task(name="chain")
    def chain(params: Any, ctx: Any) -> int:
        one = ctx.step("one", lambda: 1)
        two = ctx.step("two", lambda: one + 1)
        return int(ctx.step("three", lambda: two + 1))

    @app.register_task(name="single")
    def single(params: Any, ctx: Any) -> int:
        return int(ctx.step("one", lambda: 1))

    @app.register_task(name="sleeper")
    def sleeper(params: Any, ctx: Any) -> int:
        ctx.sleep_for("sleep", params["seconds"])
        return 0

    @app.register_task(name="control")
    def control(params: Any, ctx: Any) -> int:
        total = 0
        for number in range(params["turns"]):
            total += number
        return total

    @app.register_task(name="fan_out")
    def fan_out(params: Any, ctx: Any) -> int:
        """A task for each branch, in the other queue; its key has it spawned once, however often we come by here."""
        tasks = [
            app.spawn("branch", {"n": n}, queue=CHILDREN, idempotency_key=f"{ctx.task_id}:{n}")["task_id"]
            for n in range(params["branches"])
        ]
        return len([ctx.await_task_result(each, queue_name=CHILDREN).result for each in tasks])


def work(dsn: str, queue: str) -> None:
    app = Absurd(dsn, queue_name=queue)
    if queue == CHILDREN:

        @app.register_task(name="branch")
        def branch(params: Any, ctx: Any) -> int:
            return int(ctx.step("one", lambda: params["n"]))
    else:
        registered(app)
    threading.Thread(target=end_with_input, daemon=True).start()
    app.start_worker(concurrency=1, batch_size=10, poll_interval=POLL_S)


class Program:
    def __init__(self, dsn: str) -> None:
        self._clients = [Absurd(dsn, queue_name=QUEUE) for _ in range(STARTING)]

    def warm(self) -> Answer:
        return self._ended(self._started("chain", 20, {}))

    def chain(self, count: int, at_once: bool) -> Answer:
        return timed(lambda: self._ended(self._started("chain", count, {}, at_once=at_once)))

    def fan_out(self, branches: int) -> Answer:
        return timed(lambda: self._ended(self._started("fan_out", 1, {"branches": branches})))

    def latency(self, count: int) -> Answer:
        return one_by_one(count, lambda: self._ended(self._started("single", 1, {})))

    def sleepers(self, count: int, seconds: float) -> Answer:
        return timed(lambda: self._ended(self._started("sleeper", count, {"seconds": seconds}, at_once=True)))

    def control(self, turns: int) -> Answer:
        return timed(lambda: self._ended(self._started("control", 1, {"turns": turns})))

    def _started(self, name: str, count: int, params: dict[str, Any], at_once: bool = False) -> list[str]:
        """`at_once`: by a thread for each client, since a client has one connection."""
        found: list[list[str]] = [[] for _ in self._clients]

        def some(place: int, many: int) -> None:
            client = self._clients[place]
            found[place] = [str(client.spawn(name, params, queue=QUEUE)["task_id"]) for _ in range(many)]

        if not at_once:
            some(0, count)
            return found[0]
        shares = [count // STARTING + (place < count % STARTING) for place in range(STARTING)]
        threads = [threading.Thread(target=some, args=share) for share in enumerate(shares)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert sum(map(len, found)) == count, "every task was spawned"
        return [task for tasks in found for task in tasks]

    def _ended(self, tasks: Iterable[str]) -> Answer:
        for each in tasks:
            ended = self._clients[0].await_task_result(each)
            assert ended.state == "completed", ended
        return {}


def prepare(dsn: str, shared: str) -> None:
    ctl = str(Path(sys.executable).with_name("absurdctl"))
    environ = os.environ | {"ABSURD_DATABASE_URL": dsn}
    for arguments in (["init"], ["create-queue", QUEUE], ["create-queue", CHILDREN]):
        subprocess.run([ctl, *arguments], env=environ, check=True, stdin=subprocess.DEVNULL)


def main(dsn: str, shared: str) -> None:
    with processes([myself("work", dsn, queue) for queue in [QUEUE] * WORKERS + [CHILDREN] * WORKERS]):
        serve(deeds_of(Program(dsn)))


if __name__ == "__main__":
    enter(prepare=prepare, serve=main, work=work)
