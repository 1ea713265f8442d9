"""`waymark check` shows a problem of a helper in the helper's file, whatever the format, from wherever it is called."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from waymark.cli import main

from .conftest import Waymark


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "shop").mkdir()
    (tmp_path / "helpers.py").write_text("LIMIT = 3\n")
    (tmp_path / "shop" / "helpers.py").write_text("import time\n\ndef stamp():\n    return time.time()\n")
    (tmp_path / "shop" / "flow.py").write_text(
        "from waymark import Workflow, workflow\nfrom shop.helpers import stamp\n\n"
        "@workflow\nclass Flow(Workflow):\n    async def run(self):\n        return stamp()\n"
    )
    return tmp_path


def checked(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as ended:
        main(["check", *arguments])
    assert ended.value.code == 1
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("folder", "file", "helper", "own"),
    [
        (".", "shop/flow.py", "shop/helpers.py", "shop/flow.py"),
        ("shop", "flow.py", "helpers.py", "flow.py"),
    ],
)
def test_every_format_names_the_helpers_file(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    folder: str,
    file: str,
    helper: str,
    own: str,
) -> None:
    monkeypatch.chdir(project / folder)
    text = checked([file], capsys)
    assert f"--> {helper}:4:12" in text and "4 |     return time.time()" in text
    assert f"note: called by `Flow.run` ({own}:7)" in text
    (problem,) = json.loads(checked([file, "--format", "json"], capsys))["problems"]
    assert (problem["file"], problem["line"]) == (helper, 4)
    assert problem["notes"] == [f"called by `Flow.run` ({own}:7)"]
    assert f"::error file={helper},line=4," in checked([file, "--format", "github"], capsys)
    (result,) = json.loads(checked([file, "--format", "sarif"], capsys))["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == helper


def test_a_helper_is_named_in_full_where_the_file_is(waymark: Waymark, tmp_path: Path) -> None:
    (tmp_path / "late.py").write_text("import time\ndef late(): return time.time()\n")
    text = "from waymark import Workflow, workflow\nfrom late import late\n\n@workflow\nclass Flow(Workflow):\n"
    (tmp_path / "flow.py").write_text(f"{text}    async def run(self): return late()\n")
    whole = waymark("check", tmp_path / "flow.py").out
    assert f"--> {tmp_path}/late.py:2:20" in whole and f"called by `Flow.run` ({tmp_path}/flow.py:6)" in whole
    below = waymark("check", "flow.py").out
    assert "--> late.py:2:20" in below and "called by `Flow.run` (flow.py:6)" in below
