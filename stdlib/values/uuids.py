"""The classes of UUIDs as values. Their module draws random ones, too, so nothing else of these houses imports it."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID, SafeUUID

from .forms import Form, checked


def _safety(parts: list[object]) -> SafeUUID:
    (name,) = checked(parts, str)
    return SafeUUID[name]


FORMS = (Form("uuid.SafeUUID", SafeUUID, lambda value: [value.name], _safety),)

# Of the module, what no machine has another one of.
CONSTANTS: dict[str, Any] = {
    name: getattr(uuid, name) for name in ("RESERVED_NCS", "RFC_4122", "RESERVED_MICROSOFT", "RESERVED_FUTURE")
}
NAMED: dict[str, Any] = {
    name: getattr(uuid, name)
    for name in ("NAMESPACE_DNS", "NAMESPACE_OID", "NAMESPACE_URL", "NAMESPACE_X500", "uuid3", "uuid5")
}

__all__ = ["CONSTANTS", "NAMED", "UUID", "SafeUUID"]
