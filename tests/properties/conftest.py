"""How long the properties look: `ci`, the default, is a minute or so for this folder; `long` is for a quiet machine.

HYPOTHESIS_PROFILE=long .venv/bin/pytest tests/properties

A property says how its cost compares to the others' by `examples(n)`, which is n under `ci` and many times that under
`long`. Nothing has a deadline: two cores are shared by whatever else runs.
"""

from __future__ import annotations

from examples import load_profile

load_profile()
