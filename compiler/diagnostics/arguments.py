"""WM41x: arguments that do not fit the parameters of what is called."""

from __future__ import annotations

from typing import ClassVar

from .model import Diagnostic
from .suggest import listed, plural


class Arguments(Diagnostic, frozen=True, kw_only=True):
    call: str
    takes: str  # the signature, as it would be written: "order_id, currency=..."

    def help(self) -> str:
        return f"call it as `{self.call}({self.takes})`"


class MissingArgument(Arguments, frozen=True, kw_only=True):
    """A call leaves out an argument that has no default.

    What it means
        Python would raise TypeError at this call.

    Instead of
        await charge()

    Write
        await charge(order_id)
    """

    code: ClassVar[str] = "WM411"
    missing: tuple[str, ...]

    def headline(self) -> str:
        noun = "argument" if len(self.missing) == 1 else "arguments"
        return f"`{self.call}()` is called without its {noun} {listed(self.missing)}"

    def label(self) -> str:
        return f"lacks {listed(self.missing)}"


class SurplusArgument(Arguments, frozen=True, kw_only=True):
    """A call passes more positional arguments than there are parameters for.

    What it means
        Python would raise TypeError at this call.

    Instead of
        await charge(order_id, 3, "EUR")

    Write
        await charge(order_id)
    """

    code: ClassVar[str] = "WM412"
    accepted: int
    given: int

    def headline(self) -> str:
        accepted = plural(self.accepted, "positional argument")
        return f"`{self.call}()` takes {accepted} and is called with {self.given}"

    def label(self) -> str:
        return "one too many"


class UnknownKeyword(Arguments, frozen=True, kw_only=True):
    """A call names a parameter that does not exist, or that may be given by position only.

    What it means
        Python would raise TypeError at this call.

    Instead of
        await charge(oder_id=7)

    Write
        await charge(order_id=7)
    """

    code: ClassVar[str] = "WM413"
    keyword: str
    nearest: str | None = None

    def headline(self) -> str:
        return f"`{self.call}()` has no parameter named `{self.keyword}`"

    def label(self) -> str:
        return "no such parameter"

    def help(self) -> str:
        return f"did you mean `{self.nearest}`?" if self.nearest else Arguments.help(self)


class RepeatedArgument(Arguments, frozen=True, kw_only=True):
    """A call gives one parameter two values: one by position, one by name.

    What it means
        Python would raise TypeError at this call.

    Instead of
        await charge(7, order_id=8)

    Write
        await charge(order_id=8)
    """

    code: ClassVar[str] = "WM414"
    keyword: str

    def headline(self) -> str:
        return f"`{self.call}()` is given `{self.keyword}` twice: by position and by name"

    def label(self) -> str:
        return "given a second time"
