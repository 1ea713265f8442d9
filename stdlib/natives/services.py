"""What natives need of the machine that runs them: the gate for attributes, effects, and what is recorded.

The machine sets itself while it runs a slice; nothing of it is known here but this.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any, Protocol

from ..limits import RunLimits

NOTHING: Mapping[str, str] = MappingProxyType({})


class Services(Protocol):
    """A machine, for natives."""

    def read_attribute(self, value: Any, name: str) -> Any: ...

    def is_out_of_reach(self, value: Any, name: str) -> bool:
        """Whether a value that is none of the program's has it, and the program cannot read it."""
        ...

    def write_attribute(self, value: Any, name: str, content: Any) -> None: ...

    def delete_attribute(self, value: Any, name: str) -> None: ...

    def check_class(self, kind: type) -> None:
        """A native is about to set attributes of a class of the program. Ends the run if the class is not the run's."""
        ...

    def class_changed(self, kind: type) -> None:
        """A native has set an attribute of a class of the program."""
        ...

    def bases_of(self, kind: type) -> tuple[type, ...]:
        """The bases of a class of the program, as its statement names them."""
        ...

    def make_class(self, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> type:
        """Make a class of the program."""
        ...

    def module(self) -> str:
        """The module whose code runs."""
        ...

    def ask_host(self, operation: str, kind: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Ask who can import the user's modules about a host class: `(True, value)`, or `(False, what is known)`."""
        ...

    def caller_module(self) -> str:
        """The module of the code that called the function whose code runs."""
        ...

    def receive_arguments(self) -> None:
        """Make the arguments of the run objects of its own classes."""
        ...

    def touch(self, value: Any) -> None:
        """A native changes the value, which is part of the run."""
        ...

    def limits(self) -> RunLimits:
        """What one run may ask of its engine."""
        ...

    def pay(self, ticks: int) -> None:
        """A native makes something large: the run pays for it."""
        ...

    def charge(self) -> None:
        """A native goes one step further in what may have no end: the run pays a tick, and ends if it owes too many."""
        ...

    def is_instance(self, value: Any) -> bool:
        """Whether it is an instance of a class of the program."""
        ...

    def members_to_name(self, made: type) -> list[tuple[str, Any]]:
        """Names and values of a class's members that have a `__set_name__` of the program."""
        ...

    def is_protocol(self, kind: type) -> bool:
        """Whether the class itself is a `typing.Protocol`."""
        ...

    def host_of(self, kind: type) -> type | None:
        """The type of CPython that this is, or stands in for; None for a class of the program."""
        ...

    def registered(self) -> list[tuple[type, type]]:
        """Abstract classes, and what was registered with them in this run."""
        ...

    def register(self, owner: type, member: type) -> None:
        """From now on, what is of `member` is of the abstract class `owner`."""
        ...

    def text_of(self, value: Any) -> str:
        """`repr` of a future, a task or a handle."""
        ...

    def bind_method(self, function: Any, instance: Any) -> Any:
        """`types.MethodType(function, instance)`."""

    def say(
        self, level: str, text: str, logger: str = "", stacklevel: int = 0, extra: Mapping[str, str] = NOTHING
    ) -> None:
        """Let the program's log say this, once; with a `stacklevel`, the line of the function so many calls out."""

    def handled(self) -> BaseException | None:
        """The exception that is being handled where the native was called."""
        ...

    def thrown(self, args: tuple[Any, ...]) -> BaseException:
        """What `throw(*args)` throws."""
        ...

    def now(self) -> int:
        """Microseconds since the epoch: when the slice began."""
        ...

    def give_policy(self, awaitable: Any, policy: bytes) -> bool:
        """Put a policy over the one that a call of an action has. False: it is no call of one, or it has begun."""
        ...

    def draw(self) -> bytes:
        """32 bytes that follow from the seed of the run and from how often it drew."""
        ...


services: ContextVar[Services] = ContextVar("waymark_services")


class Refusal(BaseException):
    """A native will not do this for any program: the run ends, whatever handlers it has."""


class Excess(Exception):
    """`error` is what the program gets: CPython's own exception, which of the host would mean a failure of its own.

    The result would be too large to make, or the program asks for a SystemExit.
    """

    def __init__(self, error: BaseException) -> None:
        super().__init__(error)
        self.error = error
