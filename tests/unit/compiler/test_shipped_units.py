"""Units of the prelude that an installation brings along: used if this very compiler made them, and else not."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from waymark.compiler import cache, shipped
from waymark.compiler import library as libraries
from waymark.compiler.library import Library, library
from waymark.stdlib.prelude import MODULES
from waymark.vm.codec import code_hash, encode_unit

WANTED = (*MODULES, "asyncio.queues", "asyncio.locks", "asyncio.exceptions", "asyncio.futures", "heapq")


@pytest.fixture
def brought(tmp_path: Path) -> Path:
    """A file with some of the units."""
    made = library()
    names = {name for name in made if name in WANTED or name in MODULES}
    units = {name: (code_hash(made[name]), encode_unit(made[name])) for name in names}
    for each in [made[name] for name in names]:
        names |= {name for name in made if code_hash(made[name]) in each.needs()}
    units = {name: (code_hash(made[name]), encode_unit(made[name])) for name in sorted(names)}
    found = shipped.Shipped(shipped.contents_hash(), units, {hashed: name for name, (hashed, _) in units.items()})
    place = tmp_path / "prelude.units"
    place.write_bytes(msgspec.msgpack.encode(found))
    return place


def test_a_unit_that_came_along_is_decoded_with_those_that_it_links_to(
    brought: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = shipped.read(brought)
    monkeypatch.setattr(libraries, "shipped", lambda: found)
    monkeypatch.setenv(cache.VARIABLE, "")
    monkeypatch.setattr("waymark.compiler.prelude_units.python_unit", _compiles_nothing)
    monkeypatch.setattr(Library, "_generated", _compiles_nothing)
    again = Library()
    assert again["asyncio.queues"] == library()["asyncio.queues"]
    assert set(again["asyncio.queues"].needs()) <= again.by_hash().keys()


def _compiles_nothing(*given: object) -> None:
    raise AssertionError(f"compiled again: {given}")


def test_what_another_compiler_made_or_what_is_broken_is_passed_over(brought: Path, tmp_path: Path) -> None:
    found = shipped.read(brought)
    assert found.units
    other = tmp_path / "other.units"
    other.write_bytes(msgspec.msgpack.encode(msgspec.structs.replace(found, made_by=bytes(32))))
    assert not shipped.read(other).units
    other.write_bytes(brought.read_bytes()[:-5])
    assert not shipped.read(other).units
    assert not shipped.read(tmp_path / "none.units").units


def test_the_hash_of_the_compiler_is_that_of_all_its_files(monkeypatch: pytest.MonkeyPatch) -> None:
    before = shipped.contents_hash()
    shipped.contents_hash.cache_clear()
    assert shipped.contents_hash() == before
    read_bytes = Path.read_bytes
    changed = "objects.wrl"
    monkeypatch.setattr(Path, "read_bytes", lambda path: read_bytes(path) + b"\n" * (path.name == changed))
    shipped.contents_hash.cache_clear()
    assert shipped.contents_hash() != before
    shipped.contents_hash.cache_clear()
