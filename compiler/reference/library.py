"""The page of the library: every public name of every covered module, there or refused with a reason.

Nothing is asserted here that was not tried: each name stands in a program of one line that is compiled.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from waymark.stdlib.catalogue import CONSTANTS, NATIVES, OUTSIDE
from waymark.stdlib.natives.methods import ATTRIBUTES, CLASS_ATTRIBUTES, METHODS
from waymark.stdlib.prelude.python import EXPORTS
from waymark.stdlib.refused import COVERED, REFUSED
from waymark.stdlib.values.sets import OrderedFrozenSet, OrderedSet

from ..diagnostics import Diagnostic
from ..frontend.values import LINKS
from ..pipeline import compile_text

HEAD = """\
import {module}
from waymark import Workflow, workflow
@workflow
class Probe(Workflow):
    async def run(self):
"""
# The builtin types with methods, and the class that a program's values have.
TYPES: Mapping[type, type] = {
    **{kind: kind for kind in (str, bytes, bytearray, int, float, complex, list, tuple, dict, range, slice)},
    set: OrderedSet,
    frozenset: OrderedFrozenSet,
}


@dataclass(frozen=True)
class Entry:
    """A name of a module. `kind` says what it is if it is there; `code` and `reason` why it is not."""

    name: str
    kind: str = ""
    code: str = ""
    reason: str = ""

    @property
    def is_accounted_for(self) -> bool:
        return bool(self.kind or self.reason)


@cache
def entries() -> Mapping[str, tuple[Entry, ...]]:
    """Module or builtin type -> its names."""
    modules = {module: tuple(_of_module(module)) for module in COVERED}
    return modules | {f"builtins.{kind.__name__}": tuple(_of_type(kind)) for kind in TYPES}


def missing() -> list[str]:
    """Names that are neither there nor refused with a reason."""
    return [
        f"{module}.{each.name}" for module, names in entries().items() for each in names if not each.is_accounted_for
    ]


def public_names(module: str) -> list[str]:
    """What the module says is public, and what it defines itself under a public name."""
    host = import_module(module)
    listed = set(getattr(host, "__all__", ()))
    found = {name for name, value in vars(host).items() if not _is_of_another(host, name, value, bool(listed))}
    return sorted(name for name in found | listed if not name.startswith("_"))


def _is_of_another(host: ModuleType, name: str, value: Any, lists: bool) -> bool:
    """Whether the module has the value only because it uses it."""
    if isinstance(value, ModuleType) or type(value).__name__ == "_Feature":
        return True
    home = getattr(value, "__module__", None)
    if lists:
        return home != host.__name__
    if home is None or home.startswith("_") or home in (host.__name__, "builtins"):
        return False
    return getattr(sys.modules.get(home), name, None) is value


def _of_module(module: str) -> Iterator[Entry]:
    names = public_names(module)
    head = HEAD.format(module=module)
    text = head + "".join(f"        {module}.{name}\n" for name in names)
    found = compile_text(text, path="probe.py", module="probe", root=Path("/nonexistent")).diagnostics
    by_line = {each.line: each for each in reversed(found)}
    for line, name in enumerate(names, head.count("\n") + 1):
        yield _entry(module, name, by_line.get(line))


def _entry(module: str, name: str, problem: Diagnostic | None) -> Entry:
    full = f"{module}.{name}"
    if problem is None:
        return Entry(name, _kind(full))
    if full in REFUSED:
        return Entry(name, "", problem.code, REFUSED[full])
    pure = problem.code in ("WM110", "WM405")  # the others say what the name does
    return Entry(name, "", problem.code, "" if pure else _sentence(problem))


def _sentence(problem: Diagnostic) -> str:
    return (type(problem).__doc__ or "").strip().partition("\n")[0]


def _kind(full: str) -> str:
    if full in CONSTANTS:
        return "constant"
    if full in EXPORTS or full in LINKS:
        return "prelude"
    key = OUTSIDE.get(full)
    if key is None:
        return "compiled"
    return NATIVES[key].kind


def _of_type(kind: type) -> Iterator[Entry]:
    ours = TYPES[kind]
    there = METHODS[ours].keys() | ATTRIBUTES.get(ours, frozenset()) | CLASS_ATTRIBUTES.get(ours, frozenset())
    for name in dir(kind):
        if not name.startswith("_"):
            reason = REFUSED.get(f"builtins.{kind.__name__}.{name}", "")
            yield Entry(name, "" if name not in there else "method" if name in METHODS[ours] else "data", "", reason)
