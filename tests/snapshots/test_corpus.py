"""Snapshots that were stored once are resumed for ever (`tests/support/snapshot_corpus.py` says how they are made)."""

from __future__ import annotations

from pathlib import Path

import pytest
from snapshot_corpus import FOLDER, NAMES, resumed

from waymark.vm.inspection import inspect
from waymark.vm.snapshot import decode_bundle
from waymark.vm.snapshot.format import FORMAT_VERSION

FILES = sorted(FOLDER.glob("v*/*.wmb"))


def test_every_program_of_the_corpus_is_stored_in_this_version() -> None:
    assert {file.stem for file in FILES if file.parent.name == f"v{FORMAT_VERSION}"} == set(NAMES)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_stored_snapshot_is_resumed(file: Path) -> None:
    bundle = decode_bundle(file.read_bytes())
    assert resumed(bundle) == file.with_suffix(".txt").read_text(encoding="utf-8")
    assert "task 1" in inspect(bundle.units.__getitem__, bundle.root, bundle.pages.__getitem__)
