"""Which engine a partition belongs with: the same answer everywhere, without anybody who decides it.

Rendezvous hashing: every engine draws a number for every partition, and the highest one has it. When an engine comes
or goes, only its own partitions change hands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable

from ..model import EngineId, Part


def share_of(engine: EngineId, live: Collection[EngineId], parts: Iterable[Part]) -> frozenset[Part]:
    """Those of `parts` that belong with `engine`, which counts as living."""
    rivals = [other.bytes for other in live if other != engine]
    if not rivals:
        return frozenset(parts)
    own = engine.bytes
    return frozenset(part for part in parts if all(_drawn(own, part) > _drawn(rival, part) for rival in rivals))


def _drawn(engine: bytes, part: Part) -> bytes:
    """The engine's own bytes come last, so that no two ever draw the same."""
    return hashlib.blake2b(engine + part.to_bytes(2, "big"), digest_size=8).digest() + engine
