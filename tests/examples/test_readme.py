"""The README's program and its error message are real ones."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
LINES_MAX = 90  # two screens


def block(kind: str, containing: str) -> str:
    """The one block of this kind with this text in it."""
    (found,) = (text for text in re.findall(rf"```{kind}\n(.*?)```", README, re.DOTALL) if containing in text)
    return str(found)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "checkout.py").write_text(block("python", "class Checkout"), encoding="utf-8")
    return tmp_path


def waymark(project: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "waymark", *arguments]
    return subprocess.run(command, cwd=project, env=os.environ | environ, capture_output=True, text=True, check=False)


def test_the_workflow_runs_as_the_readme_runs_it(project: Path, database: str) -> None:
    command = re.findall(r"^\$ waymark (run .*?)\s+#", README, re.MULTILINE)[0]
    environ = {"WAYMARK_DATABASE_URL": database, "WAYMARK_DATA_DIR": str(project), "WAYMARK_WORKER_COUNT": "1"}
    shell = f"{sys.executable} -m waymark {command}"
    done = subprocess.run(
        shell, shell=True, cwd=project, env=os.environ | environ, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, '"paid"\n'), done.stderr


def test_the_error_message_is_what_the_compiler_says(project: Path) -> None:
    shop = project / "shop" / "checkout.py"
    text = shop.read_text(encoding="utf-8").replace(
        "import asyncio\n", "import asyncio\nfrom datetime import datetime\n"
    )
    at = re.search(r"    async def run.*\n", text)
    assert at is not None
    shop.write_text(f"{text[: at.end()]}        started = datetime.now()\n{text[at.end() :]}", encoding="utf-8")
    done = waymark(project, "check", "shop/")
    assert done.returncode == 1 and block("text", "error[WM203]") in done.stdout, done.stdout


def test_every_command_that_the_readme_names_is_there(project: Path) -> None:
    named = set(re.findall(r"(?<!from )waymark ([a-z]+(?:-[a-z]+)?)(?=[\s`])", README))
    commands = waymark(project, "--help").stdout.split("Commands:")[1]
    assert named >= {"check", "compile", "disasm", "explain", "run", "start-workers"}
    assert not [name for name in named if f"\n  {name} " not in commands]


def test_the_readme_fits_on_two_screens() -> None:
    assert len(README.splitlines()) <= LINES_MAX


def test_every_link_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)", README)
    assert links
    missing = [link for link in links if "://" not in link and not (Path(__file__).parents[2] / link).exists()]
    assert not missing
