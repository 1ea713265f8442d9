"""The host in an engine's own process: who loops there is left, and told to end."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from waymark.runtime.helpers.inside import Inside
from waymark.vm import hosted_calls
from waymark.vm.hosting import HostInterrupted, HostTimeout
from waymark.vm.wire import encode_numbered


def forever(request: bytes) -> bytes:
    while request != b"now":
        pass
    return b"done"


@pytest.fixture(autouse=True)
def _threads_end() -> Iterator[None]:
    """Whatever was left has ended: nothing of it takes the processor, or comes to somebody else."""
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        thread.join(30.0)
        assert not thread.is_alive(), thread


def test_one_who_loops_is_left_and_the_next_is_answered() -> None:
    host = Inside(0.1, forever)
    for _ in range(2):
        with pytest.raises(HostTimeout, match=r"no answer within 0\.1 s"):
            host(b"loop")
    answers = Inside(30.0, forever)
    assert [answers(b"now") for _ in range(3)] == [b"done"] * 3
    answers.close()


def test_one_that_takes_the_interruption_for_its_own_is_interrupted_again() -> None:
    taken = []

    def stubborn(request: bytes) -> bytes:
        while True:
            try:
                forever(request)
            except BaseException as error:
                taken.append(type(error))
                if len(taken) == 3:
                    raise

    with pytest.raises(HostTimeout):
        Inside(0.1, stubborn)(b"loop")
    for thread in threading.enumerate():
        if thread.name == "waymark watch":
            thread.join(30.0)
    assert taken == [HostInterrupted] * 3


def test_what_the_host_raises_is_raised_where_it_was_asked() -> None:
    host = Inside(30.0, lambda request: request.missing)  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="missing"):
        host(b"")
    host.close()


def test_the_interruption_is_no_failure_of_the_class(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*given: object) -> object:
        raise HostInterrupted

    monkeypatch.setitem(hosted_calls._OPERATIONS, "function", interrupted)
    request = encode_numbered(("function", None, None, ("msgspec.json.encode",), {}), "arguments")[0]
    with pytest.raises(HostInterrupted):
        hosted_calls.perform(request)
