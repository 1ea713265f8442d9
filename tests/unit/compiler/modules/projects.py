"""Small projects of several modules, compiled and compared with CPython."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path

from differential import ACTIONS, HEAD, Report, compare

from waymark.compiler.pipeline import Compilation, compile_file


def flow(body: str, *, imports: str = "", above: str = "") -> str:
    """A module whose workflow has this body in `run`, with imports at its top and other code above the class."""
    lines = textwrap.indent(textwrap.dedent(body).strip("\n"), "        ")
    parts = [HEAD, textwrap.dedent(imports).strip("\n"), "\n", ACTIONS, textwrap.dedent(above).strip("\n"), "\n"]
    return "".join(parts) + f"@workflow\nclass Script(Workflow):\n    async def run(self):\n{lines}\n"


def dedented(modules: Mapping[str, str]) -> dict[str, str]:
    return {name: textwrap.dedent(text).lstrip("\n") for name, text in modules.items()}


def same(body: str, *, imports: str = "", above: str = "", **modules: str) -> Report:
    """Assert that the program does what it does under CPython; `__` in the name of a module stands for a dot."""
    named = dedented({name.replace("__", "."): text for name, text in modules.items()})
    report = compare(flow(body, imports=imports, above=above), modules=named)
    assert report.same, report.explain()
    return report


def wrl_of(report: Report) -> str:
    """The WRL without positions."""
    return report.compilation.wrl.partition("\npositions {")[0]


def project(folder: Path, files: Mapping[str, str]) -> Compilation:
    """Write files and compile `program.py` among them."""
    for name, text in {"pyproject.toml": "", **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
    return compile_file(folder / "program.py", root=folder)


def refused(folder: Path, body: str, *, imports: str = "", above: str = "", **files: str) -> list[str]:
    """The problems of a program, as `WM402 shop/rates.py:3 headline`."""
    named = {f"{name.replace('__', '/')}.py": text for name, text in files.items()}
    compilation = project(folder, {**named, "program.py": flow(body, imports=imports, above=above)})
    return [f"{each.code} {each.path}:{each.line} {each.message}" for each in compilation.diagnostics]
