"""Run one attempt of an action: bytes in, bytes out. The same in a worker process and inside an engine's own process.

Whatever the action does is an outcome, also an argument that does not fit and a result that cannot be sent.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from waymark.vm.surface import Outcome, Raised, Succeeded
from waymark.vm.wire import decode_value, encode_outcome

from .current import CurrentAction, running
from .exact import fits_exactly
from .fitting import fitted_call
from .misfits import Misfit
from .providing import plan_of, provided

log = logging.getLogger("waymark.action")

Actions = Mapping[str, Callable[..., Awaitable[Any]]]

BODY = "__waymark_action__"  # of what stands in the user's module: the function that was written
TRANSACTION = "__waymark_transaction__"  # of that function: its rows and its outcome are committed together


class ActionNotFound(LookupError):
    """The workers do not know this action. Its module is missing from what they import."""


async def perform(actions: Actions, key: str, arguments: bytes, current: CurrentAction | None = None) -> bytes:
    """The outcome of the attempt, encoded. Cancelling it is the caller's own wish, and goes through, as does
    ActionNotFound: the action has not come to anything."""
    return encoded(key, await outcome_of(body_of(actions, key), key, arguments, current or CurrentAction(key)))


def body_of(actions: Actions, key: str) -> Callable[..., Awaitable[Any]]:
    """The function that was written. Raises ActionNotFound."""
    function = actions.get(key)
    if function is None:
        raise _not_found(actions, key)
    return getattr(function, BODY, function)


def is_transactional(function: Callable[..., Any]) -> bool:
    return bool(getattr(getattr(function, BODY, function), TRANSACTION, False))


async def outcome_of(
    function: Callable[..., Awaitable[Any]], key: str, arguments: bytes, current: CurrentAction
) -> Outcome:
    with running(current):
        try:
            args, kwargs = decode_value(arguments)
            return Succeeded(await _called(function, key, args, kwargs))
        except asyncio.CancelledError as error:
            if (task := asyncio.current_task()) is not None and task.cancelling():
                raise
            return Raised(error)  # not our doing: something that the action awaited was cancelled
        except Exception as error:
            _tell(key, error)
            return Raised(error)
        except (SystemExit, KeyboardInterrupt) as error:  # `sys.exit()` in an action ends that action, not the worker
            return Raised(error)


async def _called(
    function: Callable[..., Awaitable[Any]], key: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    if not kwargs and fits_exactly(function, args):
        return await function(*args)
    injected = _injected(function)
    args, kwargs = _fitted(function, key, args, kwargs, injected)
    if not injected:
        return await function(*args, **kwargs)
    given = _named(function, args, kwargs)
    async with provided(function, given) as values:
        return await function(*args, **kwargs, **values)


def _injected(function: Callable[..., Any]) -> frozenset[str]:
    """Parameters that have a provider."""
    try:
        return frozenset(plan_of(function).provided)
    except ValueError:  # a callable that does not say what it takes
        return frozenset()


def _named(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    try:
        return dict(inspect.signature(function).bind_partial(*args, **kwargs).arguments)
    except TypeError:  # calling it says better what is wrong
        return kwargs


def _fitted(
    function: Callable[..., Awaitable[Any]],
    key: str,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    injected: frozenset[str],
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    try:
        return fitted_call(function, args, kwargs, injected)
    except Misfit as problem:
        text = f"the arguments of action {key} do not fit its annotations: {problem}"
    raise TypeError(text)


def _tell(key: str, error: BaseException) -> None:
    """Its traceback ends here, since an outcome carries the error alone. It begins in the action, and not in us."""
    begins = error.__traceback__
    while begins is not None and begins.tb_frame.f_code.co_filename == __file__:
        begins = begins.tb_next
    log.warning("action %s raised %s", key, type(error).__name__, exc_info=(type(error), error, begins))


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


def encoded(key: str, outcome: Outcome) -> bytes:
    """The outcome as bytes; of one that cannot be sent, the TypeError that says so."""
    try:
        return encode_outcome(outcome)
    except Exception as problem:
        what = "result" if isinstance(outcome, Succeeded) else f"error ({type(outcome.error).__name__})"
        return encode_outcome(Raised(TypeError(f"the {what} of action {key} cannot be sent back: {problem}")))
