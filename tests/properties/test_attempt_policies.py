"""Policies of calls against a reference that any reader can check: a loop around what fails as it is told."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from waymark.runtime.machines.attempts import Again, AttemptPolicy, Ending, GiveUp, Settle, after, class_names
from waymark.runtime.machines.policies import Policies
from waymark.stdlib.values.policies import BackoffPolicy, RetryPolicy, over, policy_of, read
from waymark.stdlib.values.run_errors import WaymarkTimeout


class Declined(ValueError): ...


ERRORS = (ValueError("v"), Declined("d"), OSError("o"))
NAMES = ("ValueError", "Declined", "OSError", "Exception", "TimeoutError", "ActionTimeout", "KeyError")

endings = st.one_of(st.sampled_from(ERRORS), st.sampled_from((Ending.LOST, Ending.TIMED_OUT)), st.just("value"))
retries = st.none() | st.builds(
    RetryPolicy,
    attempts=st.none() | st.integers(1, 6),
    exception_types=st.lists(st.sampled_from(NAMES), max_size=3),
)
backoffs = st.none() | st.builds(
    BackoffPolicy,
    base_delay=st.floats(0, 100),
    factor=st.floats(0.5, 10),
    max_delay=st.none() | st.floats(0, 1000),
)
deadlines = st.none() | st.floats(0.001, 1000)


@dataclass
class Reference:
    """What the documents say, in seconds."""

    retry: RetryPolicy | None
    backoff: BackoffPolicy | None
    deadline: float | None

    def pause(self, attempt: int) -> float:
        if self.backoff is None:
            return 0.0 if attempt == 1 else min(0.1 * 2.0 ** (attempt - 2), 30.0)
        pause = float(self.backoff.base_delay) * self.backoff.factor ** (attempt - 1)
        longest = self.backoff.max_delay
        return pause if longest is None else min(pause, float(longest))

    def follows(self, attempt: int, came_to: object, elapsed: float) -> bool:
        if self.deadline is not None and elapsed + self.pause(attempt) >= self.deadline:
            return False
        allowed = 1 if self.retry is None else 101 if self.retry.attempts is None else self.retry.attempts
        named = () if self.retry is None else self.retry.exception_types
        if isinstance(came_to, Ending):
            mro = {each.__name__ for each in WaymarkTimeout.__mro__} | {"ActionTimeout"}
            return not (named and mro & set(named)) or attempt < allowed
        mro = {each.__name__ for each in type(came_to).__mro__}
        return attempt < allowed and (not named or bool(mro & set(named)))


@given(
    retries, backoffs, deadlines, st.lists(endings, min_size=1, max_size=12), st.lists(st.floats(0, 50), min_size=12)
)
def test_what_follows_an_attempt_is_what_the_documents_say(
    retry: RetryPolicy | None,
    backoff: BackoffPolicy | None,
    deadline: float | None,
    came_to: list[object],
    took: list[float],
) -> None:
    said = policy_of(retry, backoff, None, deadline)
    policy = Policies().of_call("shop:pay", said)
    reference = Reference(retry, backoff, deadline)
    now_us = 0
    for attempt, (ending, seconds) in enumerate(zip(came_to, took, strict=False), 1):
        now_us += round(seconds * 1_000_000)
        near = deadline is not None and abs(now_us / 1e6 + reference.pause(attempt) - deadline) < 1e-3
        if ending == "value":
            assert after(policy, attempt, Ending.RETURNED, now=now_us) == Settle()
            return
        if isinstance(ending, Ending):
            step = after(policy, attempt, ending, now=now_us)
        else:
            assert isinstance(ending, Exception)
            step = after(policy, attempt, Ending.RAISED, error=class_names(ending), now=now_us)
        if near:
            return  # a rounding decides
        if not reference.follows(attempt, ending, now_us / 1e6):
            assert isinstance(step, GiveUp if isinstance(ending, Ending) else Settle)
            return
        assert isinstance(step, Again)
        assert (
            abs(step.delay_us / 1e6 - reference.pause(attempt))
            <= 1e-6 * max(1.0, attempt) + reference.pause(attempt) * 1e-5
        )
        now_us += step.delay_us


parts = st.tuples(retries, backoffs, st.none() | st.floats(0.001, 100), deadlines)


@given(parts, parts)
def test_a_policy_over_another_says_what_it_says_and_else_what_the_other_does(
    usual: tuple[object, ...], own: tuple[object, ...]
) -> None:
    both = read(over(policy_of(*usual), policy_of(*own)))
    first, then = read(policy_of(*usual)), read(policy_of(*own))
    for name in both.__struct_fields__:
        wanted = getattr(then, name) if getattr(then, name) is not None else getattr(first, name)
        assert getattr(both, name) == wanted


@given(st.integers(1, 200), st.floats(0, 1), st.floats(0, 1e9), st.floats(1e-3, 1e6))
def test_pauses_are_bounded_and_the_same_each_time(attempt: int, jitter: float, base: float, factor: float) -> None:
    said = policy_of(None, BackoffPolicy(base, factor, jitter=jitter))
    backoff = Policies(AttemptPolicy()).of_call("a:b", said).backoff
    pause_us = backoff.pause_us(attempt, "run/1")
    assert 0 <= pause_us <= backoff.cap_us
    assert pause_us == backoff.pause_us(attempt, "run/1")
