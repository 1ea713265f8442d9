"""The settings of a runtime process: the `WAYMARK_*` variables of its environment, and nothing else.

A bad value stops the start. The message names the variable, the value and what the variable takes; all bad values are
reported together. The defaults stand beside each field; a sentence for each variable is in variables.py, which makes
the page of them.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from waymark.stdlib.limits import DEFAULT, LEAST, RunLimits, variable
from waymark.stdlib.problems import WaymarkError

Value = TypeVar("Value")

EXIT_BAD_CONFIG = 78  # EX_CONFIG of sysexits.h: starting again would not help

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
COUNT_MAX = 10_000
MS_MAX = 24 * 3_600_000
HOURS_MAX = 100 * 366 * 24
RUNS_MAX = 10_000_000
ATTEMPTS_MAX = 1_000_000_000
MEMORY_MB_MAX = 1 << 24
SHARDS_MAX = 256  # as many as there are partitions
LIMIT_MAX = 1 << 62  # of a limit for runs


# What nobody may believe to be in force when it is not.
REFUSED: dict[str, str] = {
    "WAYMARK_ENCRYPTION_KEY": "this version does not encrypt what it stores; unset the variable to go on without",
}


class ConfigError(WaymarkError, ValueError):
    """One or more variables hold values that cannot be used."""


class Config(msgspec.Struct, frozen=True):
    database_url: str | None  # WAYMARK_DATABASE_URL; None: the embedded Postgres
    state_dir: Path  # WAYMARK_DATA_DIR, or a folder of this user
    worker_count: int  # WAYMARK_WORKER_COUNT; as many as there are CPUs
    slots_per_worker: int  # WAYMARK_CONCURRENT_PER_WORKER; 10
    user_modules: tuple[str, ...]  # WAYMARK_USER_MODULE; module names, or paths of files
    attempts_per_worker: int  # WAYMARK_MAX_ACTION_LIFECYCLE; 0: a worker process lives on
    worker_memory_mb: int  # WAYMARK_WORKER_MEMORY_MB; 0: whatever it needs
    shards: int  # WAYMARK_EXECUTOR_SHARDS; 1 engine process under a supervisor
    poll_interval_ms: int  # WAYMARK_POLL_INTERVAL_MS; 200, while nothing happens and nobody listens
    lock_ttl_ms: int  # WAYMARK_LOCK_TTL_MS; 15,000
    heartbeat_ms: int  # WAYMARK_LOCK_HEARTBEAT_MS; 5,000
    runs_max: int  # WAYMARK_MAX_CONCURRENT_INSTANCES; 500, in the memory of one engine; limits.py
    evict_ms: int  # WAYMARK_EVICT_SLEEP_THRESHOLD_MS; 10,000: a longer sleep is slept in the database
    reclaim_interval_ms: int  # WAYMARK_EXPIRED_LOCK_RECLAIMER_INTERVAL_MS; 1,000
    log_level: str  # WAYMARK_LOG_LEVEL; INFO
    schedule_poll_ms: int  # WAYMARK_SCHEDULER_POLL_INTERVAL_MS; 1,000
    schedule_batch: int  # WAYMARK_SCHEDULER_BATCH_SIZE; 100
    retention_hours: int  # WAYMARK_GARBAGE_COLLECTOR_RETENTION_HOURS; 24
    collect_interval_ms: int  # WAYMARK_GARBAGE_COLLECTOR_INTERVAL_MS; 300,000
    collect_batch: int  # WAYMARK_GARBAGE_COLLECTOR_BATCH_SIZE; 100
    run_limits: RunLimits = DEFAULT  # WAYMARK_RUN_MAX_...: what one run may ask for, see stdlib/limits.py


class Described(msgspec.Struct, frozen=True):
    """A variable as it was read: what it takes and what it is without a value."""

    name: str
    takes: str
    default: str


def described() -> list[Described]:
    """Every variable that `load_config` reads."""
    reader = _Reader({})
    _load(reader)
    return reader.described


def load_config(environ: Mapping[str, str]) -> Config:
    return _load(_Reader(environ))


def _load(reader: _Reader) -> Config:
    config = Config(
        database_url=reader.text(
            "WAYMARK_DATABASE_URL", "a DSN", "a Postgres of this project's own, where there may be one"
        )
        or None,
        state_dir=_state_dir(
            reader.text("WAYMARK_DATA_DIR", "a folder", "this user's state folder"),
            reader.environ.get("XDG_STATE_HOME"),
        ),
        worker_count=reader.integer(
            "WAYMARK_WORKER_COUNT", os.cpu_count() or 1, 1, COUNT_MAX, shown="the number of CPUs"
        ),
        slots_per_worker=reader.integer("WAYMARK_CONCURRENT_PER_WORKER", 10, 1, COUNT_MAX),
        user_modules=_listed(reader.text("WAYMARK_USER_MODULE", "names, separated by commas", "")),
        attempts_per_worker=reader.integer("WAYMARK_MAX_ACTION_LIFECYCLE", 0, 0, ATTEMPTS_MAX, shown="no limit"),
        worker_memory_mb=reader.integer("WAYMARK_WORKER_MEMORY_MB", 0, 0, MEMORY_MB_MAX, shown="no limit"),
        shards=reader.integer("WAYMARK_EXECUTOR_SHARDS", 1, 1, SHARDS_MAX),
        poll_interval_ms=reader.integer("WAYMARK_POLL_INTERVAL_MS", 200, 1, MS_MAX),
        lock_ttl_ms=reader.integer("WAYMARK_LOCK_TTL_MS", 15_000, 100, MS_MAX),
        heartbeat_ms=reader.integer("WAYMARK_LOCK_HEARTBEAT_MS", 5_000, 10, MS_MAX),
        reclaim_interval_ms=reader.integer("WAYMARK_EXPIRED_LOCK_RECLAIMER_INTERVAL_MS", 1_000, 10, MS_MAX),
        runs_max=reader.integer("WAYMARK_MAX_CONCURRENT_INSTANCES", 500, 1, RUNS_MAX),
        evict_ms=reader.integer("WAYMARK_EVICT_SLEEP_THRESHOLD_MS", 10_000, 1, MS_MAX),
        log_level=reader.choice("WAYMARK_LOG_LEVEL", "INFO", LOG_LEVELS),
        schedule_poll_ms=reader.integer("WAYMARK_SCHEDULER_POLL_INTERVAL_MS", 1_000, 10, MS_MAX),
        schedule_batch=reader.integer("WAYMARK_SCHEDULER_BATCH_SIZE", 100, 1, COUNT_MAX),
        retention_hours=reader.integer("WAYMARK_GARBAGE_COLLECTOR_RETENTION_HOURS", 24, 1, HOURS_MAX),
        collect_interval_ms=reader.integer("WAYMARK_GARBAGE_COLLECTOR_INTERVAL_MS", 300_000, 10, MS_MAX),
        collect_batch=reader.integer("WAYMARK_GARBAGE_COLLECTOR_BATCH_SIZE", 100, 1, COUNT_MAX),
        run_limits=_run_limits(reader),
    )
    if config.heartbeat_ms * 2 > config.lock_ttl_ms:
        reader.problems.append(
            f"WAYMARK_LOCK_HEARTBEAT_MS is {config.heartbeat_ms} and WAYMARK_LOCK_TTL_MS is {config.lock_ttl_ms}; the "
            "heartbeat takes at most half of the time after which a silent engine counts as dead"
        )
    reader.problems += [f"{name} is set, and {why}" for name, why in REFUSED.items() if reader.environ.get(name)]
    if reader.problems:
        raise ConfigError("\n".join(reader.problems))
    return config


class _Reader:
    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[str] = []
        self.described: list[Described] = []

    def text(self, name: str, takes: str, default: str) -> str:
        """As it is. `default`: what it means to have none, for the page."""
        self.described.append(Described(name, takes, default))
        return self.environ.get(name, "")

    def integer(self, name: str, default: int, least: int, most: int, *, shown: str | None = None) -> int:
        """`shown` stands on the page for a default that differs from machine to machine."""

        def parse(text: str) -> int:
            value = int(text)
            if not least <= value <= most:
                raise ValueError
            return value

        takes = f"a whole number from {least} to {most}"
        self.described.append(Described(name, takes, str(default) if shown is None else shown))
        return self._read(name, default, parse, takes)

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        self.described.append(Described(name, ", ".join(choices), default))
        return self._read(name, default, lambda text: choices[choices.index(text.upper())], f"one of {list(choices)}")

    def _read(self, name: str, default: Value, parse: Callable[[str], Value], takes: str) -> Value:
        text = self.environ.get(name, "").strip()
        if not text:
            return default
        try:
            return parse(text)
        except ValueError:
            self.problems.append(f"{name} is {text!r}; it takes {takes}")
            return default


def _run_limits(reader: _Reader) -> RunLimits:
    return RunLimits(
        **{name: reader.integer(variable(name), getattr(DEFAULT, name), LEAST[name], LIMIT_MAX) for name in LEAST}
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _state_dir(given: str, state: str | None) -> Path:
    """Where engines of this user keep their locks. All engines of one host that share a database should share it."""
    if given:
        return Path(given).expanduser().absolute()
    if state:
        return Path(state).expanduser().absolute() / "waymark"
    return Path(tempfile.gettempdir()) / f"waymark-{os.getuid()}"
