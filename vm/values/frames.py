"""Frames, and the values that own one: coroutines, generators and async generators.

A frame is (code, pc, registers) and a link to its caller. A task's chain of frames is linked, never copied: suspending
is letting go of the innermost frame, resuming is taking it up again. The instruction at `pc` is the one in progress;
what its callee comes to is delivered to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from .functions import UNSET, HostMethod, executing

if TYPE_CHECKING:
    from ..loaded import LoadedFunction
    from .futures import Future

OwnerState = Literal["created", "running", "suspended", "closed"]


class Frame:
    """One activation of a function."""

    __slots__ = ("caller", "depth", "loaded", "owner", "pc", "registers", "then")

    def __init__(self, loaded: LoadedFunction, registers: list[Any]) -> None:
        self.loaded = loaded
        self.registers = registers
        self.pc = 0
        self.caller: Frame | None = None
        self.owner: Owner | None = None
        # What is made of the returned value before the caller gets it: a tuple (`vm/results.py`), or UNSET.
        self.then: Any = UNSET
        # How many frames are below; -1 is unknown. Derived from the chain of callers, never encoded.
        self.depth = -1

    def handled(self) -> BaseException | None:
        """The exception that this very frame is handling: of the innermost HANDLED region that holds one."""
        for register in self.loaded.handled[self.pc]:
            error = self.registers[register]
            if isinstance(error, BaseException):
                return error
        return None


def depth_of(frame: Frame) -> int:
    """The frame's depth, worked out for the chain of a restored fiber."""
    unknown: list[Frame] = []
    found: Frame | None = frame
    while found is not None and found.depth < 0:
        unknown.append(found)
        found = found.caller
    depth = -1 if found is None else found.depth
    for each in reversed(unknown):
        depth += not each.loaded.silent
        each.depth = depth
    return frame.depth


class Coroutine:
    """A call of an `async fn`: unstarted, running, waiting or closed. It is one value, awaited at most once.

    One that the program drives by hand (`coroutine.send`) is suspended where an await of it, or of what it awaits, has
    handed something out: in the frame `top`, whose await goes on with what `waits_for` comes to.
    """

    __slots__ = ("__weakref__", "called", "frame", "name", "state", "top", "waits_for")
    __waymark_awaitable__ = True  # for the checks of `stdlib/natives/contexts.py`
    word = "coroutine"  # in messages
    reused = "cannot reuse already awaited coroutine"

    def __init__(self, frame: Frame, name: str) -> None:
        self.frame: Frame | None = frame
        self.name = name
        self.called: str | None = None  # its `__name__`, if that is not the end of `name`
        self.state: OwnerState = "created"
        self.top: Frame | None = None
        self.waits_for: Future | None = None
        frame.owner = self

    def __repr__(self) -> str:
        return f"<coroutine object {self.name}>"


class AsyncItem(Coroutine):
    """What `__anext__` and `asend` of an async generator give: awaited once, it comes to the next item."""

    __slots__ = ()
    reused = "cannot reuse already awaited __anext__()/asend()"

    def __repr__(self) -> str:
        return "<async_generator_asend object>"


class AsyncEnd(Coroutine):
    """What `athrow` and `aclose` of an async generator give."""

    __slots__ = ()
    reused = "cannot reuse already awaited aclose()/athrow()"

    def __repr__(self) -> str:
        return "<async_generator_athrow object>"


class Generator:
    """A call of a `gen fn`: its position survives a snapshot."""

    __slots__ = ("__weakref__", "awaitable", "called", "frame", "name", "number", "state")
    word = "generator"

    def __init__(self, frame: Frame, name: str) -> None:
        self.frame: Frame | None = frame
        self.name = name
        self.called: str | None = None  # its `__name__`, if that is not the end of `name`
        self.state: OwnerState = "created"
        self.number = 0  # of those that the end of the run closes, in the order in which they began; else 0
        self.awaitable = False  # its function was given to `types.coroutine`
        frame.owner = self

    def __repr__(self) -> str:
        return f"<generator object {self.name}>"

    # C code that gets a generator (a native the compiler could not drive) resumes it through the machine.
    def __iter__(self) -> Generator:
        return self

    def __next__(self) -> Any:
        return executing.get().next_nested(self)


class _Own:
    """A method of the machine's own, for lookups on the type."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: type) -> Any:
        return self if instance is None else HostMethod(instance, self.name)


class AsyncGenerator:
    """A call of an `async gen fn`. Its frame runs below that of the item which is awaited (`AsyncItem`, `AsyncEnd`)."""

    __slots__ = ("__weakref__", "busy", "called", "closing", "frame", "name", "number", "state")
    word = "async generator"
    __aiter__ = _Own("__aiter__")
    __anext__ = _Own("__anext__")

    def __init__(self, frame: Frame, name: str) -> None:
        self.frame: Frame | None = frame
        self.name = name
        self.called: str | None = None  # its `__name__`, if that is not the end of `name`
        self.state: OwnerState = "created"
        self.busy = False  # an item is awaited and has not come
        self.closing = False  # `aclose` has begun, or it has ended
        self.number = 0  # in the order in which they began; 0: not yet
        frame.owner = self

    def __repr__(self) -> str:
        return f"<async_generator object {self.name}>"


COROUTINES = (Coroutine, AsyncItem, AsyncEnd)
Owner = Coroutine | Generator | AsyncGenerator
OWNERS: dict[str, type[Coroutine] | type[Generator] | type[AsyncGenerator]] = {
    "coroutine": Coroutine,
    "generator": Generator,
    "async_generator": AsyncGenerator,
}

for _kind, _name in (
    (Coroutine, "coroutine"),
    (Generator, "generator"),
    (AsyncGenerator, "async_generator"),
    (AsyncItem, "async_generator_asend"),
    (AsyncEnd, "async_generator_athrow"),
):
    _kind.__name__ = _kind.__qualname__ = _name
    _kind.__module__ = "builtins"
