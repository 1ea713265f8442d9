"""What the compiler says about a user's program: one small class for each problem, and how it is shown."""

from .errors import InternalCompilerError, UnsupportedPatternError
from .model import REGISTRY, Diagnostic, explain
from .render import render, render_report

# Every family registers its classes when it is imported, so that `explain` knows all codes.
from . import arguments, awaits, determinism, entry, modules, names, shapes, syntax  # isort: skip

__all__ = [
    "Diagnostic",
    "REGISTRY",
    "explain",
    "render",
    "render_report",
    "UnsupportedPatternError",
    "InternalCompilerError",
    "arguments",
    "awaits",
    "entry",
    "determinism",
    "modules",
    "names",
    "shapes",
    "syntax",
]
