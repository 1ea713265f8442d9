"""What a failed run had just been told, kept for whoever has it tried again.

Its state stays as it was before the slice that failed, and the entries that this slice took in are consumed with the
failure. Outcomes of actions are in the history; messages and outcomes of other runs would be gone. So they stay in a
page of the engine's own, and are handed in again before the run goes on.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from waymark.vm.surface import PageId

from ..model import InboxEntry, InboxKind
from .host import Host
from .live import LiveRun
from .sending import settle_children

LETTERS_PAGE: PageId = -3  # the machine numbers its own from 1

_LETTERS = msgspec.msgpack.Decoder(list[tuple[int, bytes]])


def kept_letters(run: LiveRun) -> dict[PageId, bytes]:
    """The page that a failing commit writes, if there is something to keep."""
    letters = [(int(entry.kind), entry.body) for entry in run.applied.messages]
    return {LETTERS_PAGE: msgspec.msgpack.encode(letters)} if letters else {}


def hand_in_letters(run: LiveRun, host: Host, pages: Mapping[PageId, bytes]) -> None:
    """Raises msgspec.DecodeError, if the page is damaged."""
    machine, page = run.machine, pages.get(LETTERS_PAGE)
    if page is None:
        return
    assert machine is not None
    entries = [InboxEntry(run.ref.part, 0, run.ref.run, kind, body) for kind, body in _LETTERS.decode(page)]
    machine.deliver([host.decode_message(entry.body) for entry in entries if entry.kind == InboxKind.MESSAGE])
    settle_children(machine, host, entries)
