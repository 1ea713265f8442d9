"""What a run says to others: runs that it starts, messages to them, and that they are to stop.

All of it is written with the state that says it, and brought to the other runs after that; see docs/adr/0026.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from uuid import UUID

from waymark.vm.surface import OpenRun, Outcome, SendRun, StartRun

from ..messages import decode_answer
from ..model import InboxEntry, InboxKind, RunRef, Sent, Started, partition_of
from .host import Host, MachineLike
from .live import LiveRun

OVER = "the run that started it has ended"


def start_child(run: LiveRun, host: Host, wanted: StartRun) -> None:
    """A run of another workflow. Its version is chosen when it starts: the newest that is known there by then."""
    stored = run.stored
    assert stored is not None
    start = Started(
        workflow=wanted.workflow,
        key=wanted.key,
        unit=stored.unit,
        arguments=host.encode_start(wanted),
        seed=hashlib.blake2b(wanted.run, digest_size=16, key=stored.seed).digest(),
        priority=wanted.priority,
        request=wanted.request,
    )
    run.sent.append(Sent(run.ref, _child(wanted.workflow, wanted.key, wanted.run), InboxKind.START, start=start))


def tell_child(run: LiveRun, host: Host, said: SendRun) -> None:
    to = _child(said.workflow, said.key, said.run)
    if said.topic is None:
        run.sent.append(Sent(run.ref, to, InboxKind.CANCEL, str(said.value).encode("utf-8", "replace"), said.joined))
    else:
        body = host.encode_message(said.topic, said.value)
        run.sent.append(Sent(run.ref, to, InboxKind.MESSAGE, body, said.joined))


def stop_children(run: LiveRun, children: Iterable[OpenRun]) -> None:
    """The run ends: those that it has started, and that are not on their own, are to stop. One whose start was not
    written yet does not begin."""
    for child in children:
        if child.detached:
            continue
        to = _child(child.workflow, child.key, child.run)
        if any(sent.to == to and sent.kind == InboxKind.START for sent in run.sent):
            run.sent = [sent for sent in run.sent if sent.to != to]
        else:
            run.sent.append(Sent(run.ref, to, InboxKind.CANCEL, OVER.encode()))


def join_children(run: LiveRun) -> None:
    """A run that failed is tried again: those that it waits for were told to stop then, and told it what they came to
    when it was no more. So it asks again."""
    assert run.machine is not None
    for child in run.machine.open_runs():
        start = Started(child.workflow, child.key, b"", b"", b"", 0, child.request)
        run.sent.append(Sent(run.ref, _child(child.workflow, child.key, child.run), InboxKind.JOIN, start=start))


def settle_children(machine: MachineLike, host: Host, entries: Sequence[InboxEntry]) -> None:
    """Hand over what runs came to that this one has started."""
    answers: list[tuple[int, Outcome]] = [
        decode_answer(entry.body, host.decode_outcome) for entry in entries if entry.kind == InboxKind.CHILD
    ]
    if answers:
        machine.settle(answers)


def _child(workflow: str, key: str, run: bytes) -> RunRef:
    return RunRef(partition_of(workflow, key), UUID(bytes=run))
