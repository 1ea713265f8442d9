"""How many examples a property tries, by the profile that HYPOTHESIS_PROFILE names.

`ci`, the default, is some minutes for all of them; `long` is for a quiet machine:

    HYPOTHESIS_PROFILE=long .venv/bin/pytest tests/properties

A property says how its cost compares to the others' by `examples(n)`, which is n under `ci` and many times that under
`long`. Nothing has a deadline: two cores are shared by whatever else runs.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

FACTORS = {"ci": 1, "long": 50}


def profile() -> str:
    name = os.environ.get("HYPOTHESIS_PROFILE", "ci")
    if name not in FACTORS:
        raise ValueError(f"HYPOTHESIS_PROFILE is {name!r}; it can be {' or '.join(FACTORS)}")
    return name


def load_profile() -> None:
    """Make the profiles known to Hypothesis, and the chosen one its default.

    `ci` tries the same examples every time: what a change has to pass must not be luck. `long` looks for new ones.
    """
    for name, factor in FACTORS.items():
        settings.register_profile(
            name,
            max_examples=100 * factor,
            deadline=None,
            derandomize=name == "ci",
            suppress_health_check=[HealthCheck.too_slow],
        )
    settings.load_profile(profile())


def examples(count: int) -> settings:
    """`count` examples under `ci`, and as many times more as the profile says."""
    return settings(max_examples=count * FACTORS[profile()], deadline=None)
