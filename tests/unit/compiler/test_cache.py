"""The compile cache: a hit is what was saved, and anything that changed is a miss, never an error."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from waymark.compiler import cache
from waymark.compiler.cache import Entry, load, save, source_hash

Break = Callable[[Path, Path], object]


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))
    file = tmp_path / "shop.py"
    file.write_text("x = 1\n")
    return file


def entry_of(source: Path) -> Entry:
    read = ((str(source), source_hash(source.read_bytes())),)
    absent = (str(source.with_name("helpers.py")),)
    return Entry(read, absent, ("checkout",), b"h" * 32, ((b"h" * 32, b"bytes"),), ("shop:charge",), "module shop\n")


def stored(folder: Path) -> Path:
    (file,) = (folder / "cache").iterdir()
    return file


def test_what_was_saved_is_found_under_the_same_module_name(source: Path) -> None:
    save(source, "shop", entry_of(source))
    assert load(source, "shop") == entry_of(source)
    assert load(source, "other.shop") is None
    assert stored(source.parent).parent.stat().st_mode & 0o077 == 0, "nobody else's business"


@pytest.mark.parametrize(
    "change",
    [
        lambda source, file: source.write_text("x = 2\n"),
        lambda source, file: source.unlink(),
        lambda source, file: source.with_name("helpers.py").touch(),
        lambda source, file: file.write_bytes(file.read_bytes()[:-1]),
        lambda source, file: file.write_bytes(b""),
        lambda source, file: file.write_bytes(source_hash(b"\x93") + b"\x93"),
        lambda source, file: (file.unlink(), file.mkdir()),
    ],
    ids=["edited", "gone", "new module", "torn", "empty", "foreign", "a folder"],
)
def test_whatever_changed_is_a_miss(source: Path, change: Break) -> None:
    save(source, "shop", entry_of(source))
    change(source, stored(source.parent))
    assert load(source, "shop") is None


def test_another_compiler_is_a_miss(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(source, "shop", entry_of(source))
    monkeypatch.setattr(cache, "compiler_fingerprint", lambda: "of another one")
    assert load(source, "shop") is None


def test_an_empty_variable_turns_it_off(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache.VARIABLE, "")
    save(source, "shop", entry_of(source))
    assert load(source, "shop") is None


def test_a_folder_that_cannot_be_made_is_no_error(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache.VARIABLE, str(source / "below a file"))
    save(source, "shop", entry_of(source))
    assert load(source, "shop") is None


def test_the_entries_used_longest_ago_make_room(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "ENTRIES_MAX", 8)
    entry = entry_of(source)
    for number in range(8):
        save(source, f"m{number}", entry)
    for age, file in enumerate(sorted((source.parent / "cache").iterdir())):
        os.utime(file, (age, age))
    assert load(source, "m3") is not None, "which makes it the youngest"
    save(source, "m8", entry)
    assert len(list((source.parent / "cache").iterdir())) == 6
    assert load(source, "m3") is not None and load(source, "m8") is not None
