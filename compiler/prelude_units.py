"""A module of the prelude that is written in Python, as a unit: all its functions and classes, for others to link to.

It goes through the passes that a program goes through. What it may not have is anything for init to do: a unit that
others link to has no variables at the top but those that a function binds, and its classes are static, all of them.
"""

from __future__ import annotations

from pathlib import Path

from waymark.stdlib.prelude.python import python_source
from waymark.vm.unit import Unit

from .diagnostics import InternalCompilerError
from .fresh import FreshNames
from .frontend.project import Project
from .pipeline import Work, passes


def python_unit(name: str) -> Unit:
    """Compile the module of this name."""
    nowhere = Project(Path(), ())
    work = Work(
        path=f"<{name}>", name=name, text=python_source(name), project=nowhere, fresh=FreshNames(), prelude=True
    )
    for _, done in passes(work):
        work = done
    if work.problems or work.unit is None:
        told = "; ".join(f"line {each.span.line}: {each.headline()}" for each in work.problems)
        raise InternalCompilerError("prelude", work.path, told)
    if work.unit.inits:
        assert work.tree is not None
        left = ", ".join(f"line {each.span.line}" for each in work.tree.init)
        raise InternalCompilerError("prelude", work.path, f"something is left to init: {left}")
    return work.unit
