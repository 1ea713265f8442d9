"""`uuid`: values, and those that follow from a name. What draws a new one is `waymark.uuid4()`."""

from __future__ import annotations

from ..values.uuids import NAMED, UUID, SafeUUID
from .model import Native


def natives() -> list[Native]:
    return [
        Native("uuid.UUID/1", UUID),
        Native("uuid.SafeUUID/1", SafeUUID),
        *(Native(f"uuid.SafeUUID.{member.name}/1", member) for member in SafeUUID),
        *(Native(f"uuid.{name}/1", value) for name, value in NAMED.items()),
    ]
