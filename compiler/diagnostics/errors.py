"""The two exceptions of the compiler: the user's program is refused, or the compiler itself is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from waymark.stdlib.problems import WaymarkError

from .model import Diagnostic
from .render import render_report


class UnsupportedPatternError(WaymarkError):
    """A workflow file was refused. `diagnostics` has every problem of it; `str()` is the report a user reads.

    Example:
        try:
            import wrong    # a module with a workflow that reads the machine's clock
        except waymark.UnsupportedPatternError as refused:
            assert [each.code for each in refused.diagnostics] == ["WM203"]
    """

    def __init__(self, diagnostics: Sequence[Diagnostic], text: str, others: Mapping[str, str] | None = None) -> None:
        super().__init__(render_report(diagnostics, text, others=others))
        self.diagnostics = tuple(diagnostics)
        self.text = text
        self.others = dict(others or {})  # texts of other files with problems, by path

    def __reduce__(
        self,
    ) -> tuple[type[UnsupportedPatternError], tuple[tuple[Diagnostic, ...], str, dict[str, str]]]:
        return type(self), (self.diagnostics, self.text, self.others)


class InternalCompilerError(Exception):
    """A pass broke its own contract. The program is not to blame, and nothing was produced."""

    def __init__(self, name: str, path: str, problem: str) -> None:
        super().__init__(
            f"the compiler's pass `{name}` failed on {path}: {problem}\n"
            "This is a mistake in Waymark, not in your program. Please report it, with the file if you can."
        )
        self.name = name
        self.path = path
        self.problem = problem

    def __reduce__(self) -> tuple[type[InternalCompilerError], tuple[str, str, str]]:
        return type(self), (self.name, self.path, self.problem)
