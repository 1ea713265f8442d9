"""The examples do what they say: each is run as its first lines tell a reader to."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"


def waymark(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "waymark", *arguments]
    return subprocess.run(command, cwd=ROOT, env=os.environ | environ, capture_output=True, text=True, check=False)


def test_the_workflows_of_the_examples_compile() -> None:
    done = waymark("check", "examples")
    assert done.returncode == 0, done.stdout + done.stderr


def run_as_it_says(example: str, database: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    text = (EXAMPLES / example).read_text(encoding="utf-8")
    program, *arguments = shlex.split(re.findall(r"^waymark run .*$", text, re.MULTILINE)[0])
    assert program == "waymark"
    environ = {"WAYMARK_DATABASE_URL": database, "WAYMARK_DATA_DIR": str(tmp_path), "WAYMARK_WORKER_COUNT": "1"}
    return waymark(*arguments, **environ)


def test_checkout_runs_as_its_first_lines_say(database: str, tmp_path: Path) -> None:
    done = run_as_it_says("checkout.py", database, tmp_path)
    assert (done.returncode, done.stdout) == (0, '"receipt for order 7"\n'), done.stderr
    assert [line.split(" done")[0] for line in done.stderr.splitlines()[1:]] == [
        "  examples.checkout:charge",
        "  examples.checkout:charge",
        "  examples.checkout:send_receipt",
    ]


def test_prices_runs_as_its_first_lines_say(database: str, tmp_path: Path) -> None:
    done = run_as_it_says("prices.py", database, tmp_path)
    assert done.returncode == 0, done.stderr
    printed, _, result = done.stdout.partition("\n")
    assert printed == "nobody answers at closed"
    assert json.loads(result) == {"north": 506, "south": 506, "east": 406}
    assert done.stderr.count("examples.prices:ask") >= 4


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_the_demo_observes_what_it_promises() -> None:
    done = subprocess.run(
        [sys.executable, EXAMPLES / "demo.py"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr
    assert done.stdout.count(" yes ") == 7 and " NO " not in done.stdout
