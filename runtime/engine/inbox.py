"""Which inbox entries are in memory already, so that a poll that shows them again changes nothing.

An entry is deleted by the commit that applies it, and until then every poll shows it. A poll that began before that
commit may show it even afterwards, so an entry is remembered until a poll that began after the commit has come back.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Sequence

from ..model import InboxEntry, Part

Key = tuple[Part, int]


class Inbox:
    def __init__(self) -> None:
        self._seen: set[Key] = set()
        self._consumed: deque[tuple[int, Key]] = deque()  # by number of the commit, ascending

    def __len__(self) -> int:
        """How many entries are in memory and not consumed."""
        return len(self._seen) - len(self._consumed)

    def unseen(self, entries: Sequence[InboxEntry], as_of: int) -> list[InboxEntry]:
        """Those that are new. `as_of` is how many commits had been made when the poll began."""
        while self._consumed and self._consumed[0][0] <= as_of:
            self._seen.discard(self._consumed.popleft()[1])
        new = []
        for entry in entries:
            key = (entry.part, entry.seq)
            if key not in self._seen:
                self._seen.add(key)
                new.append(entry)
        return new

    def consumed(self, entries: Iterable[InboxEntry], commit: int) -> None:
        self._consumed.extend((commit, (entry.part, entry.seq)) for entry in entries)

    def forget(self, entries: Iterable[InboxEntry]) -> None:
        """These were not applied after all: the next poll shows them if they are still there."""
        self._seen.difference_update((entry.part, entry.seq) for entry in entries)

    def forget_parts(self, parts: Collection[Part]) -> None:
        self._seen = {key for key in self._seen if key[0] not in parts}
        self._consumed = deque(item for item in self._consumed if item[1][0] not in parts)
