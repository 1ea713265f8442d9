"""A second process that imports a workflow compiles nothing: what was compiled is kept on disk."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from waymark.compiler.cache import VARIABLE

SHOP = """\
from waymark import Workflow, workflow
from helpers import double

@workflow
class Shop(Workflow):
    async def run(self, n: int) -> int:
        return double(n)

@workflow
class Other(Workflow):
    async def run(self) -> int:
        return 1
"""
LOOK = """\
import sys
import shop
compiled = shop.Shop.__waymark_compiled__
print(compiled.entry.hex(), len(compiled.units), "libcst" in sys.modules, "lark" in sys.modules)
"""


def look(folder: Path) -> list[str]:
    """The entry's hash, how many units, and whether the compiler was loaded, of a fresh process."""
    done = subprocess.run([sys.executable, "-c", LOOK], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "kept"))
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "shop.py").write_text(SHOP)
    (tmp_path / "helpers.py").write_text("def double(n):\n    return n * 2\n")
    return tmp_path


def test_the_second_import_loads_no_compiler_and_gives_the_same(project: Path) -> None:
    first, second = look(project), look(project)
    assert first[2:] == ["True", "True"] and second[2:] == ["False", "False"]
    assert first[:2] == second[:2]


def test_a_helper_that_changes_is_compiled_again(project: Path) -> None:
    first = look(project)
    (project / "helpers.py").write_text("def double(n):\n    return n + n\n")
    assert look(project)[0] != first[0]


def test_a_module_that_appears_in_front_is_seen(project: Path) -> None:
    look(project)
    (project / "src").mkdir()
    assert look(project)[2:] == ["True", "True"], "src was no folder of the project before"
    assert look(project)[2:] == ["False", "False"]
    (project / "src" / "helpers.py").write_text("def double(n):\n    return 2 * n\n")
    assert look(project)[2:] == ["True", "True"]
