"""A folder with user code in it, and ears for what its actions say."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from .watching import ACTS, Ears


@pytest.fixture
def ears(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ears]:
    with tempfile.TemporaryDirectory(prefix="wm-") as folder:  # the address of a socket has to be short
        ears = Ears(Path(folder) / "ears")
        monkeypatch.setenv("EARS", str(ears.path))
        yield ears
        ears.close()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "acts.py").write_text(ACTS)
    return tmp_path
