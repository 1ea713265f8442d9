"""Every public name has a docstring with an example, and every line of it is executed and does what it says."""

from __future__ import annotations

import asyncio
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any

import pytest
from docstring_examples import BEFORE, SCHEDULED, WORLD, WRONG, example_of, program_of

from waymark import programs
from waymark.cli.api_page import api_page, docstring_of, names, thing
from waymark.registry import registry, workflow_registry
from waymark.testing import Stage

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "api.md"
NAMES = list(names())
ON_A_DATABASE = [name for name in NAMES if name.split(".")[0] == "Client"]
DEADLINE_S = 20.0
MODULES = ("shop", "page", "wrong")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(registry, "_actions", {})
    monkeypatch.setattr(workflow_registry, "_workflows", {})
    monkeypatch.setattr(programs, "_imports", {})
    (tmp_path / "shop.py").write_text(WORLD)
    (tmp_path / "wrong.py").write_text(WRONG)
    yield tmp_path
    for name in MODULES:
        sys.modules.pop(name, None)


def page(project: Path, name: str, before: str) -> ModuleType:
    (project / "page.py").write_text(program_of(example_of(docstring_of(name)), before))
    importlib.invalidate_caches()
    return importlib.import_module("page")


def test_the_page_of_names_is_not_stale() -> None:
    assert PAGE.read_text(encoding="utf-8") == api_page(), "run: python -m waymark.cli.api_page > docs/reference/api.md"


class Lines:
    """The lines of a function that were executed."""

    def __init__(self, code: CodeType) -> None:
        self.code = code
        self.seen: set[int] = set()

    def __call__(self, frame: FrameType, event: str, argument: Any) -> Any:
        if frame.f_code is not self.code:
            return None
        self.seen.add(frame.f_lineno)
        return self

    @property
    def missed(self) -> set[int]:
        first = self.code.co_firstlineno
        return {line for _, _, line in self.code.co_lines() if line is not None and line > first} - self.seen


def play(module: ModuleType, *given: Any) -> set[int]:
    """Run the page's `main`. The lines of it that were not executed."""
    lines = Lines(module.main.__code__)
    before = sys.gettrace()
    sys.settrace(lines)
    try:
        asyncio.run(asyncio.wait_for(module.main(*given), DEADLINE_S))
    finally:
        sys.settrace(before)
    return lines.missed


@pytest.mark.parametrize("name", NAMES)
def test_every_public_name_has_a_docstring_with_an_example(name: str) -> None:
    docstring = docstring_of(name)
    assert docstring and docstring.splitlines()[0].rstrip().endswith((".", ",", ":", "is", "a")), docstring
    assert example_of(docstring), f"{name} has no example: {docstring}"
    assert thing(name) is not None


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ON_A_DATABASE])
def test_the_example_does_what_it_says(name: str, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched, Stage() as stage:
        patched.delenv("WAYMARK_DATABASE_URL", raising=False)
        begun = BEFORE + SCHEDULED * ("schedule" in name.lower())
        missed = play(page(project, name, begun), stage)
    assert not missed, (project / "page.py").read_text()


@pytest.mark.parametrize("name", ON_A_DATABASE)
def test_the_example_of_a_client_does_what_it_says(name: str, project: Path, database: str) -> None:
    missed = play(page(project, name, "\n"), None, database)
    assert not missed, (project / "page.py").read_text()
