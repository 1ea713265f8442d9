"""The built grammar on disk: used when it is whole, and never missed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from waymark.grammar import cache
from waymark.grammar.parsing import LineBreaks

TEXT = "module m\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "waymark"


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows by one whenever the grammar is built and not loaded."""
    seen: list[str] = []
    build = cache.build

    def counted(grammar: str, postlex: object) -> object:
        seen.append(grammar)
        return build(grammar, postlex)

    monkeypatch.setattr(cache, "build", counted)
    return seen


def test_the_second_process_loads_what_the_first_one_built(folder: Path, builds: list[str]) -> None:
    first = cache.load_lark(LineBreaks()).parse(TEXT)
    assert len(list(folder.iterdir())) == 1
    assert cache.load_lark(LineBreaks()).parse(TEXT) == first
    assert len(builds) == 1


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-1], lambda data: b"", lambda data: bytes(len(data))], ids=["cut", "empty", "zeros"]
)
def test_a_damaged_file_is_built_again(folder: Path, builds: list[str], damage: Callable[[bytes], bytes]) -> None:
    cache.load_lark(LineBreaks())
    (file,) = folder.iterdir()
    file.write_bytes(damage(file.read_bytes()))
    cache.load_lark(LineBreaks()).parse(TEXT)
    assert len(builds) == 2
    cache.load_lark(LineBreaks()).parse(TEXT)
    assert len(builds) == 2


def test_a_folder_that_cannot_be_written_costs_only_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, builds: list[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    cache.load_lark(LineBreaks()).parse(TEXT)
    cache.load_lark(LineBreaks()).parse(TEXT)
    assert len(builds) == 2


def test_a_user_without_a_home_has_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    assert cache.cache_path("grammar") is None


def test_another_grammar_has_another_file(folder: Path) -> None:
    assert cache.cache_path("one") != cache.cache_path("two")
    assert str(cache.cache_path("one")).startswith(str(folder))


def loaded_after(code: str) -> set[str]:
    """The modules of a fresh process that ran `code`."""
    code += "\nimport sys; print(*sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(out.stdout.split())


def test_importing_the_tree_loads_neither_lark_nor_the_printer() -> None:
    loaded = loaded_after("import waymark.grammar, waymark.grammar.tree")
    assert "waymark.grammar.tree" in loaded
    assert not loaded & {"lark", "waymark.grammar.printing", "waymark.grammar.parsing"}


def test_printing_loads_no_lark() -> None:
    loaded = loaded_after("from waymark.grammar import print_module, tree; print_module(tree.Module('m'))")
    assert "waymark.grammar.printing" in loaded and "lark" not in loaded
