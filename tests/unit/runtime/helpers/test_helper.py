"""A helper process: answers, and what becomes of those who loop, die or cannot start."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from waymark.runtime.helpers.helper import Helper, HelperSettings
from waymark.vm.hosting import CANNOT, RAISED, VALUE, HostTimeout, HostUnavailable
from waymark.vm.wire import encode_numbered

SHOP = """
import os
import msgspec

class A(msgspec.Struct):
    x: int

    def __post_init__(self):
        print("made")
        if self.x == 1:
            while True:
                pass
        if self.x == 2:
            os._exit(3)
        if self.x == 3:
            raise SystemExit(5)
"""


def request(name: str, **kwargs: object) -> bytes:
    return encode_numbered(("make", name, None, (), kwargs), "arguments")[0]


@pytest.fixture
def helper(tmp_path: Path) -> Iterator[Helper]:
    (tmp_path / "helped_shop.py").write_text(SHOP)
    (tmp_path / "helped_broken.py").write_text("import no_such_module_of_all")
    made = Helper(HelperSettings(project=str(tmp_path), answer_s=60.0))  # a busy machine takes its time
    yield made
    made.close()


def test_a_helper_answers_and_stays(helper: Helper) -> None:
    assert helper(request("helped_shop:A", x=9))[0] == VALUE
    pid = helper.pid
    assert helper(request("helped_shop:A", x=3))[0] == RAISED
    answer = helper(request("helped_broken:A"))
    assert answer[0] == CANNOT and b"module helped_broken, where A is defined, cannot be imported" in answer
    assert helper.pid == pid


def test_who_loops_is_ended_and_the_next_request_is_answered(helper: Helper) -> None:
    helper._settings = msgspec.structs.replace(helper._settings, answer_s=0.5)
    with pytest.raises(HostTimeout, match=r"no answer within 0\.5 s"):
        helper(request("helped_shop:A", x=1))
    helper._settings = msgspec.structs.replace(helper._settings, answer_s=60.0)
    assert helper.pid is None
    assert helper(request("helped_shop:A", x=9))[0] == VALUE


def test_a_helper_that_dies_is_replaced(helper: Helper) -> None:
    with pytest.raises(HostUnavailable, match="has died over a request"):
        helper(request("helped_shop:A", x=2))
    assert helper(request("helped_shop:A", x=9))[0] == VALUE


def test_a_module_that_ends_the_process_is_told(tmp_path: Path) -> None:
    (tmp_path / "helped_exit.py").write_text("import os\nos._exit(1)")
    made = Helper(HelperSettings(project=str(tmp_path), modules=("helped_exit",)))
    with pytest.raises(HostUnavailable, match="ends while it starts"):
        made(request("helped_shop:A", x=9))
    assert made.pid is None


def test_a_helper_that_somebody_kills_is_replaced_and_asked_again(tmp_path: Path) -> None:
    (tmp_path / "helped_shop.py").write_text(SHOP)
    alive: list[int] = []
    made = Helper(HelperSettings(project=str(tmp_path)), alive=lambda: alive.append(1))
    first = made(request("helped_shop:A", x=9))
    killed = made.pid
    assert killed is not None and alive
    os.kill(killed, signal.SIGKILL)
    assert made(request("helped_shop:A", x=9)) == first
    assert made.pid != killed
    made.close()


def test_the_answer_to_a_request_that_was_interrupted_is_not_taken_for_the_next_ones(tmp_path: Path) -> None:
    (tmp_path / "helped_shop.py").write_text(SHOP)
    interrupts = [False]

    def interrupt() -> None:
        if interrupts.pop():
            raise KeyboardInterrupt
        interrupts.append(False)

    made = Helper(HelperSettings(project=str(tmp_path), answer_s=60.0), alive=interrupt)
    try:
        assert made(request("helped_shop:A", x=9))[0] == VALUE
        interrupts[:] = [False, True]
        with pytest.raises(KeyboardInterrupt):
            made(request("helped_shop:A", x=3))
        assert made(request("helped_shop:A", x=9))[0] == VALUE, "and not what that one raised"
    finally:
        made.close()
