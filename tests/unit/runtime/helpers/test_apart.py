"""The process for work that may have to be ended: it can be, and another one follows."""

from __future__ import annotations

import marshal
import os
import time
from typing import Any

import pytest
from pace import is_within

from waymark.runtime.helpers import apart
from waymark.runtime.helpers.apart import HERE, Worker
from waymark.stdlib.natives.apart import run_apart
from waymark.stdlib.natives.services import Refusal

ENDLESS = ("(a+)+$", 32)


def test_what_takes_too_long_is_ended_and_the_next_one_is_answered() -> None:
    begun = time.process_time()
    with pytest.raises(Refusal, match=r"^it takes more than 300 ms of processor time \(the limit `apart_ms`, WAYMARK_"):
        run_apart("it", "match", *ENDLESS, "match", "a" * 40 + "b", 0, 41, 0)
    assert is_within(time.process_time() - begun, 0.25), "this process waits, and computes nothing"
    assert run_apart("it", "match", *ENDLESS, "match", "aa", 0, 2, 0) == (((0, 2), (0, 2)), 1)


def test_a_worker_that_is_gone_is_followed_by_another() -> None:
    run_apart("it", "match", *ENDLESS, "match", "a", 0, 1, 0)
    process = HERE._process
    assert process is not None
    process.kill()
    process.wait()
    assert run_apart("it", "match", *ENDLESS, "match", "a", 0, 1, 0) == (((0, 1), (0, 1)), 1)
    assert HERE._process is not process and HERE._owner == os.getpid()


class Interrupted(Worker):
    """Somebody presses Ctrl-C while the first answer is awaited."""

    interrupts = True

    def _read(self, pipe: Any, size: int, wait_s: float) -> bytes:
        if self.interrupts:
            self.interrupts = False
            raise KeyboardInterrupt
        return super()._read(pipe, size, wait_s)


def test_the_answer_to_a_question_that_was_interrupted_is_not_taken_for_the_next_ones() -> None:
    worker = Interrupted()
    try:
        with pytest.raises(KeyboardInterrupt):
            worker.call("match", 30, marshal.dumps((*ENDLESS, "match", "b", 0, 1, 0)))
        answer = worker.call("match", 30, marshal.dumps((*ENDLESS, "match", "aa", 0, 2, 0)))
        assert answer is not None and marshal.loads(answer) == ("", (((0, 2), (0, 2)), 1))
    finally:
        worker.close()


def test_whoever_may_compute_for_long_is_waited_for_as_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_WAIT_MORE_S", 0.0)
    worker = Worker()
    try:
        answer = worker.call("match", 30, marshal.dumps((*ENDLESS, "match", "aa", 0, 2, 0)))
        assert answer is not None and marshal.loads(answer) == ("", (((0, 2), (0, 2)), 1))
    finally:
        worker.close()
