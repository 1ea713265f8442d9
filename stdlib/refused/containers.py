"""collections, heapq and bisect."""

from __future__ import annotations

from collections.abc import Mapping

TABLE: Mapping[str, Mapping[str, str]] = {}
