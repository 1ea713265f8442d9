"""`@workflow` and `Workflow`: durable control flow, compiled where it is defined.

The body of `run()` is never executed by Python. Decorating compiles the file that the class stands in; calling `run()`
starts a run in the database and waits for what it comes to.
"""

from __future__ import annotations

import inspect
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from .actions import importable_module
from .registry import workflow_registry

if TYPE_CHECKING:
    from .client import Handle
    from .programs import CompiledWorkflow

ROLE_VARIABLE = "WAYMARK_PROCESS_ROLE"  # `worker`: only register what is decorated, compile nothing


class Workflow:
    """Base class of every workflow. Write `async def run(self, ...)`, and decorate the class with `@workflow`."""

    name: ClassVar[str | None] = None  # by default the class name in lower case
    version: ClassVar[str | None] = None

    __waymark_compiled__: ClassVar[CompiledWorkflow | None] = None

    @classmethod
    def short_name(cls) -> str:
        """The name that runs of this workflow are stored under."""
        return cls.name or cls.__name__.lower()

    async def run(self, *args: Any, **kwargs: Any) -> Any:
        """Start a run and wait for its result. The class of a workflow says what arguments it takes."""
        raise TypeError(f"{type(self).__name__} has no `async def run(self, ...)` of its own")

    async def start(self, *args: Any, id: str | None = None, **kwargs: Any) -> Handle:
        """Start a run and return its handle at once. With `id`, starting twice gives the same run."""
        from .client import default_client

        compiled = compiled_of(type(self))
        arguments = compiled.bind(self, args, kwargs)
        return await (await default_client()).start(compiled, arguments, key=id)


W = TypeVar("W", bound=type[Workflow])


def workflow(kind: W) -> W:
    """Compile and register a workflow class. UnsupportedPatternError names everything that cannot be compiled."""
    if not (isinstance(kind, type) and issubclass(kind, Workflow)):
        shown = getattr(kind, "__qualname__", repr(kind))
        raise TypeError(f"@workflow decorates a class that inherits from Workflow, and {shown} does not")
    body = kind.__dict__.get("run")
    if not inspect.iscoroutinefunction(body):
        raise TypeError(f"{kind.__qualname__} needs an `async def run(self, ...)`: it is what a run executes")
    if os.environ.get(ROLE_VARIABLE) != "worker":
        from .programs import compile_class

        kind.__waymark_compiled__ = compile_class(kind, body, importable_module(kind))
    kind.run = _started_and_awaited(body)  # type: ignore[method-assign]
    workflow_registry.register(kind.short_name(), kind)
    return kind


def compiled_of(kind: type[Workflow]) -> CompiledWorkflow:
    """What `@workflow` made of the class."""
    compiled = kind.__dict__.get("__waymark_compiled__")
    if compiled is None:
        reason = (
            "in an action worker nothing is compiled" if os.environ.get(ROLE_VARIABLE) == "worker" else "decorate it"
        )
        raise TypeError(f"{kind.__qualname__} is not a compiled workflow: {reason} with @workflow")
    return compiled  # type: ignore[no-any-return]


def _started_and_awaited(body: Any) -> Any:
    async def run(self: Workflow, *args: Any, **kwargs: Any) -> Any:
        handle = await Workflow.start(self, *args, **kwargs)
        return await handle.result()

    run.__doc__ = body.__doc__
    run.__qualname__ = body.__qualname__
    run.__module__ = body.__module__
    run.__signature__ = inspect.signature(body)  # type: ignore[attr-defined]
    run.__wrapped__ = body  # type: ignore[attr-defined]
    return run


def source_path(kind: type) -> Path:
    """The file that the class stands in."""
    try:
        found = inspect.getsourcefile(kind)
    except TypeError:
        found = None
    if found is None or not Path(found).is_file():
        raise TypeError(f"the source of {kind.__qualname__} cannot be read: put the workflow in a .py file")
    return Path(found)
