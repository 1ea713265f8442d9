"""A folder of a user's modules, registries of this test's own, and an engine in this process."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from types import ModuleType

import pytest

from waymark import programs
from waymark.registry import registry, workflow_registry


class UserProject:
    """Modules as a user has them: files that are written, imported and reloaded."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: list[str] = []

    def write(self, name: str, text: str) -> Path:
        path = self.folder / f"{name}.py"
        path.write_text(dedent(text), encoding="utf-8")
        self.names.append(name)
        importlib.invalidate_caches()
        return path

    def module(self, name: str, text: str) -> ModuleType:
        self.write(name, text)
        return importlib.import_module(name)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[UserProject]:
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # a second version within a second must be read, too
    monkeypatch.setattr(registry, "_actions", {})
    monkeypatch.setattr(workflow_registry, "_workflows", {})
    monkeypatch.setattr(programs, "_imports", {})
    made = UserProject(tmp_path)
    yield made
    for name in made.names:
        sys.modules.pop(name, None)
