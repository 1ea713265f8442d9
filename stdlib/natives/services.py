"""What natives need of the machine that runs them: the gate for attributes, effects, and what is recorded.

The machine sets itself while it runs a slice; nothing of it is known here but this.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, Protocol


class Services(Protocol):
    """A machine, for natives."""

    def read_attribute(self, value: Any, name: str) -> Any: ...

    def write_attribute(self, value: Any, name: str, content: Any) -> None: ...

    def delete_attribute(self, value: Any, name: str) -> None: ...

    def say(self, level: str, text: str) -> None:
        """Let the program's log say this, once."""

    def now(self) -> int:
        """Microseconds since the epoch: when the slice began."""
        ...

    def draw(self) -> bytes:
        """32 bytes that follow from the seed of the run and from how often it drew."""
        ...


services: ContextVar[Services] = ContextVar("waymark_services")


class Refusal(BaseException):
    """A native will not do this for any program: the run ends, whatever handlers it has."""


class Excess(Exception):
    """The result would be too large to make. `error` is what the program gets: CPython's own exception."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(error)
        self.error = error
