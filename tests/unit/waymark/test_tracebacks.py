"""A failed run, printed as Python prints what fails: by its lines, with their source."""

from __future__ import annotations

import asyncio
import traceback
from pathlib import Path

import pytest

import waymark

from .conftest import UserProject

FLOWS = """\
from waymark import Workflow, action, workflow

@action
async def decline(n: int) -> int:
    raise ValueError(f"no {n}")

async def charge(n):
    return await decline(n)

@workflow
class Fails(Workflow):
    async def run(self, n: int) -> int:
        try:
            return await charge(n)
        except ValueError as error:
            raise LookupError("nothing left") from error
"""


def test_the_cause_has_the_lines_of_the_workflow_as_its_traceback(
    project: UserProject, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WAYMARK_BRIDGE_IN_MEMORY", "1")
    monkeypatch.chdir(tmp_path)
    shop = project.module("shop_fails", FLOWS)
    with pytest.raises(waymark.WorkflowFailed) as failed:
        asyncio.run(shop.Fails().run(3))
    text = "".join(traceback.format_exception(failed.value.__cause__))
    assert '  File "shop_fails.py", line 16, in ' in text
    assert '    raise LookupError("nothing left") from error\n' in text
    assert '  File "shop_fails.py", line 8, in ' in text and "    return await decline(n)\n" in text
    assert text.index("ValueError: no 3") < text.index("LookupError: nothing left")
    assert "was the direct cause of the following exception" in text
