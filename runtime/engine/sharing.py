"""Who is to have which partitions, when several engines live: what this one asks for, gives away, and may take.

    look(peers, now)   what the store says of the others, at every heartbeat; answers what is to be done about it

Each engine asks for the share that belongs with it (machines/shares.py). The owner of a partition that is asked for,
and that does not belong with it, stops reading its inbox and executing its runs, lets commits and actions under way
come to their end, for a while, and then hands it over between two commits. Nothing of that is needed for what is
promised: an owner that dies meanwhile is one that died, and the fence decides.
"""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from waymark.vm.surface import Instant

from ..machines.shares import share_of
from ..model import EngineId, Part, Peers
from .core import Core

MOVED_MAX = 16  # partitions asked for at a time
LOOKS_FIRST = 2  # an engine that has just come asks for nothing before it has looked so often
PATIENCE_US = 3_000_000  # actions that run longer do not hold up a hand-over: their next attempt is the new owner's


class Moves(msgspec.Struct, frozen=True):
    """`want`: to be asked for. `give`: to be handed over now. `take`: to be taken if they are free."""

    want: tuple[Part, ...]
    give: dict[Part, EngineId]
    take: frozenset[Part]


class Sharing:
    def __init__(self, engine: EngineId, core: Core, parts: Collection[Part]) -> None:
        self._engine = engine
        self._core = core
        self._parts = parts
        self._looks = 0
        self._since: dict[Part, Instant] = {}  # of those that are to be handed over

    @property
    def moving(self) -> bool:
        """Whether something is on its way from us: look again soon."""
        return bool(self._since)

    @property
    def settled(self) -> bool:
        """Whether the next look, if it sees the same, has nothing else to say."""
        return self._looks > LOOKS_FIRST and not self._since

    def look(self, peers: Peers, now: Instant) -> Moves:
        held = self._core.parts
        share = share_of(self._engine, peers.live, self._parts)
        asked = {
            part: other
            for part, other in peers.wanted.items()
            if part in held and part not in share and other in peers.live and other != self._engine
        }
        self._core.stay(self._since.keys() - asked.keys())
        self._core.leave(asked.keys() - self._since.keys())
        self._since = {part: self._since.get(part, now) for part in asked}
        quiet = self._core.quiet()
        give = {part: asked[part] for part, since in self._since.items() if part in quiet or now - since > PATIENCE_US}
        self._looks += 1
        want = tuple(sorted(share - held)[:MOVED_MAX]) if self._looks > LOOKS_FIRST else ()
        # Ours, says the store, and we know nothing of it: a failover has lost that it was handed over.
        forgotten = peers.wanted.keys() - held
        return Moves(want, give, share | (held - give.keys()) | forgotten)

    def handed_over(self, parts: Collection[Part]) -> None:
        """They are another's by now."""
        for part in parts:
            self._since.pop(part, None)
        self._core.lost(parts)
