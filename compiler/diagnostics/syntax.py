"""WM10x and WM11x: the file cannot be read as Python, or uses a part of Python that is not compiled yet."""

from __future__ import annotations

from typing import ClassVar

from .model import Diagnostic


class NotPython(Diagnostic, frozen=True, kw_only=True):
    """The file is not valid Python.

    What it means
        Python itself could not import this file. The message is Python's own.

    Instead of
        if total > 3
            await charge(total)

    Write
        if total > 3:
            await charge(total)
    """

    code: ClassVar[str] = "WM101"
    problem: str
    by_python: bool = True  # who says so: Python itself, or the parser that the compiler works with

    def headline(self) -> str:
        what = "is not valid Python" if self.by_python else "is Python that the compiler's parser cannot read"
        return f"this {what}: {self.problem}"

    def label(self) -> str:
        return "Python stops reading here" if self.by_python else "the parser stops here"

    def help(self) -> str:
        if self.by_python:
            return "correct the syntax; Python itself cannot import this file either"
        return "indent with spaces alone, or with tabs alone, and write the line in a plainer way"


class NotText(Diagnostic, frozen=True, kw_only=True):
    """The bytes of the file are not text in the encoding that it declares.

    What it means
        A Python file is UTF-8 unless its first two lines name another encoding, and every byte must belong to it.

    Instead of
        # -*- coding: ascii -*-
        city = "Zürich"

    Write
        city = "Zürich"            # and save the file as UTF-8
    """

    code: ClassVar[str] = "WM102"
    problem: str

    def headline(self) -> str:
        return f"this file cannot be read as text: {self.problem}"

    def help(self) -> str:
        return "save the file as UTF-8, or name its encoding in the first line: `# -*- coding: latin-1 -*-`"


class TooDeep(Diagnostic, frozen=True, kw_only=True):
    """Statements or expressions stand too deep inside one another.

    What it means
        The compiler follows nesting to a fixed depth. Long chains count too: `a + b + c + ...` is nested to the left,
        and every `elif` stands inside the one before.

    Instead of
        if a: ...
        elif b: ...            # and a hundred more

    Write
        handler = table[kind]  # a dict, or several statements
    """

    code: ClassVar[str] = "WM103"
    limit: int

    def headline(self) -> str:
        return f"this is nested more than {self.limit} levels deep"

    def label(self) -> str:
        return "too deep here"

    def help(self) -> str:
        return "split it into several statements, or move the deep part into an @action"


class TooLarge(Diagnostic, frozen=True, kw_only=True):
    """The compiled program is beyond a limit of the format that it is stored in.

    What it means
        Runs are pinned to the stored program, and engines check it before they run it; so its size is bounded.

    Instead of
        PRICES = (1, 2, ...)       # megabytes of constants, or thousands of variables, in one `run`

    Write
        prices = await load_prices()
    """

    code: ClassVar[str] = "WM104"
    problem: str

    def headline(self) -> str:
        return f"this program is too large to be stored: {self.problem}"

    def help(self) -> str:
        return "move large constants into an @action, and split the file into several workflows"


class NotCompiledYet(Diagnostic, frozen=True, kw_only=True):
    """A workflow uses a part of Python that Waymark does not compile yet.

    What it means
        The program is good Python, but this version cannot promise to run it exactly as Python would, so it refuses.

    Instead of
        class Order(metaclass=Registered): ...  # in run()

    Write
        @action
        async def register(order):              # any Python may stand in an action
            return Registered.add(order)

        await register(order)                   # in run()
    """

    code: ClassVar[str] = "WM110"
    construct: str  # plain English with its article: "a list comprehension"
    advice: str = ""

    def headline(self) -> str:
        return f"{self.construct} is not compiled yet"

    def label(self) -> str:
        return "not compiled yet"

    def help(self) -> str:
        return self.advice or "move it into an @action and await that: an action may use all of Python"


class UnknownSyntax(Diagnostic, frozen=True, kw_only=True):
    """The file uses a piece of syntax that this version of Waymark has never heard of.

    What it means
        Python or the parser knows a form that the compiler has no name for yet. It is refused rather than guessed.

    Instead of
        the construct that the carets point at

    Write
        the same in an older form, or inside an @action, and tell us about it
    """

    code: ClassVar[str] = "WM111"
    node: str

    def headline(self) -> str:
        return f"this form of Python (`{self.node}`) is unknown to the compiler"

    def label(self) -> str:
        return "not supported yet"

    def help(self) -> str:
        return "move it into an @action, and please report the construct"
