"""The outbox of the memory store: what runs send to others, who waits for whose end, and the moving of it.

As `deliver_v1` and `move_outbox_v1` do it in SQL. Nothing here gives way to another task, so each arrives once.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Collection, Iterator
from uuid import UUID

from ..messages import encode_answer
from ..model import ENDED, Batch, InboxKind, NewRun, Part, RunRef, Sent, StoredRun
from ..ports import Moved


@dataclasses.dataclass(frozen=True)
class _Watcher:
    to: RunRef
    request: int
    asked: UUID  # the number that the watcher has given it


class Outbox:
    """Of one memory store."""

    def __init__(
        self,
        runs: dict[RunRef, StoredRun],
        ids: dict[tuple[str, str], RunRef],
        start: Callable[[NewRun], RunRef],
        leave: Callable[[RunRef, InboxKind, bytes], None],
    ) -> None:
        self._runs = runs
        self._ids = ids
        self._start = start
        self._leave = leave
        self._entries: dict[tuple[Part, int], Sent] = {}
        self._numbers: Iterator[int] = itertools.count(1)
        self._watchers: dict[RunRef, list[_Watcher]] = {}

    def saved(self) -> tuple[dict[tuple[Part, int], Sent], dict[RunRef, list[_Watcher]]]:
        """What it holds, for `restore`."""
        return dict(self._entries), {ref: list(watchers) for ref, watchers in self._watchers.items()}

    def restore(self, saved: tuple[dict[tuple[Part, int], Sent], dict[RunRef, list[_Watcher]]]) -> None:
        self._entries, self._watchers = saved

    def __len__(self) -> int:
        return len(self._entries)

    def committed(self, batch: Batch) -> bool:
        """What this commit sends, and whom it answers. Whether there is something to move now."""
        for sent in batch.sent:
            self._put(sent)
        left = bool(batch.sent)
        for write in batch.runs:
            if write.status in ENDED:
                for watcher in self._watchers.pop(write.ref, ()):
                    left = True
                    self._answer(write.ref, watcher.to, watcher.request, write.outcome or b"")
        return left

    def move(self, parts: Collection[Part], limit: int, newest: Callable[[str], bytes | None]) -> Moved:
        reached: set[Part] = set()
        due = sorted(key for key in self._entries if key[0] in parts)
        for key in due[:limit]:
            at = self._deliver(self._entries.pop(key), newest)
            if at is not None:
                reached.add(at)
        return Moved(frozenset(reached), any(key[0] in parts for key in self._entries))

    def _put(self, sent: Sent) -> None:
        self._entries[sent.ref.part, next(self._numbers)] = sent

    def _answer(self, ended: RunRef, to: RunRef, request: int, outcome: bytes) -> None:
        self._put(Sent(ended, to, InboxKind.CHILD, encode_answer(request, outcome)))

    def _deliver(self, sent: Sent, newest: Callable[[str], bytes | None]) -> Part | None:
        if sent.start is not None:
            return self._begin(sent, newest)
        target = self._joined(sent.to) if sent.joined else sent.to
        if target not in self._runs or self._runs[target].status in ENDED:
            return None
        self._leave(target, sent.kind, sent.body)
        return target.part

    def _begin(self, sent: Sent, newest: Callable[[str], bytes | None]) -> Part | None:
        start = sent.start
        assert start is not None
        name = (start.workflow, start.key)
        born = sent.kind == InboxKind.START and name not in self._ids
        if born:
            unit = newest(start.workflow) or start.unit
            self._start(NewRun(*name, sent.to.run, unit, start.arguments, start.seed, start.priority, parent=sent.ref))
        target = self._ids.get(name)
        if target is not None:
            run = self._runs[target]
            if run.status in ENDED:
                self._answer(target, sent.ref, start.request, run.outcome or b"")
            else:
                watcher = _Watcher(sent.ref, start.request, sent.to.run)
                watchers = self._watchers.setdefault(target, [])
                if not any((each.to, each.request) == (watcher.to, watcher.request) for each in watchers):
                    watchers.append(watcher)
        else:  # nobody knows any more what it came to; who waits is told so
            self._answer(sent.to, sent.ref, start.request, b"")
        return sent.to.part if born else None

    def _joined(self, asked: RunRef) -> RunRef:
        for ref, watchers in self._watchers.items():
            if ref.part == asked.part and any(each.asked == asked.run for each in watchers):
                return ref
        return asked
