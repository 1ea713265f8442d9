"""What hosts and clients tell each other by NOTIFY. Polling is the truth; whoever misses one of these finds out anyway.

waymark_inbox_<n>    something was left in the inbox of a partition of group n; no payload
waymark_ended_<n>    these runs of group n have ended: their ids, or nothing if there are too many to name
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from ..model import PARTITIONS, Part, RunId, RunRef

GROUP = 16  # partitions to a channel: 256 channels would be 256 statements for whoever listens to all of them
NAMED_MAX = 150  # ids in one payload, which takes 8,000 bytes

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


def payloads(refs: Collection[RunRef]) -> Iterable[tuple[str, str]]:
    """Channel and payload of each message that says that these have ended."""
    by_channel: dict[str, list[str]] = {}
    for ref in refs:
        by_channel.setdefault(ended_channel(ref.part), []).append(ref.run.hex)
    for channel, runs in by_channel.items():
        yield channel, " ".join(runs) if len(runs) <= NAMED_MAX else ""


def runs_of(payload: str) -> list[RunId]:
    """Those that a payload names. None: look for yourself."""
    return [UUID(hex=each) for each in payload.split()]
