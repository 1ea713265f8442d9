"""What hosts and clients tell each other by NOTIFY. Polling is the truth; whoever misses one of these finds out anyway.

waymark_inbox_<n>    something was left in the inbox of a partition of group n; "start" says that only runs start there
waymark_ended_<n>    these runs of group n have ended: their ids, and the result of one that finished, if it is short

A run that has finished stays as it is, so a result that arrives late is still right. One that failed may be tried
again: of it only the id is told, and who waits looks.
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterable, Iterator

from ..model import PARTITIONS, EndedRun, Part, Status

GROUP = 16  # partitions to a channel: 256 channels would be 256 statements for whoever listens to all of them
PAYLOAD_MAX = 7_900  # bytes; the server takes 7,999
TOLD_MAX = 240  # bytes of an outcome that is told; a longer one is read by who wants it

ONLY_STARTS = "start"
INBOX = "waymark_inbox_"
ENDED = "waymark_ended_"


def inbox_channel(part: Part) -> str:
    return f"{INBOX}{part // GROUP}"


def ended_channel(part: Part) -> str:
    return f"{ENDED}{part // GROUP}"


def inbox_channels() -> list[str]:
    return [inbox_channel(part) for part in range(0, PARTITIONS, GROUP)]


def parts_of(channel: str) -> range:
    first = int(channel.rpartition("_")[2]) * GROUP
    return range(first, first + GROUP)


def payloads(ended: Collection[EndedRun]) -> Iterable[tuple[str, str]]:
    """Channel and payload of each message that says that these have ended."""
    by_channel: dict[str, list[str]] = {}
    for run in ended:
        by_channel.setdefault(ended_channel(run.ref.part), []).append(_word(run))
    for channel, words in by_channel.items():
        for payload in _joined(words):
            yield channel, payload


def _word(run: EndedRun) -> str:
    name = run.ref.run.hex
    if run.status is not Status.FINISHED or run.outcome is None or len(run.outcome) > TOLD_MAX:
        return name
    return f"{name}:{b64encode(run.outcome).decode()}"


def _joined(words: Iterable[str]) -> Iterator[str]:
    line: list[str] = []
    room = PAYLOAD_MAX
    for word in words:
        if len(word) >= room:
            yield " ".join(line)
            line, room = [], PAYLOAD_MAX
        line.append(word)
        room -= len(word) + 1
    yield " ".join(line)


def ended_channels() -> list[str]:
    return [ended_channel(part) for part in range(0, PARTITIONS, GROUP)]


def ended_of(payload: str) -> Iterator[tuple[str, str]]:
    """The ids of those that a payload names, in hexadecimal digits, and what it tells of each: see `outcome_of`."""
    for word in payload.split():
        name, _, told = word.partition(":")
        yield name, told


def outcome_of(told: str) -> bytes | None:
    """The outcome of a run that has finished. None: it was not told, or by some other version of this, so look."""
    try:
        return b64decode(told, validate=True) if told else None
    except binascii.Error:
        return None
