"""`waymark visualize`: the control flow as DOT text, or as the picture that graphviz makes of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import typer

from waymark.compiler.flowchart import flowchart
from waymark.exceptions import WaymarkError
from waymark.grammar import parse

from .errors import UsageError
from .files import existing_file, write_whole
from .units import compiled

PICTURES = ("svg", "png", "pdf")
MISSING = "install graphviz and waymark[visualize], or write DOT text: -o FILE.dot"


def visualize_file(file: Path, out: Path | None) -> int:
    """Write the graph to `out`, whose ending says how; without it, DOT text to stdout."""
    units = compiled(existing_file(file, "a Python file with a workflow, or WRL,"))
    dot = flowchart(parse(units.program.debug.wrl, str(file)))
    if out is None:
        typer.echo(dot, nl=False)
        return 0
    write_whole(out, drawn(dot, out))
    typer.echo(f"{out}: the control flow of {', '.join(units.workflows) or file}", err=True)
    return 0


def drawn(dot: str, out: Path) -> bytes:
    """What belongs in a file of this ending."""
    kind = out.suffix.removeprefix(".")
    if kind in ("dot", "gv"):
        return dot.encode()
    if kind not in PICTURES:
        raise UsageError(
            f"{out} ends in none of .dot, {', '.join(f'.{each}' for each in PICTURES)}: say which it is to be"
        )
    if shutil.which("dot") is None:
        raise WaymarkError(f"graphviz's program `dot`, which draws {out}, is not on the PATH: {MISSING}")
    try:
        import graphviz
    except ImportError:
        raise WaymarkError(f"the Python package graphviz, which draws {out}, is not installed: {MISSING}") from None
    picture: bytes = graphviz.Source(dot).pipe(format=kind)
    return picture
