"""The whole state of a run, in one place: what a snapshot keeps and a restore brings back.

Everything else that a machine has (loaded code, tables by number, the tracker of changed pages) is derived from it.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from .surface import Instant, Outcome
from .values.frames import AsyncGenerator, Frame, Generator
from .values.functions import VMFunction
from .values.futures import Future, Handle, Task


class State:
    """Fields of a run. The derived tables at the end are rebuilt at restore and never encoded."""

    def __init__(self, unit: bytes, workflow: str, seed: bytes) -> None:
        self.unit = unit  # code hash of the entry unit
        self.workflow = workflow
        self.seed = seed
        self.now: Instant = 0  # the latest `now` that a slice was given; it never goes back
        self.next_request = 1
        self.next_timer = 1
        self.next_task = 1
        self.next_generator = 1
        self.draws = 0  # from the run's own randomness, which the seed fixes
        self.main: Task | None = None
        # What runs and was cut short by the end of its ticks: its innermost frame, and the task it is a step of (None
        # for a callback).
        self.frame: Frame | None = None
        self.current: Task | None = None
        self.context: Any = None  # what runs now runs in it (`vm/contexts.py`)
        self.initialising = False  # the frame is a module's init: what it raises fails the run
        self.ready: deque[Handle] = deque()
        self.turn = 0  # handles left of the turn under way
        # To be delivered when the next turn starts: outcomes of requests, and messages, by topic, in commit order.
        self.arrivals: deque[tuple[int | str, Outcome]] = deque()
        self.anchors: list[Future | Handle] = []  # open requests and timers that no task made
        # By id: futures that failed, and nobody has asked what became of them (`vm/failures.py`).
        self.failed: dict[int, Future] = {}
        # Generators that the end of the run closes, by number (`vm/abandoned.py`).
        self.generators: dict[int, Generator | AsyncGenerator] = {}
        self.modules: dict[str, dict[str, Any]] = {}  # module name -> its globals in this run
        self.changed: list[VMFunction] = []  # static functions, of which the program has changed something
        self.tasks: dict[int, Task] = {}  # those not done, by number

        # Derived.
        self.requests: dict[int, Future] = {}
        self.timers: list[tuple[Instant, int, Handle]] = []  # a heap
        self.cancelled_timers = 0  # about how many of them are cancelled
        self.kept: list[Future | Handle] = []  # anchors and failed ones, for the next snapshot
        self.queue: list[Handle] = []  # what is ready, for the next snapshot: in a page of its own when it is long

    def class_named(self, module: str, name: str) -> Any:
        """What a module of the run has under a name. Raises `LookupError`."""
        if name not in self.modules.get(module, {}):
            raise LookupError(f"the program has no {name} of module {module}; name it in what the workflow uses")
        return self.modules[module][name]
