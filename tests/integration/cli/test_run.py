"""`waymark run`: to the result, to a failure, and to a stop from which the same id goes on."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path

import pytest

from .conftest import Folder

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc")


def is_alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "State:\tZ" not in status.read_text()


def test_the_result_goes_to_stdout_and_progress_to_stderr(folder: Folder) -> None:
    code, out, err = folder.waymark("run", "shop.py:Sleepy", "--input", '{"pause": 0}', "--id", "one").end()
    assert (code, out) == (0, "3\n"), err
    assert err.splitlines()[0] == "run one of sleepy"
    assert [line.split(" in ")[0] for line in err.splitlines()[1:]] == ["  shop:step done", "  shop:step done"]
    code, out, err = folder.waymark("run", "shop.py:Sleepy", "--input", '{"pause": 1}', "--id", "one").end()
    assert (code, out) == (0, "3\n"), err
    assert err == "run one of sleepy, which has ended before\n  it was started with another --input, which it keeps\n"
    assert folder.ledger == ["step 1", "step 2"], "nothing ran again"


def test_what_the_workflow_prints_is_shown_once(folder: Folder) -> None:
    (folder.path / "talk.py").write_text(
        "import asyncio\nfrom waymark import Workflow, workflow\n\n\n@workflow\nclass Talk(Workflow):\n"
        "    async def run(self):\n        for word in {'one', 'two'}:\n            print(word, end='; ')\n"
        "            await asyncio.sleep(0.01)\n        print()\n        return None\n"
    )
    code, out, err = folder.waymark("run", "talk.py:Talk").end()
    assert (code, out) == (0, "one; two; \nnull\n"), err


MODELS = """\
from pydantic import BaseModel, Field, ValidationError, field_validator
from waymark import Workflow, action, workflow


class Line(BaseModel):
    price: float = Field(gt=0)

    @field_validator("price")
    @classmethod
    def check(cls, price):
        while price == 13:
            pass
        return price


class Order(BaseModel):
    lines: list[Line] = []


@action
async def double(order: Order) -> Order:
    return Order(lines=[Line(price=line.price * 2) for line in order.lines])


@workflow
class Models(Workflow):
    async def run(self, price: float) -> Order:
        try:
            Line(price=-1)
        except ValidationError as error:
            print(error.error_count())
        return await double(Order(lines=[Line(price=price)]))
"""


def test_models_are_made_in_a_helper_which_a_loop_does_not_hold(folder: Folder) -> None:
    (folder.path / "models.py").write_text(MODELS)
    code, out, err = folder.waymark("run", "models.py:Models", "--input", '{"price": 4}').end()
    assert (code, json.loads(out.partition("\n")[2])) == (0, {"lines": [{"price": 8.0}]}), err
    assert out.startswith("1\n")
    code, out, err = folder.waymark("run", "models.py:Models", "--input", '{"price": 13}').end()
    assert (code, out) == (1, "1\n"), err
    assert "`Line(...)`: no answer within 3 s: does a validator wait, or loop?" in err


def test_an_input_is_what_run_is_annotated_to_take(folder: Folder) -> None:
    (folder.path / "models.py").write_text(MODELS.replace("price: float) ->", "order: Order, twice: bool = False) ->"))
    text = (folder.path / "models.py").read_text()
    body = text.index("        try:\n            Line(price=-1)")
    (folder.path / "models.py").write_text(f"{text[:body]}        return await double(order)\n")
    given = '{"order": {"lines": [{"price": 2}, {"price": 4}]}}'
    code, out, err = folder.waymark("run", "models.py:Models", "--input", given, "--id", "one").end()
    assert (code, json.loads(out)) == (0, {"lines": [{"price": 4.0}, {"price": 8.0}]}), err
    code, out, err = folder.waymark("run", "models.py:Models", "--input", given, "--id", "one").end()
    assert code == 0 and "another --input" not in err
    code, out, err = folder.waymark("run", "models.py:Models", "--input", given.replace("4", "-4")).end()
    assert (code, out) == (2, "")
    assert err == (
        "error: --input does not fit: order.lines[1].price: Input should be greater than 0, got int; "
        "run() takes order: Order, twice: bool = False\n"
    )


def test_a_failure_shows_its_cause_with_the_line_of_the_workflow(folder: Folder) -> None:
    code, out, err = folder.waymark("run", "shop.py:Fails", "--input", '{"n": 1}', "--id", "one").end()
    assert (code, out) == (1, ""), err
    assert "\n  shop:decline failed after 0." in err and " s: ValueError: no 2\n" in err
    assert err.endswith("error: workflow 'fails', run one, failed:\n  shop.py:26 in Fails.run\n  ValueError: no 2\n")


def test_a_module_that_cannot_be_imported_ends_the_command_and_not_the_run(folder: Folder) -> None:
    good = (folder.path / "shop.py").read_text()
    broken = good.replace("import asyncio\n", "import asyncio, nothing_here\n", 1)
    (folder.path / "shop.py").write_text(broken)
    code, out, err = folder.waymark("run", "shop.py:Sleepy", "--input", '{"pause": 0}', "--id", "one").end()
    assert (code, out) == (1, ""), err
    assert "error: --input cannot be made what run() takes: module shop, where Sleepy is defined, cannot be" in err
    # What is told by workers: the process that looks at --input imports it first.
    once = "Path('looked').exists() and __import__('nothing_here')\nPath('looked').touch()\n"
    (folder.path / "shop.py").write_text(good.replace("\n@action", f"\n{once}\n@action", 1))
    code, out, err = folder.waymark("run", "shop.py:Sleepy", "--input", '{"pause": 0}', "--id", "one").end()
    assert (code, out) == (1, ""), err
    assert "error: module shop cannot be imported: " in err and "shop.py:5: ModuleNotFoundError: No module named" in err
    assert err.endswith(
        "the run is in the database, and this goes on with it:\n"
        "  waymark run shop.py:Sleepy --input '{\"pause\": 0}' --id one\n"
    )
    (folder.path / "shop.py").write_text(good)
    assert folder.waymark("run", "shop.py:Sleepy", "--input", '{"pause": 0}', "--id", "one").end()[:2] == (0, "3\n")


@pytest.mark.parametrize(
    ("number", "code", "said"), [(signal.SIGINT, 130, "stopped by Ctrl-C"), (signal.SIGTERM, 143, "stopped by SIGTERM")]
)
def test_a_stopped_run_leaves_no_process_and_goes_on_with_its_id(
    folder: Folder, number: signal.Signals, code: int, said: str
) -> None:
    first = folder.waymark("run", "shop.py:Sleepy", "--input", '{"pause": 0.8}', "--id", "one")
    first.hear("shop:step done")
    children = first.children()
    assert children
    first.signal(number)
    assert first.end() == (
        code,
        "",
        f"{first.said}error: {said}\nthe run is in the database, and this goes on with it:\n"
        "  waymark run shop.py:Sleepy --input '{\"pause\": 0.8}' --id one\n",
    )
    assert not [pid for pid in children if is_alive(pid)]
    assert folder.waymark("run", "shop.py:Sleepy", "--input", '{"pause": 0.8}', "--id", "one").end()[:2] == (0, "3\n")
    assert folder.ledger == ["step 1", "step 2"], "what had finished did not run again"


def test_an_engine_that_has_the_database_already_executes_the_run(folder: Folder) -> None:
    workers = folder.waymark("start-workers", WAYMARK_USER_MODULE="shop", WAYMARK_LOG_LEVEL="INFO")
    workers.hear("has taken 256 of 256 partitions")
    run = folder.waymark("run", "shop.py:Sleepy", "--input", '{"pause": 0.5}')
    run.hear("another engine has this database. It executes the run, if its workers know the actions")
    assert run.end()[:2] == (0, "3\n")
    workers.signal(signal.SIGTERM)
    assert workers.end()[0] == 0


def test_runs_of_other_programs_wait_for_workers_that_know_them(folder: Folder) -> None:
    sleepy = folder.waymark("run", "shop.py:Sleepy", "--input", '{"pause": 0}', "--id", "one")
    sleepy.hear("run one of sleepy")
    sleepy.signal(signal.SIGKILL)
    sleepy.end()
    other = (folder.path / "shop.py").read_text().replace('"ledger"', '"other ledger"').replace("Sleepy", "Drowsy")
    (folder.path / "other.py").write_text(other)
    drowsy = folder.waymark("run", "other.py:Drowsy", "--input", '{"pause": 0.5}')
    drowsy.hear("another run wants shop:step, which no worker has imported here; it waits for one that has")
    code, out, err = drowsy.end()
    assert (code, out) == (0, "3\n"), err
    assert "failed" not in err
    assert folder.waymark("run", "shop.py:Sleepy", "--input", '{"pause": 0}', "--id", "one").end()[:2] == (0, "3\n")
