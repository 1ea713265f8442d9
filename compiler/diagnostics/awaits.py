"""WM3xx: a coroutine that nobody awaits."""

from __future__ import annotations

from typing import ClassVar

from .model import Diagnostic


class NeverAwaited(Diagnostic, frozen=True, kw_only=True):
    """An action, or another `async def`, is called but never awaited.

    What it means
        Calling an `async def` only makes a coroutine. Without `await` it never runs, and Python itself would only warn.

    Instead of
        charge(order_id)

    Write
        await charge(order_id)
    """

    code: ClassVar[str] = "WM301"
    call: str

    def headline(self) -> str:
        return f"`{self.call}(...)` is never awaited, so it would never run"

    def label(self) -> str:
        return "makes a coroutine and drops it"

    def help(self) -> str:
        return f"write `await {self.call}(...)`"


class LostCoroutine(Diagnostic, frozen=True, kw_only=True):
    """A coroutine stands where its result is meant.

    What it means
        Calling an `async def` gives a coroutine, not its result. It may be kept, handed on and awaited later, but
        there is nothing to calculate with, every one of them is true, and a name that is never read awaits nothing.

    Instead of
        total = price(order_id) + 1

    Write
        total = await price(order_id) + 1
    """

    code: ClassVar[str] = "WM302"
    call: str

    def headline(self) -> str:
        return f"`{self.call}(...)` is a coroutine here, not its result"

    def label(self) -> str:
        return "a coroutine"

    def help(self) -> str:
        return f"write `await {self.call}(...)`, or bind it to a name and await that name"
