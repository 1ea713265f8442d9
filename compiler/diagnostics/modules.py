"""WM404, WM406 to WM409: what is wrong between a name and the module of the project that it comes from."""

from __future__ import annotations

from typing import ClassVar

from .model import Diagnostic


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
