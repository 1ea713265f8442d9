"""What every store promises about messages to runs."""

from __future__ import annotations

from uuid import uuid4

import pytest

from waymark.runtime.model import InboxKind, RunRef, Status

from .making import AnyStore, Owner, started, write

pytestmark = pytest.mark.anyio


async def test_a_message_is_an_entry_of_the_inbox_in_the_order_of_sending(store: AnyStore) -> None:
    ref = await started(store)
    assert await store.send(ref, b"one\0") and await store.send(ref, b"two\xff")
    entries = await store.read_inbox([ref.part], 10)
    assert [(entry.kind, entry.run, entry.body) for entry in entries] == [
        (InboxKind.START, ref.run, b""),
        (InboxKind.MESSAGE, ref.run, b"one\0"),
        (InboxKind.MESSAGE, ref.run, b"two\xff"),
    ]


@pytest.mark.parametrize("status", [Status.FINISHED, Status.FAILED])
async def test_a_run_that_has_ended_takes_no_message(store: AnyStore, status: Status) -> None:
    ref = await started(store)
    owner = await Owner.of(store, ref)
    start = (await store.read_inbox([ref.part], 10))[0]
    await owner.commit(write(ref, status=status, root=b"", outcome=b"o"), consumed=((start.part, start.seq),))
    assert not await store.send(ref, b"late")
    assert await store.read_inbox([ref.part], 10) == []


async def test_a_run_that_is_set_aside_takes_messages(store: AnyStore) -> None:
    ref = await started(store)
    owner = await Owner.of(store, ref)
    await owner.commit(write(ref, status=Status.PARKED, reason="why"))
    assert await store.send(ref, b"m")


async def test_nobody_is_told_that_a_message_to_an_unknown_run_was_left(store: AnyStore) -> None:
    assert not await store.send(RunRef(3, uuid4()), b"m")
    assert await store.read_inbox([3], 10) == []
