"""A diagnostic is data first (a class with its own fields), a report second (headline, label, help, notes).

The docstring of a class is its page: `waymark explain WMnnn` prints it. Families: WM1xx syntax and the shape of a
workflow, WM2xx determinism, WM3xx awaiting, WM4xx names and arguments. A retired code stays retired.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, ClassVar, Self

import msgspec

from waymark.grammar.span import Span

REGISTRY: dict[str, type[Diagnostic]] = {}


class Step(msgspec.Struct, frozen=True):
    """One step of the way from a problem back to a workflow: "called by `total` (shop/helpers.py:12)"."""

    verb: str
    name: str
    path: str
    line: int

    def __str__(self) -> str:
        if self.verb == "runs when":
            return f"it runs when the module `{self.name}` is imported"
        whom = self.name if self.name.startswith("the module") else f"`{self.name}`"
        return f"{self.verb} {whom} ({self.path}:{self.line})"


class Diagnostic(msgspec.Struct, frozen=True, kw_only=True):
    """One problem of a user's file, at one place in it."""

    code: ClassVar[str] = ""

    path: str
    span: Span
    steps: tuple[Step, ...] = ()  # of a problem in a helper: who calls it, back to the workflow

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        code = cls.__dict__.get("code")
        # msgspec makes a slotted class once more on some versions: the same class may come by twice, another may not.
        known = REGISTRY.setdefault(code, cls) if code else cls
        if known.__qualname__ != cls.__qualname__:
            raise TypeError(f"diagnostics {known.__qualname__} and {cls.__qualname__} share the code {code}")
        if code:
            REGISTRY[code] = cls

    def headline(self) -> str:
        """What is wrong with the program, in its own words."""
        raise TypeError(f"{type(self).__name__} has no headline")

    def label(self) -> str:
        """A few words beside the carets."""
        return ""

    def help(self) -> str:
        """What to write instead; starts with a verb."""
        return ""

    def notes(self) -> tuple[str, ...]:
        """More to know; the way to the problem and the pointer to the page come by themselves."""
        return ()

    @property
    def remarks(self) -> tuple[str, ...]:
        """All notes: more to know, then the way to the problem."""
        return (*self.notes(), *map(str, self.steps))

    def renamed(self, names: Mapping[str, str]) -> Self:
        """The same problem with other names for files."""
        steps = tuple(Step(each.verb, each.name, names.get(each.path, each.path), each.line) for each in self.steps)
        return msgspec.structs.replace(self, path=names.get(self.path, self.path), steps=steps)

    def moved_up(self, path: str, lines: int) -> Self:
        """The same problem with all that is in the file `path` some lines further up."""
        steps = tuple(
            Step(each.verb, each.name, path, each.line - lines) if each.path == path else each for each in self.steps
        )
        if self.path != path:
            return msgspec.structs.replace(self, steps=steps)
        span = Span(self.span.line - lines, self.span.column, self.span.end_line - lines, self.span.end_column)
        return msgspec.structs.replace(self, span=span, steps=steps)

    @property
    def message(self) -> str:
        return self.headline()

    @property
    def file(self) -> str:
        return self.path

    @property
    def line(self) -> int:
        return self.span.line

    @property
    def column(self) -> int:
        """Counts from 1, as editors do; `span.column` counts from 0."""
        return self.span.column + 1

    @property
    def recommendation(self) -> str:
        return self.help()


def explain(code: str) -> str:
    """Return the page of a code: what it means, an example, what to write instead. KeyError names an unknown code."""
    if code not in REGISTRY:
        raise KeyError(f"there is no diagnostic {code}; the codes are {', '.join(sorted(REGISTRY))}")
    page = inspect.cleandoc(REGISTRY[code].__doc__ or "")
    return f"{code}: {page}\n"
