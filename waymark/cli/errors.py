"""Domain errors as text: what, where, what to do. The one place where the command line catches exceptions."""

from __future__ import annotations

import sys


def fail(message: str, code: int = 1) -> int:
    """Print an error as the command line does, and return the exit code."""
    print(f"error: {message}", file=sys.stderr)
    return code


def explained(error: Exception) -> int:
    """Print what went wrong and return the exit code. What is not ours to explain goes on as a traceback."""
    while isinstance(error, ExceptionGroup):  # of a task group: what failed first took the others along
        error = error.exceptions[0]
    usage = _usage_error(error)
    if usage is not None:
        print(usage, file=sys.stderr)
        return 2
    if isinstance(error, _expected()):
        text = str(error)
        print(text if text.startswith("error") else f"error: {text}", file=sys.stderr)  # a report has its own headings
        return 1
    if isinstance(error, OSError):
        where = f" {error.filename}:" if error.filename else ""
        return fail(f"{where} {error.strerror or error}".strip())
    raise error


def _usage_error(error: Exception) -> str | None:
    """A command line that was not understood, as typer says it."""
    format_message = getattr(error, "format_message", None)
    if format_message is None:
        return None
    context = getattr(error, "ctx", None)
    usage = f"{context.get_usage()}\n" if context is not None else ""
    return f"{usage}error: {format_message()}"


def _expected() -> tuple[type[Exception], ...]:
    """Our own errors, of the modules that are loaded: what was never imported cannot have been raised."""
    homes = {
        "waymark.exceptions": ("WaymarkError",),
        "waymark.compiler.source": ("SourceError",),
        "waymark.compiler.diagnostics.errors": ("UnsupportedPatternError", "InternalCompilerError"),
        "waymark.vm.codec": ("BadUnit",),
        "waymark.vm.wire": ("Unencodable", "BadValue"),
        "waymark.runtime.ports": ("StoreError",),
        "waymark.runtime.embedded.errors": ("EmbeddedPostgresError",),
        "waymark.runtime.config": ("ConfigError",),
    }
    return tuple(
        getattr(sys.modules[home], name) for home, names in homes.items() if home in sys.modules for name in names
    )
