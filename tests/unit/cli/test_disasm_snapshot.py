"""`waymark disasm --snapshot`: a stored run as text."""

from __future__ import annotations

import shutil
from pathlib import Path

from .conftest import Waymark

STORED = Path(__file__).parents[2] / "snapshots" / "v1" / "plain.wmb"


def test_a_stored_run_shows_its_frames_and_variables(waymark: Waymark, tmp_path: Path) -> None:
    shutil.copy(STORED, tmp_path / "run.wmb")
    said = waymark("disasm", "--snapshot", "run.wmb")
    assert said.code == 0 and said.err == ""
    assert "task 1 Task-1, the main one, pending, waits for request 3\n" in said.out
    assert "  Script.run  program.py:12, at" in said.out
    assert "    order = {'id': 1, 'price': 12.5}\n" in said.out


def test_what_is_no_stored_run_is_told(waymark: Waymark, tmp_path: Path) -> None:
    (tmp_path / "cut.wmb").write_bytes(STORED.read_bytes()[:1000])
    for file, text in (("shop.py", "a snapshot file begins with b'WMB"), ("cut.wmb", "the snapshot file is cut short")):
        said = waymark("disasm", "--snapshot", file)
        assert said.code == 1 and said.out == ""
        assert said.err.startswith(f"error: {file} is no snapshot that this version of waymark can read\n  {text}")
    assert waymark("disasm", "--snapshot", "nowhere").code == 2
