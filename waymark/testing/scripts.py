"""What a test has written down for its actions, and the calls that came."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from waymark.exceptions import WaymarkError
from waymark.registry import registry
from waymark.runtime.workers.port import AttemptKey


class BadScript(WaymarkError, ValueError):
    """A test wrote down something that cannot happen. The message says what to write instead."""


@dataclass(frozen=True)
class Call:
    """An attempt that was made: the arguments as the action got them, the number of the call, and of its attempt.

    Example:
        await charge_in_a_run()
        (call,) = stage.calls(charge)
        assert (call.args, call.kwargs, call.call, call.attempt) == ((7,), {}, 1, 1)
    """

    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    call: int = 1
    attempt: int = 1


@dataclass(frozen=True)
class Planted:
    """A failure of one attempt. Without an error it is lost, as if the worker had died."""

    error: BaseException | None
    call: int | None  # None: of every call
    attempt: int | None


@dataclass
class Script:
    """Of one action.

    Example:
        stage.on(charge).raises(ConnectionError("away")).returns(False)
        assert await charge_in_a_run(attempts=2) is False
    """

    key: str
    outcomes: list[Any] = field(default_factory=list)  # values, errors and functions; the last one stays
    planted: list[Planted] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    numbers: dict[AttemptKey, int] = field(default_factory=dict)

    def returns(self, *values: Any) -> Script:
        """Return these, call by call; the last one again and again.

        Example:
            stage.on(charge).returns(True, False)
            assert [await charge_in_a_run() for _ in range(3)] == [True, False, False]
        """
        if not values:
            raise BadScript(f"returns() of {self.key} was given no value: say returns(None) for nothing")
        self.outcomes += [_Value(value) for value in values]
        return self

    def raises(self, *errors: BaseException | type[BaseException]) -> Script:
        """Raise these, attempt by attempt; the last one again and again, if no `returns` follows.

        Example:
            stage.on(charge).raises(ConnectionError("away"), TimeoutError)
            try:
                await charge_in_a_run(attempts=2)
            except waymark.WorkflowFailed as failed:
                assert isinstance(failed.__cause__, TimeoutError)
        """
        for error in errors:
            if not (isinstance(error, BaseException) or (isinstance(error, type) and issubclass(error, BaseException))):
                raise BadScript(f"raises() of {self.key} takes exceptions, not {error!r}")
        self.outcomes += [_Error(error) for error in errors]
        return self

    def does(self, function: Callable[..., Awaitable[Any]]) -> Script:
        """Call this `async def` instead.

        Example:
            async def odd(order_id: int) -> bool:
                return order_id % 2 == 1

            stage.on(charge).does(odd)
            assert await charge_in_a_run()
        """
        self.outcomes.append(_Does(function))
        return self

    def fails(
        self, error: BaseException | type[BaseException], *, call: int | None = None, attempt: int | None = None
    ) -> Script:
        """Let one attempt of one call fail; without numbers, every one. Otherwise the action does what it does.

        Example:
            stage.on(charge).fails(ConnectionError("away"), attempt=1)
            assert await charge_in_a_run(attempts=2)
            assert [call.attempt for call in stage.calls(charge)] == [1, 2]
        """
        made = error() if isinstance(error, type) else error
        self.planted.append(Planted(made, _number("call", call), _number("attempt", attempt)))
        return self

    def is_lost(self, *, call: int | None = None, attempt: int = 1) -> Script:
        """Lose one attempt, as if its worker had died: it is made again, whatever the policy says.

        Example:
            stage.on(charge).is_lost()
            assert await charge_in_a_run()
            assert [call.attempt for call in stage.calls(charge)] == [2]
        """
        self.planted.append(Planted(None, _number("call", call), _number("attempt", attempt)))
        return self

    def planted_at(self, call: int, attempt: int) -> Planted | None:
        fitting = (each for each in self.planted if each.call in (None, call) and each.attempt in (None, attempt))
        return next(fitting, None)

    def number_of(self, key: AttemptKey) -> int:
        return self.numbers.setdefault(key, len(self.numbers) + 1)

    async def perform(
        self, real: Callable[..., Awaitable[Any]], call: int, attempt: int, args: Any, kwargs: Any
    ) -> Any:
        self.calls.append(Call(args, kwargs, call, attempt))
        planted = self.planted_at(call, attempt)
        if planted is not None and planted.error is not None:
            raise planted.error
        if not self.outcomes:
            return await real(*args, **kwargs)
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        return await outcome.give(args, kwargs)


@dataclass(frozen=True)
class _Value:
    value: Any

    async def give(self, _args: Any, _kwargs: Any) -> Any:
        return self.value


@dataclass(frozen=True)
class _Error:
    error: BaseException | type[BaseException]

    async def give(self, _args: Any, _kwargs: Any) -> Any:
        raise self.error


@dataclass(frozen=True)
class _Does:
    function: Callable[..., Awaitable[Any]]

    async def give(self, args: Any, kwargs: Any) -> Any:
        return await self.function(*args, **kwargs)


def key_of(action: Any, registered: Mapping[str, Any] = registry) -> str:
    """The key of an action that is given as itself, or by its key."""
    if isinstance(action, str):
        if action in registered:
            return action
        raise BadScript(
            f"no action {action!r} is registered; those that are: {', '.join(sorted(registered)) or 'none'}"
        )
    same = {id(action), id(getattr(action, "__wrapped__", action))}
    for key, function in registered.items():
        if id(function) in same or id(getattr(function, "__wrapped__", function)) in same:
            return key
    raise BadScript(f"{getattr(action, '__qualname__', action)!r} is no action: decorate it with @action")


def _number(what: str, value: int | None) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
        raise BadScript(f"{what}= is a number from 1 on, not {value!r}")
    return value
