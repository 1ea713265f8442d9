"""Which inbox entries are in memory already, so that a poll that shows them again changes nothing.

An entry is deleted by the commit that applies it, and until then every poll shows it. A poll that began before that
commit may show it even afterwards, so an entry is remembered until a poll that began after the commit has come back.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable

from ..model import InboxEntry, Part, RunRef

LEFT_MAX = 4_000  # a poll reads no further past what there is no room for
LOOKS = 200  # after so many polls, messages that wait for their run are shown to it again

Key = tuple[Part, int]


class Inbox:
    def __init__(self) -> None:
        self._seen: set[Key] = set()
        self._aside: set[Key] = set()
        self._messages: dict[RunRef, set[Key]] = {}  # those of `aside` that are messages to runs set aside
        self._looks = 0
        self.polls = 0
        self.left = 0  # entries of the last poll that were not let in
        self._by: dict[Key, int] = {}  # those of `seen` that were consumed, with the number of the commit
        self._consumed: deque[tuple[int, Key]] = deque()  # by number of the commit, ascending

    def __len__(self) -> int:
        """How many entries are in memory and not consumed."""
        return len(self._seen) - len(self._by)

    @property
    def shown_again(self) -> int:
        """How many entries a poll shows that are known already."""
        return len(self) + len(self._aside) + min(self.left, LEFT_MAX)

    def polled(self, as_of: int) -> None:
        """A poll came back. `as_of` is how many commits had been made when it began."""
        self.left = 0
        self.polls += 1
        self._look_again()
        while self._consumed and self._consumed[0][0] <= as_of:
            commit, key = self._consumed.popleft()
            if self._by.get(key) == commit:  # no later commit has consumed it, too
                del self._by[key]
                self._seen.discard(key)

    def _look_again(self) -> None:
        """A database that fails over to a standby which lags behind may have taken back what kept a run from them."""
        self._looks += 1
        if self._looks >= LOOKS:
            self._looks = 0
            for ref in list(self._messages):
                self.show_messages(ref)

    def knows(self, entry: InboxEntry) -> bool:
        key = (entry.part, entry.seq)
        return key in self._seen or key in self._aside

    def is_new(self, entry: InboxEntry) -> bool:
        """Whether it was not shown before. From now on it was."""
        if self.knows(entry):
            return False
        self._seen.add((entry.part, entry.seq))
        return True

    def set_aside(self, entry: InboxEntry) -> None:
        """Nobody here knows what it wants: it stays where it is, for a later version."""
        key = (entry.part, entry.seq)
        self._seen.discard(key)
        self._aside.add(key)

    def keep_messages(self, ref: RunRef, messages: Iterable[InboxEntry]) -> None:
        """The run is set aside: they wait where they are until it is taken up again."""
        for entry in messages:
            self.set_aside(entry)
            self._messages.setdefault(ref, set()).add((entry.part, entry.seq))

    def has_messages(self, ref: RunRef) -> bool:
        return bool(self._messages) and ref in self._messages

    def show_messages(self, ref: RunRef) -> None:
        """The run is taken up again: the next poll shows the messages to it."""
        self._aside -= self._messages.pop(ref, set())

    def consumed(self, entries: Iterable[InboxEntry], commit: int) -> None:
        """Also of entries of which only the next poll can tell whether they were: it shows those that were not."""
        for entry in entries:
            key = (entry.part, entry.seq)
            self._seen.add(key)
            self._by[key] = commit
            self._consumed.append((commit, key))

    def forget(self, entries: Iterable[InboxEntry]) -> None:
        """These were not applied after all: the next poll shows them if they are still there."""
        for entry in entries:
            key = (entry.part, entry.seq)
            self._seen.discard(key)
            self._by.pop(key, None)

    def forget_parts(self, parts: Collection[Part]) -> None:
        self._seen = {key for key in self._seen if key[0] not in parts}
        self._aside = {key for key in self._aside if key[0] not in parts}
        self._messages = {ref: keys for ref, keys in self._messages.items() if ref.part not in parts}
        self._by = {key: commit for key, commit in self._by.items() if key[0] not in parts}
        self._consumed = deque(item for item in self._consumed if item[1][0] not in parts)
