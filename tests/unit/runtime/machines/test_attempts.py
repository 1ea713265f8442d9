"""The policy of attempts, as a table."""

from __future__ import annotations

import pytest

from waymark.runtime.machines.attempts import AGAIN_MAX_US, Again, AttemptPolicy, Ending, Settle, after

ONCE = AttemptPolicy()
THRICE = AttemptPolicy(attempts_max=3)


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
        (ONCE, 10_000_000, Ending.LOST, Again(AGAIN_MAX_US)),
    ],
)
def test_what_follows_an_attempt(policy: AttemptPolicy, attempt: int, ending: Ending, step: Settle | Again):
    assert after(policy, attempt, ending) == step
