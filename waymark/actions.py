"""`@action`: mark an `async def` as distributed work.

Called inside a workflow it is a call that a worker runs; called anywhere else it runs there and then, with its
dependencies.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar, overload

from waymark.runtime.workers.current import CurrentAction, current_action, current_or_none, running
from waymark.runtime.workers.perform import BODY, TRANSACTION
from waymark.runtime.workers.providing import plan_of, provided
from waymark.stdlib.values.policies import BackoffPolicy, RetryPolicy, Seconds, policy_of

from .payloads import ActionResultPayload as ActionResultPayload
from .payloads import deserialize_result_payload as deserialize_result_payload
from .payloads import serialize_error_payload as serialize_error_payload
from .payloads import serialize_result_payload as serialize_result_payload
from .places import importable_module
from .registry import registry

__all__ = ["CurrentAction", "action", "current_action"]

P = ParamSpec("P")
R = TypeVar("R")

AsyncFunction = Callable[P, Coroutine[Any, Any, R]]

ELSEWHERE = "it runs in no workflow, and so there is no outcome that its rows could be committed with"


@overload
def action(function: AsyncFunction[P, R], /) -> AsyncFunction[P, R]: ...
@overload
def action(
    *,
    name: str | None = None,
    transaction: bool = False,
    retry: RetryPolicy | None = None,
    backoff: BackoffPolicy | None = None,
    timeout: Seconds | None = None,
    deadline: Seconds | None = None,
) -> Callable[[AsyncFunction[P, R]], AsyncFunction[P, R]]: ...
def action(
    function: Any = None,
    /,
    *,
    name: str | None = None,
    transaction: bool = False,
    retry: RetryPolicy | None = None,
    backoff: BackoffPolicy | None = None,
    timeout: Seconds | None = None,
    deadline: Seconds | None = None,
) -> Any:
    """Register an `async def` as an action, under `module:name`.

    `retry`, `backoff`, `timeout` (of an attempt) and `deadline` (of all of them) hold for all of its calls in
    workflows; `self.run_action(...)` says otherwise for one of them.
    `transaction`: what it writes on `current_action().connection` and its outcome are committed together, exactly once.

    Example:
        @action(retry=RetryPolicy(attempts=3), timeout=timedelta(seconds=30))
        async def refund(order_id: int) -> bool:
            return order_id > 0

        assert await refund(7)
    """
    if name is not None and not (isinstance(name, str) and name):
        raise TypeError(f'@action(name=...) takes the name as text, such as name="charge", and not {name!r}')
    if not isinstance(transaction, bool):
        raise TypeError(f"@action(transaction=...) takes True or False, and not {transaction!r}")
    policy_of(retry, backoff, timeout, deadline)  # workflows read it in the source: here it is only looked at
    if function is None:
        return lambda decorated: _register(decorated, name, transaction)
    return _register(function, name, transaction)


def _register(function: Any, name: str | None, transaction: bool) -> Any:
    if not (inspect.isfunction(function) and inspect.iscoroutinefunction(function)):
        shown = getattr(function, "__qualname__", repr(function))
        raise TypeError(
            f"@action needs an `async def`, and {shown} is none: wrap blocking work in asyncio.to_thread(...)"
        )
    key = f"{importable_module(function)}:{name or function.__qualname__}"
    called = _called_here(function, key)
    setattr(called, BODY, function)
    setattr(function, TRANSACTION, transaction)
    registry.register(key, called)
    return called


def _called_here(function: Callable[..., Any], key: str) -> Callable[..., Any]:
    """Outside of a workflow. In another action it is a part of that one's attempt."""

    @functools.wraps(function)
    async def run_here(*args: Any, **kwargs: Any) -> Any:
        if current_or_none() is not None:
            return await _injected(function, args, kwargs)
        with running(CurrentAction(key, connection=ELSEWHERE)):
            return await _injected(function, args, kwargs)

    return run_here


async def _injected(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    plan = plan_of(function)
    if not plan.provided:
        return await function(*args, **kwargs)
    try:
        given = dict(plan.signature.bind_partial(*args, **kwargs).arguments)
    except TypeError:  # as CPython words it
        return await function(*args, **kwargs)
    async with provided(function, given) as values:
        return await function(*args, **kwargs, **values)
