"""Errors as text: what, where, what to do. The one place where the command line catches exceptions.

Only a bug of Waymark shows a traceback.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from typing import Any

import typer

from waymark.exceptions import WaymarkError

STOPPED = 130  # by Ctrl-C, as shells have it: 128 and the number of the signal
PIPE_CLOSED = 141


class UsageError(WaymarkError):
    """The command line was understood, and asks for something that makes no sense. Exit code 2."""


def fail(message: str, code: int = 1) -> int:
    """Print an error as the command line does, and return the exit code."""
    print(f"error: {message}", file=sys.stderr)
    return code


def exit_code_of(command: Callable[[], Any]) -> int:
    """Do what was asked for. What goes wrong is printed."""
    try:
        code = command()
        sys.stdout.flush()
    except typer.Exit as left:
        return left.exit_code
    except (typer.Abort, KeyboardInterrupt):
        print("stopped", file=sys.stderr)
        return STOPPED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whoever read has gone; what is left in the buffer goes nowhere
        return PIPE_CLOSED
    except Exception as error:
        return _explained(error)
    return code if isinstance(code, int) else 0


def _explained(error: Exception) -> int:
    while isinstance(error, ExceptionGroup):  # of a task group: what failed first took the others along
        error = error.exceptions[0]
    if (usage := _usage_error(error)) is not None:
        print(usage, file=sys.stderr)
        return 2
    if isinstance(error, UsageError):
        return fail(str(error), 2)
    if isinstance(error, _expected()):
        text = str(error)
        if not text.startswith("error["):  # a report has its own headings
            text = f"error: {text}"
        print(text, file=sys.stderr)
        return 1
    if isinstance(error, OSError):
        return fail(_of_the_system(error))
    raise error


def _usage_error(error: Exception) -> str | None:
    """A command line that was not understood, as typer says it."""
    format_message = getattr(error, "format_message", None)
    if format_message is None:
        return None
    message: str = format_message()
    if message.startswith("Usage:"):  # nothing was asked for: the help, and no error
        return message
    context = getattr(error, "ctx", None)
    if context is None:
        return f"error: {message}\nTry `waymark --help`."
    return f"{context.get_usage()}\nerror: {message}\nTry `{context.command_path} --help`."


def _of_the_system(error: OSError) -> str:
    said = error.strerror or str(error)
    if error.filename:
        return f"{error.filename}: {said}"
    if error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EIO):
        return f"the output cannot be written: {said}"
    return said


def _expected() -> tuple[type[Exception], ...]:
    """Our own errors, of the modules that are loaded: what was never imported cannot have been raised."""
    homes = {
        "waymark.exceptions": ("WaymarkError",),
        "waymark.compiler.source": ("SourceError",),
        "waymark.compiler.diagnostics.errors": ("UnsupportedPatternError", "InternalCompilerError"),
        "waymark.compiler.handwritten": ("WrlError",),
        "waymark.vm.codec": ("BadUnit",),
        "waymark.vm.wire": ("Unencodable", "BadValue"),
        "waymark.runtime.ports": ("StoreError",),
        "waymark.runtime.embedded.errors": ("EmbeddedPostgresError",),
        "waymark.runtime.config": ("ConfigError",),
    }
    return tuple(
        getattr(sys.modules[home], name) for home, names in homes.items() if home in sys.modules for name in names
    )
