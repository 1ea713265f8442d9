"""Imports between the houses go one way. A new arrow is a decision, so it has to be made here first."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HOUSES = ("grammar", "stdlib", "vm", "compiler", "runtime")

# house -> the houses that it may import, and modules of them it may not.
ALLOWED = {
    "grammar": set(),
    "stdlib": set(),
    "vm": {"stdlib"},
    "compiler": {"grammar", "vm", "stdlib"},
    "runtime": {"vm", "stdlib"},
}


def modules(house: str) -> list[Path]:
    prelude = ROOT / "stdlib" / "prelude"  # of its modules, those of workflow code are no Python of ours
    found = (path for path in (ROOT / house).rglob("*.py"))
    return sorted(path for path in found if prelude not in path.parents or path.name in ("__init__.py", "python.py"))


def imported(path: Path) -> list[tuple[int, str]]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.append((node.lineno, node.module))
            if node.module == "waymark":
                found += [(node.lineno, f"waymark.{alias.name}") for alias in node.names]
    return found


@pytest.mark.parametrize("house", HOUSES)
def test_a_house_imports_only_what_its_arrows_allow(house: str) -> None:
    wrong = []
    for path in modules(house):
        for line, name in imported(path):
            parts = name.split(".")
            if parts[0] == "waymark" and len(parts) > 1:
                target = parts[1]
                if target != house and target not in ALLOWED[house] and not registration_only(path, name):
                    wrong.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
    assert not wrong, "\n".join(wrong)


def registration_only(path: Path, name: str) -> bool:
    """An action worker imports the users' package for its registry: that is what its process is for."""
    return path.is_relative_to(ROOT / "runtime" / "workers") and name.startswith("waymark.registry")


@pytest.mark.parametrize("folder", [*HOUSES, "waymark", "tests", "examples", "benchmarks"])
def test_nobody_loads_a_house_under_its_folder_name(folder: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} says `{name}`: say `waymark.{name}`"
        for path in modules(folder)
        for line, name in imported(path)
        if name.split(".")[0] in HOUSES
    ]
    assert not wrong, "\n".join(wrong)


def test_inside_a_house_imports_are_relative() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}: say it relatively"
        for house in HOUSES
        for path in modules(house)
        for line, name in imported(path)
        if name.split(".")[:2] == ["waymark", house]
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("house", ["vm", "stdlib", "grammar"])
def test_the_pure_houses_do_no_io(house: str) -> None:
    """The VM reads no clock, no randomness, no files and no network."""
    banned = {"time", "random", "socket", "os", "subprocess", "asyncpg", "threading", "secrets", "uuid", "signal"}
    allowed = {("grammar/cache.py", "os"), ("stdlib/values/uuids.py", "uuid")}
    # Generators that have a seed, and moments that are given.
    allowed |= {("stdlib/values/numeric.py", "random"), ("stdlib/values/records.py", "time")}
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in modules(house)
        for line, name in imported(path)
        if name.split(".")[0] in banned and (str(path.relative_to(ROOT)), name) not in allowed
    ]
    assert not wrong, "\n".join(wrong)
