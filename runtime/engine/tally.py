"""What an engine has done since it last wrote that down, by workflow."""

from __future__ import annotations

from waymark.vm.surface import Instant

from ..model import RunId, RunWrite, Status
from ..stats import Counts

RUNNING = Status.RUNNING
ID_VERSION = 7  # of ids that begin with the time of their making


class Tally:
    def __init__(self) -> None:
        self._counts: dict[str, Counts] = {}

    def landed(self, workflow: str, run: RunId, write: RunWrite, now: Instant) -> None:
        """A run's commit was made."""
        begins, status = write.expected == 0, write.status
        if not begins and status is RUNNING:
            return
        counts = self._counts.setdefault(workflow, Counts())
        counts.started += begins
        counts.parked += status is Status.PARKED
        if status is Status.FINISHED or status is Status.FAILED:
            counts.finished += status is Status.FINISHED
            counts.failed += status is Status.FAILED
            took_ms = max(0, now // 1_000 - (run.int >> 80)) if run.version == ID_VERSION else 0
            counts.took_ms += took_ms
            counts.took_ms_max = max(counts.took_ms_max, took_ms)

    def take(self) -> dict[str, Counts]:
        """It is given out once."""
        taken, self._counts = self._counts, {}
        return taken

    def give_back(self, counts: dict[str, Counts]) -> None:
        """They could not be written down."""
        for workflow, earlier in counts.items():
            counted = self._counts.setdefault(workflow, Counts())
            for name in ("started", "finished", "failed", "parked", "took_ms"):
                setattr(counted, name, getattr(counted, name) + getattr(earlier, name))
            counted.took_ms_max = max(counted.took_ms_max, earlier.took_ms_max)
