"""The loop that runs a workflow under CPython: actions come to their outcomes as a script says, and time is virtual.

Nothing from outside arrives while anything is ready; `vm_runs.observe` drives the machine by the same script.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, NoReturn

from oracle_messages import Messages
from scripted_order import CANCELLED_BECAUSE, Order, Rests
from virtual_loop import VirtualLoop


class Stuck(BaseException):
    """Nothing is ready, and nothing will be: asyncio would wait for ever."""


class Asked(asyncio.Future[Any]):
    """What awaiting an action awaits. A cancellation is an effect, at once."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, come_to: Callable[[], object], on_cancel: Callable[[], object]
    ) -> None:
        super().__init__(loop=loop)
        self.come_to = come_to
        self._on_cancel = on_cancel

    def cancel(self, msg: Any = None) -> bool:
        cancelled = super().cancel(msg)
        if cancelled:
            self._on_cancel()
        return cancelled


class OracleLoop(VirtualLoop):
    """Brings outcomes, or lets time pass, whenever nothing is ready."""

    def __init__(
        self, order: Order, on_stuck: Callable[[], object], report: Callable[[dict[str, Any]], object]
    ) -> None:
        super().__init__()
        self._report = report
        self._rests = Rests(order)
        self._on_stuck = on_stuck
        self._open: dict[int, Asked] = {}
        self._asked = 0
        self.messages = Messages()

    def default_exception_handler(self, context: dict[str, Any]) -> None:
        self._report(context)

    def ask(self, come_to: Callable[[], object], on_cancel: Callable[[], object]) -> Asked:
        self._asked += 1
        asked = self._open[self._asked] = Asked(self, come_to, on_cancel)
        return asked

    def _run_once(self) -> None:
        while not self._ready and not self.is_due():  # type: ignore[attr-defined]
            self._open = {number: asked for number, asked in self._open.items() if not asked.done()}
            if not self._open and not self.has_timer() and not self.messages.awaited():
                self._stuck()
            rest = self._rests.next(self._open, self.has_timer())
            if not any(rest):
                self._stuck()
            for message in rest.early:
                self.messages.deliver(*message)
            for number in rest.settled:
                _settle(self._open.pop(number))
            for message in rest.late:
                self.messages.deliver(*message)
            if rest.cancel:
                self.made[0].cancel(CANCELLED_BECAUSE)
            if rest.timer:
                self.jump()
                break
        asyncio.SelectorEventLoop._run_once(self)  # type: ignore[attr-defined]

    def _stuck(self) -> NoReturn:
        self._on_stuck()
        raise Stuck


def _settle(asked: Asked) -> None:
    value = asked.come_to()
    if isinstance(value, BaseException):
        asked.set_exception(value)
    else:
        asked.set_result(value)
