"""Snapshots as text: golden files tests/cases/inspect/<name>.txt of kept snapshots, see --update-golden."""

from __future__ import annotations

from pathlib import Path

import pytest
from snapshot_corpus import FOLDER, NAMES

from waymark.vm.inspection import inspect
from waymark.vm.snapshot import BadSnapshot, decode_bundle, encode_bundle

CASES = Path(__file__).parents[2] / "cases" / "inspect"
STORED = FOLDER / "v1"


@pytest.mark.parametrize("name", NAMES)
def test_a_snapshot_shows_every_fiber_frame_line_and_variable(name: str, request: pytest.FixtureRequest) -> None:
    bundle = decode_bundle((STORED / f"{name}.wmb").read_bytes())
    found = inspect(bundle.units.__getitem__, bundle.root, bundle.pages.__getitem__)
    golden = CASES / f"{name}.txt"
    if request.config.getoption("--update-golden"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8"), "rewrite it with --update-golden, and read the diff"


def test_a_bundle_is_one_file_or_refused() -> None:
    data = (STORED / "plain.wmb").read_bytes()
    bundle = decode_bundle(data)
    again = decode_bundle(encode_bundle(bundle.root, bundle.pages, bundle.units.values()))
    assert (again.root, again.pages, again.units) == (bundle.root, bundle.pages, bundle.units)
    for damaged in (b"", b"WMB\x02" + data[4:], data[:-9], data[:500], data[:4] + b"y" + data[5:], data[:4]):
        with pytest.raises(BadSnapshot):
            decode_bundle(damaged)
