"""The settings of a runtime process: the `WAYMARK_*` variables of its environment, and nothing else.

A bad value stops the start. The message names the variable, the value and what the variable takes; all bad values are
reported together. The defaults stand beside each field.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from waymark.stdlib.limits import DEFAULT, LEAST, RunLimits, variable

Value = TypeVar("Value")

EXIT_BAD_CONFIG = 78  # EX_CONFIG of sysexits.h: starting again would not help

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
COUNT_MAX = 10_000
MS_MAX = 24 * 3_600_000
RUNS_MAX = 10_000_000
LIMIT_MAX = 1 << 62  # of a limit for runs


class ConfigError(ValueError):
    """One or more variables hold values that cannot be used."""


class Config(msgspec.Struct, frozen=True):
    database_url: str | None  # WAYMARK_DATABASE_URL; None: the embedded Postgres
    state_dir: Path  # WAYMARK_DATA_DIR, or a folder of this user
    worker_count: int  # WAYMARK_WORKER_COUNT; as many as there are CPUs
    slots_per_worker: int  # WAYMARK_CONCURRENT_PER_WORKER; 10
    user_modules: tuple[str, ...]  # WAYMARK_USER_MODULE; module names, or paths of files
    poll_interval_ms: int  # WAYMARK_POLL_INTERVAL_MS; 100, while nothing happens
    lock_ttl_ms: int  # WAYMARK_LOCK_TTL_MS; 15,000
    heartbeat_ms: int  # WAYMARK_LOCK_HEARTBEAT_MS; 5,000
    runs_max: int  # WAYMARK_MAX_CONCURRENT_INSTANCES; 500, in the memory of one engine
    evict_ms: int  # WAYMARK_EVICT_SLEEP_THRESHOLD_MS; 10,000: a longer sleep is slept in the database
    reclaim_interval_ms: int  # WAYMARK_EXPIRED_LOCK_RECLAIMER_INTERVAL_MS; 1,000
    log_level: str  # WAYMARK_LOG_LEVEL; INFO
    run_limits: RunLimits = DEFAULT  # WAYMARK_RUN_MAX_...: what one run may ask for, see stdlib/limits.py


def load_config(environ: Mapping[str, str]) -> Config:
    reader = _Reader(environ)
    config = Config(
        database_url=environ.get("WAYMARK_DATABASE_URL") or None,
        state_dir=_state_dir(environ),
        worker_count=reader.integer("WAYMARK_WORKER_COUNT", os.cpu_count() or 1, 1, COUNT_MAX),
        slots_per_worker=reader.integer("WAYMARK_CONCURRENT_PER_WORKER", 10, 1, COUNT_MAX),
        user_modules=_listed(environ.get("WAYMARK_USER_MODULE", "")),
        poll_interval_ms=reader.integer("WAYMARK_POLL_INTERVAL_MS", 100, 1, MS_MAX),
        lock_ttl_ms=reader.integer("WAYMARK_LOCK_TTL_MS", 15_000, 100, MS_MAX),
        heartbeat_ms=reader.integer("WAYMARK_LOCK_HEARTBEAT_MS", 5_000, 10, MS_MAX),
        reclaim_interval_ms=reader.integer("WAYMARK_EXPIRED_LOCK_RECLAIMER_INTERVAL_MS", 1_000, 10, MS_MAX),
        runs_max=reader.integer("WAYMARK_MAX_CONCURRENT_INSTANCES", 500, 1, RUNS_MAX),
        evict_ms=reader.integer("WAYMARK_EVICT_SLEEP_THRESHOLD_MS", 10_000, 1, MS_MAX),
        log_level=reader.choice("WAYMARK_LOG_LEVEL", "INFO", LOG_LEVELS),
        run_limits=_run_limits(reader),
    )
    if config.heartbeat_ms * 2 > config.lock_ttl_ms:
        reader.problems.append(
            f"WAYMARK_LOCK_HEARTBEAT_MS is {config.heartbeat_ms} and WAYMARK_LOCK_TTL_MS is {config.lock_ttl_ms}; the "
            "heartbeat takes at most half of the time after which a silent engine counts as dead"
        )
    if reader.problems:
        raise ConfigError("\n".join(reader.problems))
    return config


class _Reader:
    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.problems: list[str] = []

    def integer(self, name: str, default: int, least: int, most: int) -> int:
        def parse(text: str) -> int:
            value = int(text)
            if not least <= value <= most:
                raise ValueError
            return value

        return self._read(name, default, parse, f"a whole number from {least} to {most}")

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        return self._read(name, default, lambda text: choices[choices.index(text.upper())], f"one of {list(choices)}")

    def _read(self, name: str, default: Value, parse: Callable[[str], Value], takes: str) -> Value:
        text = self._environ.get(name, "").strip()
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


def _state_dir(environ: Mapping[str, str]) -> Path:
    """Where engines of this user keep their locks. All engines of one host that share a database should share it."""
    if setting := environ.get("WAYMARK_DATA_DIR"):
        return Path(setting).expanduser().absolute()
    if state := environ.get("XDG_STATE_HOME"):
        return Path(state).expanduser().absolute() / "waymark"
    return Path(tempfile.gettempdir()) / f"waymark-{os.getuid()}"
