"""What the store is told of an engine of this host that is proved dead: the strike of the run that it died over, and
that its lease is over, so that others may take its partitions at once.

Done by its supervisor, or by any engine of the same host, whoever comes first; the lock on its file sees to it that
only one does, and that the run gets one strike.
"""

from __future__ import annotations

import logging

from ..model import EngineRow
from ..ports import Store
from .proof import burying, last_run, was_buried

log = logging.getLogger("waymark.engine")


async def bury(store: Store, row: EngineRow, host: str) -> bool:
    """Whether it was ours to bury."""
    with burying(row, host) as dead:
        if not dead:
            return False
        if not was_buried(row):
            log.info("engine %s of this host is dead; its partitions are free", row.engine)
        if (ref := last_run(row)) is not None:
            log.warning("engine %s died while it executed run %s, which gets a strike", row.engine, ref.run)
            await store.strike(ref, f"engine {row.engine} died without a word")
        await store.expire(row.engine)
    return True
