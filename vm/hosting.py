"""What the machine asks of whoever can import the user's modules, for host classes (`hosted.py`).

    request   what to do, the class, the fields that the program gives it, arguments
    answer    a byte that says which, then a value, an error, or a text

They are the two halves of a conversation. A request is part of a slice: its answer comes at once, and nothing outside
of the run learns of it. The answer refers to objects of the request by number, so an object that went there and came
back is the same object. In one process the host is a function of that process; an engine has another process for it,
which can be killed (`waymark.runtime.helpers`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from waymark.stdlib.natives.services import Excess, Refusal

from .arriving import arrive
from .crossing import ValueDrift, name_of
from .hosted import MARK
from .surface import Fault, Raised
from .wire import decode_numbered, decode_outcome, encode_numbered
from .wire_decode import BadValue
from .wire_encode import Unencodable

if TYPE_CHECKING:
    from .interp import Interpreter

# Kinds of answers.
VALUE, RAISED, INVALID, CANNOT, DIFFERS, REFUSED = range(6)

Host = Callable[[bytes], bytes]


class HostTimeout(Exception):
    """The host has not answered in time, and was ended. The message says what it was at."""


class HostInterrupted(BaseException):
    """The time for an answer is over: raised where the host is at it, in a process that cannot be ended for that."""


class HostUnavailable(Fault):
    """The host cannot do this now: a module cannot be imported, or a class of it is another one than the program's.

    The run is set aside with this reason; nothing of it is lost.
    """


class Hosting:
    """Whom the machines of this process ask. An engine puts its own in place of the function of this process."""

    def __init__(self) -> None:
        self._host: Host | None = None
        self._here: Host | None = None
        self._described: dict[tuple[str, Any], Any] = {}

    def provide(self, here: Host) -> None:
        """Whom to ask in this process as long as no other is used."""
        self._here = here

    def use(self, host: Host | None) -> None:
        self._host = host
        self._described.clear()

    def ask(self, vm: Interpreter, operation: str, kind: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """`(True, value)`, or `(False, what is known)` of an argument that the library found invalid."""
        if operation == "describe":
            key = (_named(kind), getattr(kind, MARK, None))
            if key not in self._described:
                self._described[key] = self._ask(vm, operation, kind, args, kwargs)
            return self._described[key]
        return self._ask(vm, operation, kind, args, kwargs)

    def exchange(self, request: bytes) -> bytes:
        """The answer of whoever is asked now. HostTimeout if there is none in time."""
        return (self._host or self._here or _function_of_this_process())(request)

    def _ask(self, vm: Interpreter, operation: str, kind: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        shown = _shown(operation, kind, args)
        mark = None if kind is None else getattr(kind, MARK, None)
        request = (operation, None if kind is None else _named(kind), mark, args, kwargs)
        try:
            data, objects = encode_numbered(request, "arguments")
        except Unencodable as problem:
            raise Refusal(f"{shown} cannot be done where the class is made: {_shortened(str(problem))}") from None
        try:
            answer = self.exchange(data)
        except HostTimeout as problem:
            raise Refusal(f"{shown}: {problem}") from None
        return _read(vm, answer, objects, shown)


hosting = Hosting()


def _function_of_this_process() -> Host:
    from .hosted_calls import perform

    return perform


def _shown(operation: str, kind: Any, args: tuple[Any, ...]) -> str:
    if operation == "make":
        return f"`{kind.__qualname__}(...)`"
    name = args[0] if args else operation
    return f"`{name}`" if kind is None else f"`{name}` of {kind.__qualname__}"


def _named(kind: type) -> str:
    try:
        return name_of(kind)
    except ValueError as problem:
        raise Refusal(str(problem)) from None


def _shortened(problem: str) -> str:
    """The path as the program knows it: behind operation, class and fields come positional and named arguments."""
    return problem.replace("arguments[3]", "args", 1).replace("arguments[4]", "arguments", 1)


def _read(vm: Interpreter, answer: bytes, objects: list[Any], shown: str) -> Any:
    kind, body = answer[0], answer[1:]
    if kind in (CANNOT, DIFFERS):
        raise HostUnavailable(body.decode())
    if kind == REFUSED:
        raise Refusal(f"{shown}: {body.decode()}")
    if kind == RAISED:
        outcome = decode_outcome(body, inside=True)
        assert isinstance(outcome, Raised)
        raise Excess(arrive(outcome.error, vm.class_named))
    try:
        value = decode_numbered(body, vm.class_named, inside=True, earlier=objects)[0]
    except (BadValue, ValueDrift) as problem:
        raise Refusal(f"{shown}: what came of it cannot be a value of the run: {problem}") from None
    return kind == VALUE, value


class Answer(msgspec.Struct, frozen=True):
    """What a host says: which kind of answer, and its body."""

    kind: int
    body: bytes

    def packed(self) -> bytes:
        return bytes([self.kind]) + self.body
