"""Run one attempt of an action: bytes in, bytes out. The same in a worker process and inside an engine's own process.

Whatever the action does is an outcome, also an argument that does not fit and a result that cannot be sent.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from waymark.vm.surface import Outcome, Raised, Succeeded
from waymark.vm.wire import decode_value, encode_outcome

from .fitting import fitted_call
from .misfits import Misfit

log = logging.getLogger("waymark.action")

Actions = Mapping[str, Callable[..., Awaitable[Any]]]


class ActionNotFound(LookupError):
    """The workers do not know this action. Its module is missing from what they import."""


async def perform(actions: Actions, key: str, arguments: bytes) -> bytes:
    """The outcome of the attempt, encoded. Cancelling it is the caller's own wish, and goes through, as does
    ActionNotFound: the action has not come to anything."""
    function = actions.get(key)
    if function is None:
        raise _not_found(actions, key)
    try:
        args, kwargs = decode_value(arguments)
        args, kwargs = _fitted(function, key, args, kwargs)
        value = await function(*args, **kwargs)
    except asyncio.CancelledError as error:
        if (task := asyncio.current_task()) is not None and task.cancelling():
            raise
        return _encode(key, Raised(error))  # not our doing: something that the action awaited was cancelled
    except Exception as error:
        _tell(key, error)
        return _encode(key, Raised(error))
    except (SystemExit, KeyboardInterrupt) as error:  # `sys.exit()` in an action ends that action, not the worker
        return _encode(key, Raised(error))
    return _encode(key, Succeeded(value))


def _fitted(
    function: Callable[..., Awaitable[Any]], key: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    try:
        return fitted_call(function, args, kwargs)
    except Misfit as problem:
        text = f"the arguments of action {key} do not fit its annotations: {problem}"
    raise TypeError(text)


def _tell(key: str, error: BaseException) -> None:
    """Its traceback ends here, since an outcome carries the error alone. It begins in the action, and not in us."""
    assert error.__traceback__ is not None
    told = (type(error), error, error.__traceback__.tb_next)
    log.warning("action %s raised %s", key, type(error).__name__, exc_info=told)


def _not_found(actions: Actions, key: str) -> ActionNotFound:
    module, _, name = key.partition(":")
    there = sorted(other.partition(":")[2] for other in actions if other.partition(":")[0] == module)
    if there:
        return ActionNotFound(f"module {module} has no action {name!r}; its actions: {', '.join(there)}")
    return ActionNotFound(
        f"no worker has imported module {module}, where action {name!r} is; add {module} to WAYMARK_USER_MODULE"
    )


def too_large(key: str, problem: Exception) -> bytes:
    """The outcome of an attempt whose own outcome does not fit into a frame."""
    return encode_outcome(Raised(TypeError(f"the outcome of action {key} cannot be sent back: {problem}")))


def _encode(key: str, outcome: Outcome) -> bytes:
    try:
        return encode_outcome(outcome)
    except Exception as problem:
        what = "result" if isinstance(outcome, Succeeded) else f"error ({type(outcome.error).__name__})"
        return encode_outcome(Raised(TypeError(f"the {what} of action {key} cannot be sent back: {problem}")))
