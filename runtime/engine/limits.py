"""How much an engine keeps in memory, and for how long."""

from __future__ import annotations

import msgspec

AHEAD_US = 5_000_000  # sleepers that wake within this time are taken into memory, so that they wake on time


class Limits(msgspec.Struct, frozen=True):
    """`runs_max`: with so many in memory nobody else is let in; runs that were started and only wait for a time do not
    count, up to twenty times as many. Two thirds of it are for runs that start, and two thirds for sleepers that wake,
    so that neither shuts the other out.

    `batch_runs`, `batch_bytes`: of one commit. `evict_us`: a run that does nothing but sleep for so long leaves memory;
    None: it stays.
    """

    runs_max: int = 100_000
    evict_us: int | None = None
    batch_runs: int = 1_000
    batch_bytes: int = 4 << 20  # one run with more goes alone
    lanes: int = 1  # commits under way at a time; a partition is in one of them for ever

    @property
    def share(self) -> int:
        return max(1, self.runs_max * 2 // 3)

    def sleeps(self, left_us: int) -> bool:
        """Whether a run with nothing to do for so long is put to bed."""
        return self.evict_us is not None and left_us >= max(self.evict_us, 2 * AHEAD_US)
