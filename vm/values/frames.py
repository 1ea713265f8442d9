"""Frames, and the values that own one: coroutines and generators.

A frame is (code, pc, registers) and a link to its caller. A task's chain of frames is linked, never copied: suspending
is letting go of the innermost frame, resuming is taking it up again. The instruction at `pc` is the one in progress;
what its callee comes to is delivered to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from .functions import UNSET, executing

if TYPE_CHECKING:
    from ..loaded import LoadedFunction

OwnerState = Literal["created", "running", "suspended", "closed"]


class Frame:
    """One activation of a function."""

    __slots__ = ("caller", "depth", "loaded", "owner", "pc", "registers", "then")

    def __init__(self, loaded: LoadedFunction, registers: list[Any]) -> None:
        self.loaded = loaded
        self.registers = registers
        self.pc = 0
        self.caller: Frame | None = None
        self.owner: Coroutine | Generator | None = None
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


class Coroutine:
    """A call of an `async fn`: unstarted, running, waiting or closed. It is one value, awaited at most once."""

    __slots__ = ("__weakref__", "frame", "name", "state")
    __waymark_awaitable__ = True  # for the checks of `stdlib/natives/contexts.py`

    def __init__(self, frame: Frame, name: str) -> None:
        self.frame: Frame | None = frame
        self.name = name
        self.state: OwnerState = "created"
        frame.owner = self


class Generator:
    """A call of a `gen fn`: its position survives a snapshot."""

    __slots__ = ("__weakref__", "frame", "name", "state")

    def __init__(self, frame: Frame, name: str) -> None:
        self.frame: Frame | None = frame
        self.name = name
        self.state: OwnerState = "created"
        frame.owner = self

    # C code that gets a generator (a native the compiler could not drive) resumes it through the machine.
    def __iter__(self) -> Generator:
        return self

    def __next__(self) -> Any:
        return executing.get().next_nested(self)


for _kind, _name in ((Coroutine, "coroutine"), (Generator, "generator")):
    _kind.__name__ = _kind.__qualname__ = _name
    _kind.__module__ = "builtins"
