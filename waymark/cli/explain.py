"""`waymark explain`."""

from __future__ import annotations

import typer

from waymark.compiler.diagnostics.model import explain
from waymark.exceptions import WaymarkError


def explain_code(code: str) -> int:
    """Print the page of a diagnostic."""
    try:
        typer.echo(explain(code.upper()))
    except LookupError as error:
        raise WaymarkError(str(error.args[0])) from None
    return 0
