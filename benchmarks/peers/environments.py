"""Virtual environments of the peers, below build/peers, made at their first use. Versions are in contenders.py."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "build" / "peers"
INSTALL_S_MAX = 300


class Missing(Exception):
    """A peer that cannot be had here, and why."""


def python_of(name: str, requirements: Sequence[str], say: Callable[[str], None]) -> Path:
    """The interpreter of an environment with exactly these packages, and what they need."""
    folder = FOLDER / name
    python, stamp = folder / "bin" / "python", folder / "installed.txt"
    wanted = "\n".join(requirements)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    say(f"installing {', '.join(requirements)} from PyPI into {folder}")
    stamp.unlink(missing_ok=True)
    beside = Path(sys.executable).with_name("uv")
    uv = str(beside) if beside.exists() else shutil.which("uv")
    if uv is None:
        _run(sys.executable, "-m", "venv", "--clear", str(folder))
        _run(str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *requirements)
    else:
        _run(uv, "venv", "-q", "--clear", "--python", sys.executable, str(folder))
        _run(uv, "pip", "install", "-q", "--python", str(python), *requirements)
    stamp.write_text(wanted, encoding="utf-8")
    return python


def _run(*command: str) -> None:
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=INSTALL_S_MAX)
    except subprocess.TimeoutExpired as error:
        raise Missing(f"{shlex.join(command)} did not end within {INSTALL_S_MAX} s") from error
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise Missing(f"{shlex.join(command)} failed: {last}")
