"""What `sys` says of exceptions, and `types.TracebackType`: of the program's own, never of the host's."""

from __future__ import annotations

import sys
from typing import Any, NoReturn

from ..values.tracebacks import Traceback, traceback_of
from .model import Native
from .services import Excess, Refusal, services


def exception() -> BaseException | None:
    """`sys.exception()`: the one that is being handled."""
    return services.get().handled()


def exc_info() -> tuple[type[BaseException] | None, BaseException | None, Traceback | None]:
    """`sys.exc_info()`."""
    error = services.get().handled()
    return (None, None, None) if error is None else (type(error), error, traceback_of(error))


def exit(*args: Any, **kwargs: Any) -> NoReturn:
    """`sys.exit(status)`: it raises SystemExit and does nothing else."""
    if kwargs or len(args) > 1:
        sys.exit(*args, **kwargs)  # which refuses them
    status = args[0] if args else None
    raise Excess(SystemExit(*(status if type(status) is tuple else () if status is None else (status,))))


def _no_making(*args: Any, **kwargs: Any) -> None:
    raise Refusal("a workflow cannot make a traceback: the run itself notes where an exception has been")


def natives() -> list[Native]:
    exit.__module__ = exception.__module__ = exc_info.__module__ = "sys"
    return [
        Native("sys.exception/1", exception),
        Native("sys.exc_info/1", exc_info),
        Native("sys.exit/1", exit),
        Native("types.TracebackType/1", Traceback, guard=_no_making),
    ]
