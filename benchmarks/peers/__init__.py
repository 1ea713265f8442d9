"""Waymark beside its peers and beside bare SQL: the same work, on the same Postgres, in turns (docs/BENCHMARKS.md).

    python -m benchmarks.peers                       all workloads
    python -m benchmarks.peers chain latency --quick some of them, with fewer rounds of less

docs/adr/0034 says how each contender is run, and what can be compared. Peers are installed from PyPI at their first
use, each into an environment of its own below build/peers.
"""

from __future__ import annotations

WORKLOADS = ("chain", "fan_out", "latency", "sleepers", "control", "idle", "cost")
