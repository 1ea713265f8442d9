"""`waymark dev`: workers that follow the project's files, in one terminal."""

from __future__ import annotations

import os
import select
import signal
import sys
from pathlib import Path

import pytest

from .conftest import Folder


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_workers_follow_the_files_and_end_with_the_command(folder: Folder) -> None:
    developing = folder.waymark("dev")
    assert folder.start("shop.py").end()[1].splitlines() == ["result: 3", "again: 3 named"]
    assert folder.ledger == ["step 1", "step 2"] * 2
    shop = folder.path / "shop.py"
    shop.write_text(shop.read_text().replace("return n + 1", "return n + 10").replace('id="named"', 'id="changed"'))
    developing.hear("something changed")
    assert folder.start("shop.py").end()[1].splitlines() == ["result: 21", "again: 21 changed"]
    workers = developing.children()
    developing.signal(signal.SIGTERM)
    code, out, err = developing.end()
    assert (code, "stopping" in err) == (0, True), err
    assert "it compiles" in out or "all compile" in out
    assert workers and not any(Path(f"/proc/{pid}").exists() for pid in workers)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_nothing_is_left_when_the_command_is_killed(folder: Folder) -> None:
    developing = folder.waymark("dev")
    assert folder.start("shop.py").end()[0] == 0
    ends = [os.pidfd_open(pid) for pid in developing.children()]
    os.kill(developing.pid, signal.SIGKILL)
    developing.end()
    assert ends
    for end in ends:
        assert select.select([end], [], [], 10)[0], "a process is left"
        os.close(end)


APART = """
from waymark import Workflow, action, workflow
from wm_apart.helpers import twice

@action
async def step(n: int) -> int:
    return n + 1

@workflow
class Apart(Workflow):
    async def run(self, n: int) -> int:
        return twice(await step(n))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_a_folder_of_no_project_is_known_as_those_who_import_it_from_here_know_it(folder: Folder) -> None:
    (folder.path / "wm_apart").mkdir()
    (folder.path / "wm_apart" / "helpers.py").write_text("def twice(n):\n    return 2 * n\n")
    (folder.path / "wm_apart" / "flows.py").write_text(APART)
    (folder.path / "start.py").write_text(
        "import asyncio\nfrom wm_apart.flows import Apart\nprint(asyncio.run(Apart().run(3)))\n"
    )
    folder.waymark("dev", "wm_apart")
    assert folder.start("start.py", PYTHONSAFEPATH="").end()[1] == "8\n"
    assert folder.waymark("run", "wm_apart/flows.py:Apart", "--input", '{"n": 4}').end()[1] == "10\n"
