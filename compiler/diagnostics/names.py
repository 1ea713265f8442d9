"""WM40x: names that lead nowhere, or to too much."""

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


class MissingInModule(Diagnostic, frozen=True, kw_only=True):
    """A name is imported from a module of the project that does not define it.

    What it means
        The module's file was found and read, and nothing in it has this name. Python would raise ImportError.

    Instead of
        from shop.payments import chrage

    Write
        from shop.payments import charge
    """

    code: ClassVar[str] = "WM404"
    name: str
    module: str
    nearest: str | None = None

    def headline(self) -> str:
        return f"the module `{self.module}` has no `{self.name}`"

    def help(self) -> str:
        if self.nearest:
            return f"did you mean `{self.nearest}`?"
        return f"define `{self.name}` in `{self.module}`, or import it from where it is defined"


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


class StarImport(Diagnostic, frozen=True, kw_only=True):
    """The module imports names with `*`.

    What it means
        Any name of the file could come from there and hide another one, so no name could be trusted.

    Instead of
        from shop.payments import *

    Write
        from shop.payments import charge, refund
    """

    code: ClassVar[str] = "WM406"
    module: str

    def headline(self) -> str:
        return f"`from {self.module} import *` could define any name of this file"

    def label(self) -> str:
        return "hides where names come from"

    def help(self) -> str:
        return f"name what you use: `from {self.module} import ...`"


class PatchedName(Diagnostic, frozen=True, kw_only=True):
    """A name of a module is assigned to by another module.

    What it means
        The compiler reads the module that defines a name, and what it finds there must hold. An assignment from outside
        would change it behind its back.

    Instead of
        import shop.config
        shop.config.LIMIT = 5

    Write
        LIMIT = 5           # in shop/config.py, or a parameter of `run`
    """

    code: ClassVar[str] = "WM408"
    name: str
    module: str
    by: str
    by_line: int

    def headline(self) -> str:
        return f"`{self.name}` of `{self.module}` is assigned to by `{self.by}`, line {self.by_line}"

    def label(self) -> str:
        return "another module changes what this means"

    def help(self) -> str:
        return f"define `{self.name}` in `{self.module}` alone, or pass the value to `run` as a parameter"


class UnlistedName(Diagnostic, frozen=True, kw_only=True):
    """A name may come from a `*` import whose names cannot be known without running the module.

    What it means
        `from module import *` brings what the module lists in `__all__`, or all its public names. Here the compiler can
        read neither, so it cannot say what the name is.

    Instead of
        from math import *

    Write
        from math import floor, sqrt
    """

    code: ClassVar[str] = "WM409"
    name: str
    module: str

    def headline(self) -> str:
        return f"`{self.name}` may come from `from {self.module} import *`, and what that brings cannot be known"

    def label(self) -> str:
        return "where this comes from is open"

    def help(self) -> str:
        return f"name what you use: `from {self.module} import {self.name}`"


class BrokenModule(Diagnostic, frozen=True, kw_only=True):
    """A module of the project that a workflow's name comes from cannot be read.

    What it means
        The compiler reads the file of an imported module to find the action in it, and that file is no valid Python, or
        a relative import points outside every package.

    Instead of
        from .payments import charge        # in a file that is not inside a package

    Write
        from payments import charge
    """

    code: ClassVar[str] = "WM407"
    module: str
    problem: str

    def headline(self) -> str:
        return f"the module `{self.module}` cannot be read: {self.problem}"

    def label(self) -> str:
        return "comes from there"

    def help(self) -> str:
        return f"correct `{self.module}` first; Python cannot import it either"
