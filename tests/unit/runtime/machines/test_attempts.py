"""The policy of attempts, as a table."""

from __future__ import annotations

import pytest

from waymark.runtime.machines.attempts import (
    Again,
    AttemptPolicy,
    Backoff,
    Ending,
    GiveUp,
    Settle,
    after,
    class_names,
)

ONCE = AttemptPolicy()
THRICE = AttemptPolicy(attempts_max=3)
PICKY = AttemptPolicy(attempts_max=9, retry_on=frozenset({"OSError", "shop.errors.Busy"}))
HURRIED = AttemptPolicy(attempts_max=9, deadline_us=1_000_000)


@pytest.mark.parametrize(
    ("policy", "attempt", "ending", "step"),
    [
        (ONCE, 1, Ending.RETURNED, Settle()),
        (ONCE, 7, Ending.RETURNED, Settle()),
        (ONCE, 1, Ending.RAISED, Settle()),
        (ONCE, 3, Ending.RAISED, Settle()),
        (THRICE, 1, Ending.RAISED, Again(0)),
        (THRICE, 2, Ending.RAISED, Again(100_000)),
        (THRICE, 3, Ending.RAISED, Settle()),
        (ONCE, 1, Ending.LOST, Again(0)),
        (ONCE, 2, Ending.LOST, Again(100_000)),
        (ONCE, 3, Ending.TIMED_OUT, Again(200_000)),
        (ONCE, 10_000_000, Ending.LOST, Again(Backoff().cap_us)),
    ],
)
def test_what_follows_an_attempt(policy: AttemptPolicy, attempt: int, ending: Ending, step: Settle | Again):
    assert after(policy, attempt, ending) == step


class Busy(ConnectionError):
    pass


@pytest.mark.parametrize(
    ("error", "retried"),
    [
        (OSError(), True),
        (Busy(), True),
        (ConnectionResetError(), True),
        (ValueError(), False),
        (BaseException(), False),
    ],
)
def test_an_error_is_retried_if_the_policy_names_its_class_or_one_above_it(error: BaseException, retried: bool):
    step = after(PICKY, 1, Ending.RAISED, error=class_names(error))
    assert step == (Again(0) if retried else Settle())


def test_a_class_is_named_bare_or_in_full():
    assert {"Busy", f"{__name__}.Busy", "OSError", "builtins.OSError", "Exception"} <= class_names(Busy())
    assert "object" not in class_names(Busy())


@pytest.mark.parametrize(
    ("ending", "now", "step"),
    [
        (Ending.RETURNED, 5_000_000, Settle()),
        (Ending.RAISED, 899_999, Again(100_000)),
        (Ending.RAISED, 900_000, Settle()),  # the pause alone would outlast the deadline
        (Ending.LOST, 899_999, Again(100_000)),
        (Ending.LOST, 900_000, GiveUp()),
        (Ending.TIMED_OUT, 900_000, GiveUp()),
    ],
)
def test_after_its_deadline_a_call_is_not_tried_again(ending: Ending, now: int, step: object):
    assert after(HURRIED, 2, ending, began=0, now=now) == step


def test_pauses_grow_by_the_factor_up_to_the_cap():
    backoff = Backoff(base_us=10, factor=3, cap_us=100, first_at_once=False)
    assert [backoff.pause_us(attempt) for attempt in (1, 2, 3, 4, 10_000)] == [10, 30, 90, 100, 100]


def test_jitter_shortens_a_pause_by_its_share_at_most_and_always_alike():
    backoff = Backoff(base_us=1_000_000, jitter=0.5, first_at_once=False)
    pauses = {backoff.pause_us(1, f"call {number}") for number in range(200)}
    assert len(pauses) > 190
    assert 500_000 <= min(pauses) < 520_000 and 980_000 < max(pauses) <= 1_000_000
    assert backoff.pause_us(1, "call 7") == backoff.pause_us(1, "call 7")
