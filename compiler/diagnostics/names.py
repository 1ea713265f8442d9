"""WM401 to WM403, WM405: names that lead nowhere, to too much, or to what is no value."""

from __future__ import annotations

from typing import ClassVar

from .model import Diagnostic
from .suggest import plural


class UndefinedName(Diagnostic, frozen=True, kw_only=True):
    """A name is read that nothing defines.

    What it means
        Python would raise NameError when it gets there, perhaps after hours of work.

    Instead of
        return toatl

    Write
        return total
    """

    code: ClassVar[str] = "WM401"
    name: str
    nearest: str | None = None

    def headline(self) -> str:
        return f"`{self.name}` is not defined"

    def label(self) -> str:
        return "nothing has this name"

    def help(self) -> str:
        if self.nearest:
            return f"did you mean `{self.nearest}`?"
        return f"define `{self.name}` before this, or pass it to `run` as a parameter"


class SeveralMeanings(Diagnostic, frozen=True, kw_only=True):
    """A name has several definitions in the module, and which one counts is decided only when it is imported.

    What it means
        The compiler reads the module without running it. A name must have one definition, outside conditions.

    Instead of
        try:
            from fast import charge
        except ImportError:
            from slow import charge

    Write
        from slow import charge
    """

    code: ClassVar[str] = "WM402"
    name: str
    lines: tuple[int, ...]  # of the bindings
    count: int
    conditional: bool
    where: str = ""  # the file of the bindings, when it is another one

    def headline(self) -> str:
        if self.count > 1:
            return f"`{self.name}` has {plural(self.count, 'definition')} in its module"
        return f"`{self.name}` is defined only under a condition"

    def label(self) -> str:
        return "which one is meant is known only at import"

    def help(self) -> str:
        return f"define `{self.name}` once, at the top of the module and outside `if` and `try`"

    def notes(self) -> tuple[str, ...]:
        place = f" of {self.where}" if self.where else ""
        return tuple(f"it is bound at line {line}{place}" for line in self.lines)


class ModuleValue(Diagnostic, frozen=True, kw_only=True):
    """A workflow uses a module as a value, or something that Python keeps of a module.

    What it means
        The modules of a project are compiled into the workflow, name by name. At run time there are the names, and no
        module that could be assigned, passed on, or asked for its file.

    Instead of
        import shop.limits

        settings = shop.limits

    Write
        import shop.limits

        limit = shop.limits.LIMIT
    """

    code: ClassVar[str] = "WM403"
    name: str
    what: str  # "a module"
    advice: str

    def headline(self) -> str:
        return f"`{self.name}` is {self.what}, which is no value in a workflow"

    def label(self) -> str:
        return "no value"

    def help(self) -> str:
        return self.advice


class Foreign(Diagnostic, frozen=True, kw_only=True):
    """A workflow uses a library that the compiler does not know to be pure.

    What it means
        A workflow's body is compiled and may be resumed anywhere, so it may use only what is known to give the same
        answer each time. Modules of the standard library join the catalogue step by step.

    Instead of
        area = math.pi * r ** 2             # in run(), with a module that is not in the catalogue

    Write
        @action
        async def area(r):
            return math.pi * r ** 2
    """

    code: ClassVar[str] = "WM405"
    name: str

    def headline(self) -> str:
        return f"`{self.name}` comes from outside the project and is not in the catalogue of compiled functions"

    def label(self) -> str:
        return "not known to be pure"

    def help(self) -> str:
        return "move it into an @action and await that: an action may use all of Python"
