"""The folder lists agree: what is on disk, what the wheel gets, and what type checkers see."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
HOUSES = ("grammar", "compiler", "vm", "stdlib", "runtime")


def settings() -> dict[str, object]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]


def packages_on_disk() -> set[str]:
    found = set()
    for top in ("waymark", *HOUSES):
        for init in (ROOT / top).rglob("__init__.py"):
            parts = init.parent.relative_to(ROOT).parts
            found.add(".".join(parts if top == "waymark" else ("waymark", *parts)))
    return found


def test_every_package_folder_is_in_the_wheel() -> None:
    assert set(settings()["packages"]) == packages_on_disk()  # type: ignore[call-overload]


# Workflow code: text that our compiler reads, and that nothing imports.
TEXTS = {f"stdlib/prelude/{name}" for name in ("asyncio", "json", "urllib")}


def test_no_folder_with_code_lacks_an_init() -> None:
    missing = {
        str(path.parent.relative_to(ROOT))
        for top in ("waymark", *HOUSES)
        for path in (ROOT / top).rglob("*.py")
        if not (path.parent / "__init__.py").exists()
    }
    assert missing == TEXTS


def test_every_mapped_house_is_a_folder_of_the_repository() -> None:
    mapped = settings()["package-dir"]
    assert mapped == {"waymark": "waymark"} | {f"waymark.{house}": house for house in HOUSES}


def test_the_view_of_the_type_checkers_shows_every_module() -> None:
    view = ROOT / ".view" / "waymark"
    expected = {house: ROOT / house for house in HOUSES}
    expected |= {path.name: path for path in (ROOT / "waymark").iterdir() if path.name != "__pycache__"}
    links = {path.name: path for path in view.iterdir() if path.name != "__pycache__"}
    assert set(links) == set(expected), "run: make view"
    for name, path in links.items():
        assert path.is_symlink() and path.resolve() == expected[name].resolve()
        assert not path.readlink().is_absolute(), f"{name} must be a relative link, to work in any clone"
