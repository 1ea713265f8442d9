"""The reference interpreter: the plain loop, and how control moves between frames.

`step` runs one handler after another until the fiber gives way, the slice is out of ticks, or a nested call is over. A
handler moves its frame's pc itself. Frames are entered by `push` and left by `leave`; whatever a frame comes to is
delivered to the instruction that its caller stands at. How an exception leaves them is in `raising.py`.

Ticks: one for each frame pushed, each turn of a LOOP or FOR, each generator resumed. Out of ticks is noticed where a
frame can be captured: at its entry, or at the header of a loop, before the turn has begun.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waymark.stdlib.limits import DEFAULT, RunLimits

from . import exports, generators, nested, owners, parting, raising, results, unawaited
from .binding import bind
from .errors import Thrown, Uncatchable, thrown
from .loaded import MANY, LoadedFunction
from .surface import Fault
from .trace import describe, lines_to
from .values.frames import AsyncGenerator, Coroutine, Frame, Generator, Owner, depth_of
from .values.functions import UNSET, HostMethod, VMFunction

if TYPE_CHECKING:
    from .scheduler import Scheduler
    from .snapshot import Tracker
    from .state import State
    from .statics import Statics
    from .surface import Effect

DEPTH_MAX = 991  # VM frames in one chain: what CPython's limit of 1,000 leaves below `asyncio.run`


class Interpreter:
    """One run being executed. `frame` is the innermost frame; None between the steps of fibers."""

    def __init__(
        self, state: State, statics: Statics, tracker: Tracker, scheduler: Scheduler, limits: RunLimits = DEFAULT
    ) -> None:
        self.limits = limits
        self.state = state
        self.statics = statics
        self.tracker = tracker
        self.scheduler = scheduler
        self.effects: list[Effect] = []
        self.run_id = ""  # as people see it
        self.ticks = 0
        self.preempted = False
        self.parted = True  # whether a frame of the fiber that runs may be marked so (`parting.py`); True: unknown
        self.frame: Frame | None = None
        self.nested: list[nested.Nested] = []  # calls from natives under way, outermost first

    # --- the loop ---

    def step(self) -> None:
        """Run until `frame` is None, or the slice is out of ticks."""
        while True:
            try:
                while (frame := self.frame) is not None and not self.preempted:
                    steps = frame.loaded.steps
                    while self.frame is frame and not self.preempted:
                        handler, operands = steps[frame.pc]
                        handler(self, frame, operands)
                return
            except Thrown as raised:
                thrown = raised
            except Fault:
                raise
            except Uncatchable as limit:
                limit.lines = limit.lines or lines_to(self.frame)
                raise
            except BaseException as bug:
                where = describe(self.frame) if self.frame else "between frames"
                raise Fault(f"{where}: {type(bug).__name__}: {bug}") from bug
            # Behind the `except` block, so that the host never makes the error a context of its own. The frame may be
            # another one by now: a callee that was left on the way raises in its caller.
            if type(thrown.error) is BufferError and exports.given_up(self):
                continue
            if thrown.fresh:
                raising.raise_in(self, self.frame, thrown.error, thrown.first)
            else:
                raising.unwind(self, self.frame, thrown.error)

    def tick(self) -> bool:
        """Pay for a turn of a loop. False: out of ticks, and the turn must not begin."""
        if self.ticks > 0:
            self.ticks -= 1
            return True
        if self.nested:
            self.ticks -= 1
            nested.check_overdraft(self)
            return True
        self.preempted = True
        return False

    # --- entering and leaving frames ---

    def push(self, loaded: LoadedFunction, registers: list[Any], then: Any = UNSET) -> None:
        """Enter a function: its frame is the innermost one from here on."""
        frame = Frame(loaded, registers)
        frame.then = then
        self._link(frame)
        self.ticks -= 1
        if self.ticks < 0:
            self._overdraw()

    def begin(self, owner: Owner) -> None:
        """Enter the frame of a coroutine or generator that has not begun."""
        self.take_up(owner)
        self.ticks -= 1
        if self.ticks < 0:
            self._overdraw()

    def _overdraw(self) -> None:
        if self.nested:
            nested.check_overdraft(self)
        else:
            self.preempted = True

    def take_up(self, owner: Owner) -> Frame:
        """Put the owner's frame on top of the running one. As in CPython, one that cannot be entered is closed."""
        frame = owner.frame
        assert frame is not None
        self.tracker.touch(owner)
        try:
            self._link(frame)
        except Thrown:
            self.abandon(frame)
            raise
        owner.state = "running"
        return frame

    def _link(self, frame: Frame) -> None:
        caller = self.frame
        depth = 0
        if caller is not None:
            depth = (caller.depth if caller.depth >= 0 else depth_of(caller)) + (not frame.loaded.silent)
        if depth >= DEPTH_MAX:
            raise Thrown(RecursionError("maximum recursion depth exceeded"))
        frame.caller = caller
        frame.depth = depth
        self.frame = frame

    def call(self, function: VMFunction, args: tuple[Any, ...], kwargs: dict[str, Any], then: Any = UNSET) -> Any:
        """Call a function of the program: push its frame, or make its coroutine or generator.

        `then` says what is made of the value that it returns (`results.py`). Returns UNSET if a frame was pushed, else
        the value, which the caller delivers.
        """
        try:
            registers = bind(function, args, kwargs)
        except TypeError as error:
            refused = error
        else:
            loaded = function.loaded
            if loaded.kind == "function":
                self.push(loaded, registers, then)
                return UNSET
            made = owners.make(function, registers)
            if then is not UNSET:
                return results.finish(self, then, made)
            if type(made) is Coroutine:
                unawaited.check(self, made)
            return made
        raise thrown(refused)

    def deliver(self, frame: Frame, value: Any) -> None:
        """The instruction that `frame` stands at has its result."""
        register = frame.loaded.results[frame.pc]
        if register >= 0:
            frame.registers[register] = value
        elif register == MANY:
            for target, item in zip(frame.loaded.operands[frame.pc][0], value, strict=True):
                frame.registers[target] = item
        frame.pc += 1

    def leave(self, frame: Frame, value: Any) -> None:
        """The innermost frame returns."""
        caller = frame.caller
        if frame.owner is None and frame.then is UNSET and caller is not None and not self.nested:
            frame.pc = 0  # as `abandon` does
            self.frame = caller
            self.deliver(caller, value)
            return
        caller, owner = self.abandon(frame)
        ends_nested = self.nested and self.nested[-1].frame is frame
        if frame.then is not UNSET:
            self.frame = caller
            error: BaseException | None = None
            try:
                value = results.finish(self, frame.then, value)
            except Thrown as raised:
                if not ends_nested:
                    raise
                error = raised.error
            if error is not None:
                raising.put_context(self, error, raising.handled(self, caller))
                self.end_nested(error=error)
                return
            if value is UNSET:
                if ends_nested:
                    assert self.frame is not None, "a frame was entered"
                    self.nested[-1].frame = self.frame
                return
        if ends_nested:
            self.end_nested(value, exhausted=owner is not None)
            return
        self.frame = caller
        if type(owner) is Generator:
            generators.exhaust(self, caller, value)
        elif type(owner) is AsyncGenerator:
            raise Thrown(StopAsyncIteration())
        elif caller is None:
            self.scheduler.returned(self, value)
        elif owner is not None and parting.is_by_hand(caller):
            raise Thrown(StopIteration() if value is None else StopIteration(value))
        else:
            self.deliver(caller, value)

    def abandon(self, frame: Frame) -> tuple[Frame | None, Owner | None]:
        """The frame is over, and so is the coroutine or generator that owns it. Returns its caller and its owner."""
        owner = frame.owner
        # Nobody goes on with the frame, but a commit may meet its page once more before it finds that out. So it stands
        # where any frame can be captured, and one that had a page for long holds nothing.
        frame.pc = 0
        if owner is not None:
            owner.state = "closed"
            owner.frame = None
            if type(owner) is AsyncGenerator:
                owner.busy = False
                self.state.generators.pop(owner.number, None)
            elif type(owner) is Generator and owner.number:
                self.state.generators.pop(owner.number, None)
            self.tracker.touch(owner)
            frame.registers = [UNSET] * len(frame.registers)
        return frame.caller, owner

    def end_nested(self, value: Any = None, *, error: BaseException | None = None, exhausted: bool = False) -> None:
        ended = self.nested[-1]
        ended.value, ended.error, ended.exhausted = value, error, exhausted
        self.frame = None

    def class_named(self, module: str, name: str) -> Any:
        """What a module of the run has under a name, for objects that arrive. Raises `LookupError`."""
        found = self.statics.class_named(self.state.unit, f"{module}:{name}")
        return self.state.class_named(module, name) if found is None else found

    def call_nested(self, function: VMFunction | HostMethod, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return nested.call(self, function, args, kwargs)

    def next_nested(self, generator: Generator) -> Any:
        return nested.next_item(self, generator)
