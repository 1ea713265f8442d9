"""What an engine has done, counted as it does it: one row a minute and workflow, so that nobody counts runs."""

from __future__ import annotations

import msgspec


class Counts(msgspec.Struct):
    """Of one workflow, since it was last written down."""

    started: int = 0
    finished: int = 0
    failed: int = 0
    parked: int = 0
    took_ms: int = 0  # of those that ended, from start to end, in all
    took_ms_max: int = 0
