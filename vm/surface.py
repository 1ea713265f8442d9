"""What the machine says to its driver: pauses, effects, outcomes and deltas. Plain values, no behaviour.

The engine, the tests, the debugger and the property harness drive the VM through `Machine` (vm/machine.py) and see only
these types. Nothing here does I/O: an effect is a wish, and it may leave the process only after the state that asked
for it is durable.
"""

from __future__ import annotations

from typing import Any

import msgspec

Instant = int  # microseconds since the Unix epoch, of the database's clock
PageId = int

# Among the arguments of a run: those given by position, where some cannot be given by name. No parameter is called so.
POSITIONAL = "*"


class StartAction(msgspec.Struct, frozen=True, tag=True):
    """Run an action. The outcome comes back by `settle([(request, outcome)])`.

    The attempt is part of the run's state: it is durable before the attempt starts, and a result of an earlier attempt
    is told apart by it.
    """

    request: int
    key: str  # "module:name"
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    attempt: int = 1
    policy: bytes = b""  # what the program says of its attempts, over its action's own; see stdlib/values/policies.py
    began: Instant = 0  # with a policy: when it was asked
    due: Instant | None = None  # of an open one: when the next attempt follows, by itself


class StartRun(msgspec.Struct, frozen=True, tag=True):
    """Start a run of another workflow. Its outcome comes back by `settle([(request, outcome)])`.

    It leaves once, and whoever carries it sees to it that it arrives once: `run` is what tells it apart. An error comes
    as the run raised it; the machine makes a `WorkflowFailed` of it.
    """

    request: int
    workflow: str  # the registered name
    key: str  # the id that people see
    run: bytes  # 16 of them, the number of the run
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    detached: bool = False
    priority: int = 0


class SendRun(msgspec.Struct, frozen=True, tag=True):
    """Say something to a run that was started by `StartRun`: a message, or, without a topic, that it is to stop."""

    workflow: str
    key: str
    run: bytes
    topic: str | None
    value: Any = None  # of a message; else the reason
    joined: bool = True  # also where the run was there already, and was not started by this one


class SetStatus(msgspec.Struct, frozen=True, tag=True):
    """What the program says of itself to whoever looks. The last one counts."""

    text: str


class OpenRun(msgspec.Struct, frozen=True):
    """A run that was started and has not ended, as far as this one knows."""

    request: int
    workflow: str
    key: str
    run: bytes
    detached: bool


class StartTimer(msgspec.Struct, frozen=True, tag=True):
    """A timer was set. For information: the machine fires its own timers by the `now` that `run` is given."""

    number: int
    when: Instant


class CancelRequest(msgspec.Struct, frozen=True, tag=True):
    """Nobody waits for this request any more; a late outcome will be ignored."""

    request: int


class Log(msgspec.Struct, frozen=True, tag=True):
    """Something that the program's log should say, once."""

    level: str
    text: str
    logger: str = ""  # the name of the logger that the program uses; "" if nothing logged it, as of `print`
    source: str = ""  # the line that logged it
    line: int = 0
    extra: dict[str, str] = {}


Effect = StartAction | StartTimer | CancelRequest | Log | StartRun | SendRun | SetStatus


class Ready(msgspec.Struct, frozen=True, tag=True):
    """Out of ticks; there is more to run now."""

    effects: tuple[Effect, ...] = ()


class Idle(msgspec.Struct, frozen=True, tag=True):
    """Nothing can run before an outcome arrives or a timer is due."""

    effects: tuple[Effect, ...] = ()


class Finished(msgspec.Struct, frozen=True, tag=True):
    value: Any = None
    effects: tuple[Effect, ...] = ()


class Failed(msgspec.Struct, frozen=True, tag=True):
    """The workflow raised. `error` is the exception; its traceback is a list of workflow lines, innermost last.

    `text` is what a class of the program says of the error, which only its machine can ask; None: it says nothing.
    """

    error: BaseException
    traceback: tuple[TraceLine, ...] = ()
    effects: tuple[Effect, ...] = ()
    text: str | None = None


class TraceLine(msgspec.Struct, frozen=True):
    source: str
    line: int
    function: str


Pause = Ready | Idle | Finished | Failed


class Succeeded(msgspec.Struct, frozen=True, tag=True):
    value: Any = None


class Raised(msgspec.Struct, frozen=True, tag=True):
    error: BaseException


Outcome = Succeeded | Raised


class Delta(msgspec.Struct, frozen=True):
    """What a commit must store so that the machine can be restored: the whole root, and the pages that changed."""

    root: bytes
    put: dict[PageId, bytes]
    drop: frozenset[PageId]


class Fault(BaseException):
    """A failure of the VM or of its host while a slice ran: not the program's. The slice is to be discarded.

    No Exception, and neither are the other ends that no handler of a program may see: natives written in Python catch
    what the program's functions raise, as their models in CPython do.
    """
