"""Policies of action calls, as workflows write them and as they travel with a call.

    RetryPolicy(attempts=5, exception_types=["OSError"])     values: immutable, compared by what they say
    BackoffPolicy(base_delay=5, factor=2.0)
    policy_of(retry, backoff, timeout, deadline)             bytes: MessagePack of [version, what is said by name]

Only what is said is written, so that a call's own policy goes over its action's, and that over the engine's. Whoever
reads it is `runtime/machines/policies.py`. A value that means nothing is refused where it stands: TypeError for its
type, ValueError for what it says.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import msgspec

from .forms import Form, checked
from .sets import OrderedFrozenSet, OrderedSet

VERSION = 1
RETRIES_USUAL = 100  # of a RetryPolicy that does not say how often
ATTEMPTS_MAX = 1_000_000_000
FACTOR_MAX = 1_000_000
SECONDS_MAX = 3_155_760_000  # a hundred years

Seconds = float | timedelta
_SEVERAL = (list, tuple, set, frozenset, OrderedSet, OrderedFrozenSet)


@dataclass(frozen=True, init=False)
class RetryPolicy:
    """How often an action that raises is tried.

    `attempts` counts all executions, the first one, too; without it there are 100 after the first. `exception_types`
    are classes, or names of classes, bare or as `module.Class`; an error of a class that extends one of them counts.
    None: all errors. `backoff_seconds` is the pause before each further attempt; a BackoffPolicy says more.

    >>> RetryPolicy(attempts=3, exception_types=[OSError, "shop.Declined"])
    RetryPolicy(attempts=3, exception_types=('OSError', 'shop.Declined'), backoff_seconds=None)
    """

    attempts: int | None
    exception_types: tuple[str, ...]
    backoff_seconds: Seconds | None

    def __init__(
        self,
        attempts: int | None = None,
        exception_types: Iterable[str | type[BaseException]] | str | type[BaseException] | None = None,
        backoff_seconds: Seconds | None = None,
    ) -> None:
        if attempts is not None:
            _check_int(attempts, "RetryPolicy(attempts=...)")
            if not 1 <= attempts <= ATTEMPTS_MAX:
                raise ValueError("RetryPolicy(attempts=...) counts every execution: from 1 to a billion")
        if backoff_seconds is not None:
            microseconds(backoff_seconds, "RetryPolicy(backoff_seconds=...)")
        object.__setattr__(self, "attempts", attempts)
        object.__setattr__(self, "exception_types", _names(exception_types))
        object.__setattr__(self, "backoff_seconds", backoff_seconds)


@dataclass(frozen=True, init=False)
class BackoffPolicy:
    """How long to wait before another attempt: `base_delay` first, then `factor` times as long each time.

    `max_delay` is the longest pause. `jitter` takes away up to that share of each, so that calls that failed together
    do not come back together; the same attempt of the same call always waits as long.

    >>> BackoffPolicy(base_delay=5, max_delay=60)
    BackoffPolicy(base_delay=5, factor=2.0, max_delay=60, jitter=0.0)
    """

    base_delay: Seconds
    factor: float
    max_delay: Seconds | None
    jitter: float

    def __init__(
        self, base_delay: Seconds, factor: float = 2.0, max_delay: Seconds | None = None, jitter: float = 0.0
    ) -> None:
        microseconds(base_delay, "BackoffPolicy(base_delay=...)")
        _check_number(factor, "BackoffPolicy(factor=...)")
        if not 0 < factor <= FACTOR_MAX:
            raise ValueError(f"BackoffPolicy(factor=...) multiplies the pause: above 0, and at most {FACTOR_MAX:,}")
        if max_delay is not None:
            microseconds(max_delay, "BackoffPolicy(max_delay=...)")
        _check_number(jitter, "BackoffPolicy(jitter=...)")
        if not 0 <= jitter <= 1:
            raise ValueError("BackoffPolicy(jitter=...) is a share of the pause, from 0 to 1")
        object.__setattr__(self, "base_delay", base_delay)
        object.__setattr__(self, "factor", factor)
        object.__setattr__(self, "max_delay", max_delay)
        object.__setattr__(self, "jitter", jitter)


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a policy says, by name. Fields are added; none is renamed or given another meaning without a new version."""

    attempts: int | None = None
    on: tuple[str, ...] | None = None  # names of exception classes; none of them: every error
    backoff: tuple[int, float, int | None, float] | None = None  # microseconds, factor, longest, jitter
    timeout: int | None = None  # microseconds
    deadline: int | None = None  # microseconds


_READ = msgspec.msgpack.Decoder(tuple[Literal[1], Said])


def policy_of(retry: Any = None, backoff: Any = None, timeout: Any = None, deadline: Any = None) -> bytes:
    """What `run_action(...)` and `@action(...)` are given, as it travels. Empty: nothing is said."""
    said: dict[str, Any] = {}
    if retry is not None:
        if not isinstance(retry, RetryPolicy):
            raise TypeError(f"retry=... takes a RetryPolicy, and this is of type {type(retry).__name__}")
        said["attempts"] = RETRIES_USUAL + 1 if retry.attempts is None else retry.attempts
        said["on"] = retry.exception_types
        if retry.backoff_seconds is not None:
            said["backoff"] = (microseconds(retry.backoff_seconds, "RetryPolicy(backoff_seconds=...)"), 1.0, None, 0.0)
    if backoff is not None:
        if not isinstance(backoff, BackoffPolicy):
            raise TypeError(f"backoff=... takes a BackoffPolicy, and this is of type {type(backoff).__name__}")
        if "backoff" in said:
            raise ValueError("backoff=... and RetryPolicy(backoff_seconds=...) both say how long to wait: give one")
        base = microseconds(backoff.base_delay, "BackoffPolicy(base_delay=...)")
        longest = None if backoff.max_delay is None else microseconds(backoff.max_delay, "BackoffPolicy(max_delay=...)")
        said["backoff"] = (base, float(backoff.factor), longest, float(backoff.jitter))
    for name, value in (("timeout", timeout), ("deadline", deadline)):
        if value is not None:
            said[name] = microseconds(value, f"{name}=...", least=1)
    return write(Said(**said)) if said else b""


def write(said: Said) -> bytes:
    return msgspec.msgpack.encode((VERSION, said))


def read(policy: bytes) -> Said:
    """Raises ValueError for bytes that are no policy, or one of a later version."""
    if not policy:
        return Said()
    try:
        return _READ.decode(policy)[1]
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"the policy of an action call cannot be read: {error}") from None


def over(usual: bytes, own: bytes) -> bytes:
    """The policy that says what `own` says, and where it is silent what `usual` does."""
    if not usual or not own:
        return own or usual
    first, then = read(usual), read(own)
    names = Said.__struct_fields__
    return write(
        Said(*(getattr(then, each) if getattr(then, each) is not None else getattr(first, each) for each in names))
    )


def microseconds(value: Any, what: str, least: int = 0) -> int:
    """A number of seconds or a timedelta, as microseconds."""
    if isinstance(value, timedelta):
        found = value // timedelta(microseconds=1)
    else:
        _check_number(value, what, "a timedelta or a number of seconds")
        if value != value:
            raise ValueError(f"{what} is a number of seconds, and {value} is none")
        if value > SECONDS_MAX:
            raise ValueError(f"{what} is at most a hundred years, and this is more")
        if value < 0:
            raise ValueError(f"{what} is {'more than 0' if least else '0 or more'} seconds, and this is less")
        found = round(value * 1_000_000)
    if found < least:
        raise ValueError(f"{what} is {'more than 0' if least else '0 or more'} seconds, and this is less")
    if found > SECONDS_MAX * 1_000_000:
        raise ValueError(f"{what} is at most a hundred years, and this is more")
    return found


def _check_int(value: Any, what: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{what} takes an int, and this is of type {type(value).__name__}")


def _check_number(value: Any, what: str, takes: str = "a number") -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{what} takes {takes}, and this is of type {type(value).__name__}")


def _names(given: Any) -> tuple[str, ...]:
    if given is None:
        return ()
    several = given if isinstance(given, _SEVERAL) else (given,)
    return tuple(map(_name, several))


def _name(given: Any) -> str:
    if isinstance(given, str):
        if not given:
            raise ValueError("RetryPolicy(exception_types=...) holds an empty name")
        return str(given)
    if isinstance(given, type) and issubclass(given, BaseException):
        module = given.__module__
        return given.__qualname__ if module == "builtins" else f"{module}.{given.__qualname__}"
    kind = given.__name__ if isinstance(given, type) else type(given).__name__
    raise TypeError(f"RetryPolicy(exception_types=...) takes exception classes and their names, and {kind} is neither")


# The names under which users import them, and which values of them carry.
for _kind in (RetryPolicy, BackoffPolicy):
    _kind.__module__ = "waymark.workflow"


# What a program may read of them.
DATA: dict[type, str] = {
    RetryPolicy: "attempts exception_types backoff_seconds",
    BackoffPolicy: "base_delay factor max_delay jitter",
}


# --- in snapshots and on the wire ---


def _retry_of(parts: list[Any]) -> RetryPolicy:
    attempts, seconds, *names = parts
    if not all(type(name) is str for name in names):
        raise ValueError("a name of a class is no str")
    return RetryPolicy(attempts, tuple(names), seconds)


def _backoff_of(parts: list[Any]) -> BackoffPolicy:
    number = (int, float)
    delay = (int, float, timedelta)
    return BackoffPolicy(*checked(parts, delay, number, (*delay, type(None)), number))


FORMS = (
    Form(
        "waymark.RetryPolicy",
        RetryPolicy,
        lambda value: [value.attempts, value.backoff_seconds, *value.exception_types],
        _retry_of,
    ),
    Form(
        "waymark.BackoffPolicy",
        BackoffPolicy,
        lambda value: [value.base_delay, value.factor, value.max_delay, value.jitter],
        _backoff_of,
    ),
)
