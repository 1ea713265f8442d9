"""The process for work that may have to be ended: it can be, and another one follows."""

from __future__ import annotations

import os
import time

import pytest

from waymark.runtime.helpers.apart import HERE
from waymark.stdlib.natives.apart import run_apart
from waymark.stdlib.natives.services import Refusal

ENDLESS = ("(a+)+$", 32)


def test_what_takes_too_long_is_ended_and_the_next_one_is_answered() -> None:
    begun = time.process_time()
    with pytest.raises(Refusal, match=r"^it takes more than 300 ms of processor time \(the limit `apart_ms`, WAYMARK_"):
        run_apart("it", "match", *ENDLESS, "match", "a" * 40 + "b", 0, 41, 0)
    assert time.process_time() - begun < 0.25, "this process waits, and computes nothing"
    assert run_apart("it", "match", *ENDLESS, "match", "aa", 0, 2, 0) == (((0, 2), (0, 2)), 1)


def test_a_worker_that_is_gone_is_followed_by_another() -> None:
    run_apart("it", "match", *ENDLESS, "match", "a", 0, 1, 0)
    process = HERE._process
    assert process is not None
    process.kill()
    process.wait()
    assert run_apart("it", "match", *ENDLESS, "match", "a", 0, 1, 0) == (((0, 1), (0, 1)), 1)
    assert HERE._process is not process and HERE._owner == os.getpid()
