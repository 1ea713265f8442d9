"""What users install: a wheel in an empty environment, used in an empty folder. And the sdist gives the same wheel."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import msgspec
import pytest

from waymark.compiler.library import library
from waymark.compiler.shipped import Shipped
from waymark.vm.codec import code_hash, encode_unit

ROOT = Path(__file__).parents[2]
SOURCES = (
    "waymark",
    "grammar",
    "compiler",
    "vm",
    "stdlib",
    "runtime",
    "tests",
    "docs",
    "examples",
    "benchmarks",
    ".ci",
)
FILES = ("pyproject.toml", "setup.py", "README.md", "LICENSE", "MANIFEST.in", "Makefile")
UNITS = "waymark/compiler/prelude.units"
UV = Path(sys.executable).with_name("uv")

SHOP = """\
import asyncio
from waymark import Workflow, action, workflow

@action
async def charge(order_id: int, attempt: int) -> bool:
    return attempt > 0

@workflow
class Checkout(Workflow):
    async def run(self, order_id: int) -> str:
        for attempt in range(3):
            if await charge(order_id, attempt=attempt):
                return "paid"
            await asyncio.sleep(0.1)
        return "failed"
"""


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A command that is to succeed, without anything of ours in its environment."""
    ours = ("PYTHONPATH", "VIRTUAL_ENV", "WAYMARK_DATABASE_URL", "WAYMARK_DATA_DIR")
    environ = {name: value for name, value in os.environ.items() if name not in ours}
    done = subprocess.run(list(map(str, command)), cwd=cwd, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done


def build(source: Path, out: Path, kind: str) -> Path:
    """`kind` is wheel or sdist."""
    command = (UV, "build") if UV.exists() else (sys.executable, "-m", "build")
    out_option = "--out-dir" if UV.exists() else "--outdir"
    run(*command, f"--{kind}", out_option, out, source, cwd=source)
    return next(path for path in out.iterdir() if path.name.endswith(".whl" if kind == "wheel" else ".tar.gz"))


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy: building leaves folders behind, and finds what an earlier one has left."""
    copy = tmp_path_factory.mktemp("checkout")
    for name in SOURCES:
        shutil.copytree(
            ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info", ".*_cache")
        )
    for name in FILES:
        shutil.copy2(ROOT / name, copy / name)
    return copy


@pytest.fixture(scope="module")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(checkout, tmp_path_factory.mktemp("wheel"), "wheel")


@pytest.fixture(scope="module")
def sdist(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(checkout, tmp_path_factory.mktemp("sdist"), "sdist")


def contents(wheel: Path) -> dict[str, int]:
    """File -> checksum, without the list of files and checksums itself."""
    with zipfile.ZipFile(wheel) as archive:
        return {each.filename: each.CRC for each in archive.infolist() if not each.filename.endswith("/RECORD")}


def expected() -> set[str]:
    """Every file of the packages, as it is named in the wheel."""
    found = set()
    for house in SOURCES[:6]:
        for path in (ROOT / house).rglob("*"):
            if path.is_file() and path.suffix != ".pyc":
                parts = path.relative_to(ROOT).parts
                found.add("/".join(parts if house == "waymark" else ("waymark", *parts)))
    return found | {UNITS}


def test_the_wheel_holds_every_file_of_the_packages_and_nothing_else(wheel: Path) -> None:
    packaged = {name for name in contents(wheel) if ".dist-info/" not in name}
    assert packaged == expected()
    kinds = {name.rpartition(".")[2] for name in packaged}
    assert kinds == {"py", "typed", "lark", "sql", "wrl", "units"}
    assert "waymark/py.typed" in packaged
    assert wheel.name.endswith("-py3-none-any.whl")


def test_the_units_in_the_wheel_are_those_that_the_compiler_makes(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        found = msgspec.msgpack.decode(archive.read(UNITS), type=Shipped)
    made = library()
    assert {name: hashed for name, (hashed, _) in found.units.items()} == {name: code_hash(made[name]) for name in made}
    assert {name: data for name, (_, data) in found.units.items()} == {name: encode_unit(made[name]) for name in made}


def test_the_sdist_gives_the_same_wheel(sdist: Path, wheel: Path, tmp_path: Path) -> None:
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
        names = {name.partition("/")[2] for name in archive.getnames()}
    (source,) = (tmp_path / "unpacked").iterdir()
    assert contents(build(source, tmp_path / "again", "wheel")) == contents(wheel)
    for name in (
        "tests/conftest.py",
        "tests/packaging/test_wheel.py",
        "docs/ARCHITECTURE.md",
        "examples/demo.py",
        "Makefile",
    ):
        assert name in names
    assert not [name for name in names if name.endswith(".pyc") or name.startswith((".waymark", ".venv"))]


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `waymark` of an environment in which there is nothing else."""
    environment = tmp_path_factory.mktemp("environment") / "venv"
    wanted = f"waymark[embedded] @ {wheel.as_uri()}"
    if UV.exists():
        run(UV, "venv", "--python", sys.executable, environment, cwd=wheel.parent)
        run(UV, "pip", "install", "--python", environment / "bin" / "python", wanted, cwd=wheel.parent)
    else:
        run(sys.executable, "-m", "venv", environment, cwd=wheel.parent)
        run(environment / "bin" / "python", "-m", "pip", "install", "--quiet", wanted, cwd=wheel.parent)
    return environment / "bin" / "waymark"


def test_an_installed_waymark_works_on_a_file_of_the_users(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(SHOP)
    assert run(installed, "--version", cwd=tmp_path).stdout.startswith("waymark ")
    assert run(installed, "check", "shop.py", cwd=tmp_path).stdout == "1 workflow in 1 file: it compiles\n"
    run(installed, "compile", "shop.py", cwd=tmp_path)
    listing = run(installed, "disasm", "shop.wmx", cwd=tmp_path).stdout
    assert "class Checkout, runs f0" in listing
    beside = run(installed, "disasm", "shop.py", cwd=tmp_path).stdout
    assert listing.splitlines()[:3] == beside.splitlines()[:3] and "; for attempt in range(3):" in beside
    done = run(installed, "run", "shop.py:Checkout", "--input", json.dumps({"order_id": 7}), cwd=tmp_path)
    assert done.stdout == '"paid"\n'
    assert f"in {tmp_path}/.waymark/" in done.stderr, "the data are the project's own"


def test_an_installation_compiles_nothing_of_the_prelude(installed: Path, tmp_path: Path) -> None:
    code = """
import waymark.compiler.library as library, waymark.compiler.prelude_units as prelude_units
prelude_units.python_unit = library.Library._generated = lambda *given: 1 / 0
print(len(library.library()) == len([library.library()[name] for name in library.library()]))
"""
    assert run(installed.with_name("python"), "-c", code, cwd=tmp_path).stdout == "True\n"


def test_what_is_installed_is_used_and_not_this_checkout(installed: Path, tmp_path: Path) -> None:
    code = "import waymark.vm.isa, waymark.compiler.pipeline as p; print(p.__file__)"
    where = run(installed.with_name("python"), "-c", code, cwd=tmp_path).stdout
    assert Path(where.strip()).is_relative_to(installed.parent.parent)
    assert importlib.util.find_spec("waymark") is not None
