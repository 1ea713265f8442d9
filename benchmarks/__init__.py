"""What things cost here: each workload beside a baseline, in the same run, in turns (docs/BENCHMARKS.md).

    python -m benchmarks                    all of them
    python -m benchmarks vm store --quick   some of them, with fewer rounds

Machines differ and are noisy, so what counts is a ratio: the same work done by what stands beside it (libcst alone,
CPython itself, bare SQL) measured between our own rounds.
"""

from __future__ import annotations

WORKLOADS = (
    "compile",
    "vm",
    "classes",
    "fan_out",
    "snapshot",
    "store",
    "wal",
    "engine_core",
    "engine",
    "wakeups",
    "startup",
)
