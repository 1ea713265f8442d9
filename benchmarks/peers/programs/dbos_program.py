"""DBOS with its queues: executors that take workflows from a queue, and a client in another process, this one.

As its documentation has it: `DBOS.register_queue`, workers with an executor id each, `DBOSClient.enqueue`, results by
`get_result`. docs/adr/0034 has the settings.
"""

from __future__ import annotations

import concurrent.futures
from collections.abc import Iterable
from typing import Any

from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions

from .dbos_workflows import nothing, prepare
from .speaking import Answer, deeds_of, end_with_input, enter, myself, one_by_one, poll_s, processes, serve, timed

QUEUE = "benchmark"
EXECUTORS = 2
STARTING = 10  # threads that enqueue, where runs are started at once
POLL_S = poll_s(1.0)  # its default


@DBOS.workflow()
def fan_out(branches: int) -> int:
    """A task for each branch, by the queue, as the tutorial of queues does it."""
    handles = [DBOS.enqueue_workflow(QUEUE, nothing, number) for number in range(branches)]
    return len([each.get_result(polling_interval_sec=POLL_S) for each in handles])


def configured(dsn: str, executor: str) -> None:
    config: DBOSConfig = {
        "name": "benchmark",
        "system_database_url": dsn,
        "executor_id": executor,
        "application_version": "1",
        "log_level": "WARNING",
    }
    DBOS(config=config)
    DBOS.launch()


def work(dsn: str, executor: str) -> None:
    configured(dsn, executor)
    DBOS.register_queue(QUEUE, polling_interval_sec=POLL_S)
    end_with_input()


class Program:
    def __init__(self, client: DBOSClient) -> None:
        self._client = client

    def warm(self) -> Answer:
        return self._ended(self._started("chain", 20))

    def chain(self, count: int, at_once: bool) -> Answer:
        return timed(lambda: self._ended(self._started("chain", count, at_once=at_once)))

    def fan_out(self, branches: int) -> Answer:
        return timed(lambda: self._ended(self._started("fan_out", 1, branches)))

    def latency(self, count: int) -> Answer:
        return one_by_one(count, lambda: self._ended(self._started("single", 1)))

    def sleepers(self, count: int, seconds: float) -> Answer:
        return timed(lambda: self._ended(self._started("sleeper", count, seconds, at_once=True)))

    def control(self, turns: int) -> Answer:
        return timed(lambda: self._ended(self._started("control", 1, turns)))

    def _started(self, name: str, count: int, *args: object, at_once: bool = False) -> list[Any]:
        options: EnqueueOptions = {"queue_name": QUEUE, "workflow_name": name}
        if not at_once:
            return [self._client.enqueue(options, *args) for _ in range(count)]
        with concurrent.futures.ThreadPoolExecutor(STARTING) as threads:
            return list(threads.map(lambda _: self._client.enqueue(options, *args), range(count)))

    def _ended(self, handles: Iterable[Any]) -> Answer:
        for each in handles:
            each.get_result(polling_interval_sec=POLL_S)
        return {}


def main(dsn: str, shared: str) -> None:
    with processes([myself("work", dsn, str(number)) for number in range(EXECUTORS)]):
        serve(deeds_of(Program(DBOSClient(system_database_url=dsn))))


if __name__ == "__main__":
    enter(prepare=prepare, serve=main, work=work)
