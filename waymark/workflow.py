"""`@workflow` and `Workflow`: durable control flow, compiled where it is defined.

The body of `run()` is never executed by Python. Decorating compiles the file that the class stands in; calling `run()`
starts a run in the database and waits for what it comes to.
"""

from __future__ import annotations

import functools
import inspect
import os
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from .places import importable_module
from .registry import registry as action_registry
from .registry import workflow_registry

if TYPE_CHECKING:
    import graphviz

    from .client import Handle
    from .programs import CompiledWorkflow

_BODY = "__waymark_body__"  # of the `run` that starts a run: the one that was written
ROLE_VARIABLE = "WAYMARK_PROCESS_ROLE"  # `worker`: only register what is decorated, compile nothing


class Workflow:
    """Base class of every workflow. Write `async def run(self, ...)`, and decorate the class with `@workflow`."""

    name: ClassVar[str | None] = None  # by default the class name in lower case
    version: ClassVar[str | None] = None

    __waymark_compiled__: ClassVar[CompiledWorkflow | None] = None

    if not TYPE_CHECKING:

        def __new__(cls, *args: Any, **kwargs: Any) -> Any:
            if args or kwargs:
                raise TypeError(
                    f"{cls.__qualname__}() takes no arguments: a run makes an object of its own, so give them to run()"
                )
            return super().__new__(cls)

    @classmethod
    def short_name(cls) -> str:
        """The name that runs of this workflow are stored under."""
        return cls.name or cls.__name__.lower()

    async def run(self, *args: Any, **kwargs: Any) -> Any:
        """Start a run and wait for its result. The class of a workflow says what arguments it takes."""
        raise TypeError(f"{type(self).__name__} has no `async def run(self, ...)` of its own")

    async def start(self, *args: Any, id: str | None = None, **kwargs: Any) -> Handle:
        """Start a run and return its handle at once. With `id`, starting twice gives the same run.

        `id` is the run's own: a parameter of `run()` with that name is given by position here.
        """
        return await _start(self, args, kwargs, id)

    async def receive(self, topic: str, timeout: timedelta | float | None = None) -> Any:
        """In a run: the next message of a topic, each to one receiver, first come, first served.

        After `timeout` (a timedelta, or seconds) without one, it raises TimeoutError.
        """
        raise RuntimeError("a run receives messages: call `self.receive(...)` in a workflow's code")

    @classmethod
    def visualize(cls) -> graphviz.Source:
        """The control flow as a graph: a notebook shows it, `.source` is its DOT text, `.render()` writes a picture.

        Needs the extra waymark[visualize]; `waymark visualize FILE` prints DOT text without it.
        """
        from .drawing import drawing_of

        return drawing_of(compiled_of(cls))


W = TypeVar("W", bound=type[Workflow])


def workflow(kind: W) -> W:
    """Compile and register a workflow class. UnsupportedPatternError names everything that cannot be compiled."""
    if not (isinstance(kind, type) and issubclass(kind, Workflow)):
        shown = getattr(kind, "__qualname__", repr(kind))
        raise TypeError(f"@workflow decorates a class that inherits from Workflow, and {shown} does not")
    body = _run_of(kind)
    if not (inspect.isfunction(body) and inspect.iscoroutinefunction(body)):
        raise TypeError(f"{kind.__qualname__} needs an `async def run(self, ...)`: it is what a run executes")
    if not in_worker():
        from .programs import compile_class

        kind.__waymark_compiled__ = compile_class(kind, body, importable_module(kind))
        action_registry.note_names(kind.__module__)
    workflow_registry.register(kind.short_name(), kind)
    kind.run = _started_and_awaited(body)  # type: ignore[method-assign]
    return kind


def _run_of(kind: type[Workflow]) -> Any:
    """The `run` of the class, or the one that it inherits; as it was written, if that class is a workflow by itself."""
    body = inspect.getattr_static(kind, "run")
    if body is vars(Workflow)["run"]:
        return None
    return getattr(body, _BODY, body)


def in_worker() -> bool:
    """Whether this process runs actions and nothing else."""
    return os.environ.get(ROLE_VARIABLE) == "worker"


def compiled_of(kind: type[Workflow]) -> CompiledWorkflow:
    """What `@workflow` made of the class."""
    compiled = kind.__dict__.get("__waymark_compiled__")
    if compiled is not None:
        return compiled  # type: ignore[no-any-return]
    if in_worker():
        raise TypeError(
            f"{kind.__qualname__} cannot be started here: {ROLE_VARIABLE} says that this process is an action worker, "
            "where nothing is compiled. Let the action return, and start it from the process that awaits the result"
        )
    raise TypeError(f"{kind.__qualname__} is not a compiled workflow: decorate it with @workflow")


async def _start(instance: Workflow, args: tuple[Any, ...], kwargs: dict[str, Any], key: str | None) -> Handle:
    compiled = compiled_of(type(instance))
    if vars(instance) and type(instance).__init__ is object.__init__:
        names = ", ".join(sorted(vars(instance)))
        raise TypeError(f"the run makes an object of its own, which will not have {names}: give it to run() instead")
    arguments = compiled.bind(instance, args, kwargs)
    from .default import default_client

    return await (await default_client()).start(compiled, arguments, key)


def _started_and_awaited(body: Any) -> Any:
    @functools.wraps(body)
    async def run(self: Workflow, *args: Any, **kwargs: Any) -> Any:
        handle = await _start(self, args, kwargs, None)
        return await handle.result()

    setattr(run, _BODY, body)
    return run
