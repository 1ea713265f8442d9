"""How an engine paces itself. `runtime/config.py` reads these from the environment; tests set them by hand."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ..config import Config
from ..model import PARTITIONS, Part
from .limits import Limits
from .pace import GAP_S


class EngineSettings(msgspec.Struct, frozen=True, kw_only=True):
    state_dir: Path
    parts: frozenset[Part] = frozenset(range(PARTITIONS))  # of the database; with several, each is home to some
    lock_ttl_ms: int = 15_000
    heartbeat_ms: int = 5_000
    reclaim_interval_ms: int = 1_000  # how often partitions of others are looked at
    poll_busy_ms: int = 20
    poll_idle_ms: int = 100
    runs_max: int = 500
    evict_ms: int = 10_000
    lanes: int = 1  # commits under way at a time
    gap_s: float = 0.0  # between commits, at the most: see pace.py
    schedule_poll_ms: int = 1_000
    schedule_batch: int = 100
    retention_hours: int = 24
    collect_interval_ms: int = 300_000
    collect_batch: int = 100
    skip_sleeps: bool = False  # for tests: when all runs wait for a timer, let it be due

    @property
    def limits(self) -> Limits:
        """Where sleeps are skipped nobody is evicted: only what is in memory can be due at once."""
        return Limits(self.runs_max, None if self.skip_sleeps else self.evict_ms * 1000, lanes=self.lanes)

    @classmethod
    def of(cls, config: Config, parts: frozenset[Part] = frozenset(range(PARTITIONS))) -> EngineSettings:
        return cls(
            parts=parts,
            state_dir=config.state_dir,
            lock_ttl_ms=config.lock_ttl_ms,
            heartbeat_ms=config.heartbeat_ms,
            reclaim_interval_ms=config.reclaim_interval_ms,
            poll_busy_ms=min(20, config.poll_interval_ms),
            poll_idle_ms=config.poll_interval_ms,
            runs_max=config.runs_max,
            evict_ms=config.evict_ms,
            gap_s=GAP_S,
            schedule_poll_ms=config.schedule_poll_ms,
            schedule_batch=config.schedule_batch,
            retention_hours=config.retention_hours,
            collect_interval_ms=config.collect_interval_ms,
            collect_batch=config.collect_batch,
        )
