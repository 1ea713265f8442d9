"""The Python of a page of docs/, as a project that can be run.

A block that begins with `# name.py` is that file of the project. What a block without a name does happens in one
`async def main()`, in the order of the page, with everything of the page's files imported. Runs live in memory.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from textwrap import indent

_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NAME = re.compile(r"# ([\w/]+\.py)$", re.MULTILINE)


def blocks_of(text: str) -> list[tuple[str | None, str]]:
    """Each block, with the file that it is, if it is one."""
    found = []
    for block in _BLOCK.findall(text):
        name = _NAME.match(block)
        found.append((name[1] if name else None, block))
    return found


def write_project(text: str, folder: Path) -> list[str]:
    """The files of a page, and `page.py` with the rest. Their names."""
    files: dict[str, str] = {}
    loose: list[str] = []
    for name, block in blocks_of(text):
        if name is None:
            loose.append(block)
        else:
            files[name] = files.get(name, "") + block
    modules = [name.removesuffix(".py").replace("/", ".") for name in files if "test_" not in name]
    if loose:
        imports = "".join(f"from {module} import *\n" for module in modules)
        body = indent("\n".join(loose), "    ")
        files["page.py"] = f"import asyncio\n{imports}\nasync def main():\n{body}\nif __name__ == '__main__':\n"
        files["page.py"] += "    asyncio.run(main())\n"
    for name, source in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    return list(files)


def run_page(page: Path, folder: Path) -> str:
    """Run all of a page: its tests by pytest, the rest as a script. What it printed; AssertionError if it failed."""
    files = write_project(page.read_text(encoding="utf-8"), folder)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("WAYMARK_")}
    environ |= {"PYTHONPATH": str(folder), "WAYMARK_DATA_DIR": str(folder / "state")}
    said = ""
    if tests := [name for name in files if Path(name).name.startswith("test_")]:
        environ.pop("WAYMARK_BRIDGE_IN_MEMORY", None)
        said += _run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests], folder, environ)
    if "page.py" in files:
        said += _run([sys.executable, "page.py"], folder, environ | {"WAYMARK_BRIDGE_IN_MEMORY": "1"})
    assert files, f"{page.name} has no Python"
    return said


def _run(command: list[str], folder: Path, environ: dict[str, str]) -> str:
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
