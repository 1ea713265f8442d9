"""Which entries are known already, whatever polls show and commits consume."""

from __future__ import annotations

import uuid

from waymark.runtime.engine.inbox import Inbox
from waymark.runtime.model import InboxEntry, InboxKind

RUN = uuid.UUID(int=1)


def entry(seq: int) -> InboxEntry:
    return InboxEntry(0, seq, RUN, InboxKind.CANCEL, b"")


def test_an_entry_is_new_once_until_a_poll_begins_after_its_commit() -> None:
    inbox = Inbox()
    assert inbox.is_new(entry(1)) and not inbox.is_new(entry(1))
    inbox.consumed([entry(1)], 1)
    inbox.polled(0)
    assert not inbox.is_new(entry(1))
    inbox.polled(1)
    assert inbox.is_new(entry(1)), "it is still there, so it was not consumed after all"


def test_what_is_consumed_twice_counts_once() -> None:
    inbox = Inbox()
    assert inbox.is_new(entry(1))
    inbox.consumed([entry(1)], 1)
    inbox.consumed([entry(1)], 2)
    assert len(inbox) == 0
    inbox.polled(1)
    assert not inbox.is_new(entry(1)), "the second commit is younger than the poll"
    inbox.polled(2)
    assert inbox.is_new(entry(1)) and len(inbox) == 1


def test_what_is_consumed_and_was_forgotten_counts_for_nothing() -> None:
    inbox = Inbox()
    assert inbox.is_new(entry(1)) and inbox.is_new(entry(2))
    inbox.forget([entry(1)])
    inbox.consumed([entry(1)], 1)
    assert len(inbox) == 1
    inbox.polled(1)
    assert len(inbox) == 1 and inbox.is_new(entry(1))


def test_what_nobody_knows_is_shown_again_and_held_by_nobody() -> None:
    inbox = Inbox()
    assert inbox.is_new(entry(1))
    inbox.set_aside(entry(1))
    assert len(inbox) == 0 and inbox.shown_again == 1
    assert not inbox.is_new(entry(1))
    inbox.forget_parts([0])
    assert inbox.is_new(entry(1))
