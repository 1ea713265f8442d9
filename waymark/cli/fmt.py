"""`waymark fmt`."""

from __future__ import annotations

from pathlib import Path

import typer

from waymark.exceptions import WaymarkError
from waymark.grammar.errors import WrlSyntaxError
from waymark.grammar.formatting import format_text

from .files import existing_file, write_whole
from .units import text_of


def format_files(files: list[Path], *, check: bool) -> int:
    """Rewrite WRL in the printer's form; with `check`, only say which files are not in it."""
    changed = 0
    for file in files:
        text = text_of(existing_file(file, "a WRL file"))
        try:
            made = format_text(text, str(file))
        except WrlSyntaxError as error:
            raise WaymarkError(str(error)) from None
        if made == text:
            continue
        changed += 1
        if not check:
            write_whole(file, made.encode())
        typer.echo(f"{file}: {'is not formatted' if check else 'formatted'}", err=True)
    typer.echo(f"{len(files)} file{'s' * (len(files) != 1)}, {changed} {'to format' if check else 'changed'}", err=True)
    return int(check and changed > 0)
