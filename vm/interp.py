"""The reference interpreter: the plain loop, and how control moves between frames.

`step` runs one handler after another until the fiber gives way, the slice is out of ticks, or a nested call is over. A
handler moves its frame's pc itself. Frames are entered by `push`, left by `leave`, and unwound by `unwind`; whatever a
frame comes to is delivered to the instruction that its caller stands at.

Ticks: one for each frame pushed, each turn of a LOOP or FOR, each generator resumed. Out of ticks is noticed where a
frame can be captured: at its entry, or at the header of a loop, before the turn has begun.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import handlers
from .binding import bind
from .errors import TRACE, Thrown, Uncatchable, chain, operate
from .loaded import LoadedFunction
from .surface import Fault, TraceLine
from .values.frames import Coroutine, Frame, Generator
from .values.functions import UNSET, VMFunction

if TYPE_CHECKING:
    from .scheduler import Scheduler
    from .snapshot import Tracker
    from .state import State
    from .statics import Statics
    from .surface import Effect

DEPTH_MAX = 1000  # VM frames in one chain; CPython's default limit
NESTING_MAX = 50  # native calls back into VM code, inside each other
NESTED_TICKS_MAX = 1_000_000  # how far a nested call, which cannot pause, may overdraw its slice
TRACE_LINES_MAX = 200


class Interpreter:
    """One run being executed. `frame` is the innermost frame; None between the steps of fibers."""

    def __init__(self, state: State, statics: Statics, tracker: Tracker, scheduler: Scheduler) -> None:
        self.state = state
        self.statics = statics
        self.tracker = tracker
        self.scheduler = scheduler
        self.effects: list[Effect] = []
        self.ticks = 0
        self.preempted = False
        self.frame: Frame | None = None
        # One entry a nested call under way: the frame that ends it, and what it came to.
        self.nested: list[tuple[Frame, list[Any]]] = []

    # --- the loop ---

    def step(self) -> None:
        """Run until `frame` is None, or the slice is out of ticks."""
        while (frame := self.frame) is not None and not self.preempted:
            handler, operands = prepared(frame.loaded)[frame.pc]
            try:
                handler(self, frame, *operands)
                continue
            except Thrown as thrown:
                error = thrown.error
            except (Fault, Uncatchable):
                raise
            except BaseException as bug:
                raise Fault(f"{describe(frame)}: {type(bug).__name__}: {bug}") from bug
            # Behind the `except` block, so that the host never makes `error` a context of its own. The frame may be
            # another one by now: a callee that was left on the way raises in its caller.
            self.raise_in(self.frame, error)

    def tick(self) -> bool:
        """Pay for a turn of a loop. False: out of ticks, and the turn must not begin."""
        if self.ticks > 0:
            self.ticks -= 1
            return True
        if self.nested:
            self._overdraw()
            return True
        self.preempted = True
        return False

    def _overdraw(self) -> None:
        self.ticks -= 1
        if self.ticks < -NESTED_TICKS_MAX:
            frame = self.frame
            where = describe(frame) if frame else "a callback"
            raise Uncatchable(
                f"{where}: a function called back from a native ran {NESTED_TICKS_MAX:,} turns without end"
            )

    # --- entering and leaving frames ---

    def push(self, loaded: LoadedFunction, registers: list[Any], instead: Any = UNSET) -> None:
        """Enter a function: its frame is the innermost one from here on."""
        frame = Frame(loaded, registers)
        frame.instead = instead
        self.enter(frame)

    def enter(self, frame: Frame) -> None:
        """Put a frame that has not begun on top of the running one, and pay its tick."""
        self.link(frame)
        self.ticks -= 1
        if self.ticks < 0:
            if self.nested:
                self._overdraw()
            else:
                self.preempted = True

    def link(self, frame: Frame) -> None:
        caller = self.frame
        depth = 0 if caller is None else _depth(caller) + 1
        if depth > DEPTH_MAX:
            raise Thrown(RecursionError("maximum recursion depth exceeded"))
        frame.caller = caller
        frame.depth = depth
        self.frame = frame

    def call(self, function: VMFunction, args: tuple[Any, ...], kwargs: dict[str, Any], instead: Any = UNSET) -> Any:
        """Call a function of the program: push its frame, or make its coroutine or generator.

        Returns UNSET if a frame was pushed, else the value, which the caller delivers.
        """
        registers = operate(bind, function, args, kwargs)
        loaded = function.loaded
        if loaded.kind == "function":
            self.push(loaded, registers, instead)
            return UNSET
        frame = Frame(loaded, registers)
        make = Coroutine if loaded.kind == "coroutine" else Generator
        return make(frame, loaded.qualname)

    def deliver(self, frame: Frame, value: Any) -> None:
        """The instruction that `frame` stands at has its result."""
        register = frame.loaded.results[frame.pc]
        if register >= 0:
            frame.registers[register] = value
        frame.pc += 1

    def leave(self, frame: Frame, value: Any) -> None:
        """The innermost frame returns."""
        caller, owner = self._drop(frame)
        if frame.instead is not UNSET:
            if value is not None:
                name = type(value).__name__
                self.frame = caller
                raise Thrown(TypeError(f"__init__() should return None, not '{name}'"))
            value = frame.instead
        if self.nested and self.nested[-1][0] is frame:
            self.nested[-1][1].append(("return", value))
            self.frame = None
        elif caller is None:
            self.frame = None
            self.scheduler.returned(self, value)
        elif isinstance(owner, Generator):
            self.frame = caller
            self.exhaust(caller, value)
        else:
            self.frame = caller
            self.deliver(caller, value)

    def exhaust(self, frame: Frame, value: Any) -> None:
        """The generator that `frame` was asking for an item is finished."""
        if frame.loaded.operations[frame.pc] is handlers.FOR:
            frame.pc = frame.loaded.targets[frame.pc]
        else:
            raise Thrown(StopIteration() if value is None else StopIteration(value))

    def _drop(self, frame: Frame) -> tuple[Frame | None, Coroutine | Generator | None]:
        owner = frame.owner
        caller = frame.caller
        if owner is not None:
            owner.state = "closed"
            owner.frame = None
            self.tracker.touch(owner)
        return caller, owner

    # --- exceptions ---

    def handled(self, frame: Frame | None) -> BaseException | None:
        """The exception being handled: of the innermost HANDLED that holds one, else of the calling frames."""
        while frame is not None:
            for register in frame.loaded.handled[frame.pc]:
                error = frame.registers[register]
                if isinstance(error, BaseException):
                    return error
            frame = frame.caller
        return None

    def raise_in(self, frame: Frame | None, error: BaseException) -> None:
        """A new exception where `frame` stands: what is being handled there becomes its context."""
        chain(error, self.handled(frame))
        self.unwind(frame, error)

    def unwind(self, frame: Frame | None, error: BaseException) -> None:
        """Find the CATCH for an exception that is raised where `frame` stands, leaving frames on the way."""
        self.tracker.touch(error)
        while frame is not None:
            _note(error, frame)
            catch = frame.loaded.catches[frame.pc]
            if catch is not None:
                frame.pc, register = catch
                frame.registers[register] = error
                self.frame = frame
                return
            caller, owner = self._drop(frame)
            if owner is not None and isinstance(error, StopIteration):
                error = _escaped(owner, error)
            if self.nested and self.nested[-1][0] is frame:
                self.nested[-1][1].append(("raise", error))
                self.frame = None
                return
            frame = caller
        self.frame = None
        self.scheduler.raised(self, error)

    # --- calls from natives ---

    def call_nested(self, function: VMFunction, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run a function to its end, because C code called it. It cannot pause; `ticks` may be overdrawn."""
        outer = self.frame
        try:
            value = self.call(function, args, kwargs)
        except Thrown as thrown:
            error = thrown.error
        else:
            if value is not UNSET:
                return value
            return self._run_nested(outer)
        raise error

    def next_nested(self, generator: Generator) -> Any:
        """`next(generator)` for C code."""
        outer = self.frame
        try:
            self.resume_generator(generator, None)
        except Thrown as thrown:
            error = thrown.error
        else:
            return self._run_nested(outer)
        raise error

    def _run_nested(self, outer: Frame | None) -> Any:
        entered = self.frame
        assert entered is not None
        if len(self.nested) >= NESTING_MAX:
            self._drop(entered)
            self.frame = outer
            raise RecursionError("maximum recursion depth exceeded in a function called back from a native")
        results: list[Any] = []
        self.nested.append((entered, results))
        self.preempted = False
        try:
            self.step()
        finally:
            self.nested.pop()
            self.frame = outer
        kind, value = results[0]
        if kind == "raise":
            raise value
        if kind == "exhausted":
            raise StopIteration(value)
        return value

    # --- generators ---

    def resume_generator(self, generator: Generator, sent: Any, error: BaseException | None = None) -> None:
        """Enter a generator's frame again. What it yields is delivered to the frame that is innermost now."""
        frame = generator.frame
        if generator.state == "running":
            raise Thrown(ValueError("generator already executing"))
        if frame is None:
            if error is not None:
                raise Thrown(error)
            raise Thrown(StopIteration())
        self.tracker.touch(generator)
        if generator.state == "created":
            if sent is not None:
                raise Thrown(TypeError("can't send non-None value to a just-started generator"))
            generator.state = "running"
            self.enter(frame)
        else:
            generator.state = "running"
            self.link(frame)
            self.ticks -= 1
            if error is None:
                self.deliver(frame, sent)
        if error is not None:
            self.raise_in(frame, error)

    def yielded(self, frame: Frame, value: Any) -> None:
        """The innermost frame is a generator's and hands a value to its resumer."""
        generator = frame.owner
        assert isinstance(generator, Generator)
        generator.state = "suspended"
        caller = frame.caller
        frame.caller = None
        if self.nested and self.nested[-1][0] is frame:
            self.nested[-1][1].append(("return", value))
            self.frame = None
            return
        assert caller is not None
        self.frame = caller
        self.deliver(caller, value)


def prepared(loaded: LoadedFunction) -> list[Any]:
    """The function's handlers with their operands, bound at its first use."""
    if not loaded.steps:
        loaded.steps = [
            (handlers.HANDLERS[operation], operands)
            for operation, operands in zip(loaded.operations, loaded.operands, strict=True)
        ]
    return loaded.steps


def _depth(frame: Frame) -> int:
    """The frame's depth, worked out for the chain of a restored fiber."""
    chain_of: list[Frame] = []
    found: Frame | None = frame
    while found is not None and found.depth < 0:
        chain_of.append(found)
        found = found.caller
    depth = -1 if found is None else found.depth
    for unknown in reversed(chain_of):
        depth += 1
        unknown.depth = depth
    return frame.depth


def describe(frame: Frame) -> str:
    line = trace_line(frame)
    return f"{line.source}:{line.line} in {line.function}"


def trace_line(frame: Frame) -> TraceLine:
    line, _ = frame.loaded.position(frame.pc)
    source = frame.loaded.unit.unit.debug.source_name or frame.loaded.module
    return TraceLine(source, line, frame.loaded.qualname)


def trace_of(error: BaseException) -> tuple[TraceLine, ...]:
    """The workflow lines that the exception passed, outermost first, as Python prints them."""
    return tuple(TraceLine(*entry) for entry in reversed(getattr(error, TRACE, ())))


def _note(error: BaseException, frame: Frame) -> None:
    line = trace_line(frame)
    trace = getattr(error, TRACE, None)
    if trace is None:
        trace = []
        setattr(error, TRACE, trace)
    if len(trace) < TRACE_LINES_MAX:
        trace.append((line.source, line.line, line.function))


def _escaped(owner: Coroutine | Generator, error: BaseException) -> BaseException:
    """StopIteration must not leave a generator or coroutine: it would look like its end."""
    kind = "coroutine" if isinstance(owner, Coroutine) else "generator"
    replaced = RuntimeError(f"{kind} raised StopIteration")
    replaced.__cause__ = error
    replaced.__context__ = error
    return replaced
