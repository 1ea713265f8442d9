"""What both stores refuse, and how both make text printable, so that they cannot differ in it."""

from __future__ import annotations

from ..model import Batch

KEY_BYTES_MAX = 1000  # workflow and key share an index entry, which Postgres limits to 2,704 bytes
ERROR_CHARS_MAX = 200
REASON_CHARS_MAX = 2000
NAME_CHARS_MAX = 4096  # of hosts and files; as long as a path may be


def check_key(workflow: str, key: str) -> None:
    """Refuse an id that a text column cannot hold. It is never mended: two ids might become one."""
    for what, text in (("workflow's name", workflow), ("id", key)):
        if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
            raise ValueError(f"the {what} {text!r} holds a NUL or half a surrogate pair, which Postgres cannot store")
        if len(text.encode()) > KEY_BYTES_MAX:
            raise ValueError(f"the {what} {text[:50]!r}... is longer than {KEY_BYTES_MAX} bytes of UTF-8")


def can_exist(workflow: str, key: str) -> bool:
    """Whether a run may have this id at all."""
    try:
        check_key(workflow, key)
    except ValueError:
        return False
    return True


def check_batch(batch: Batch) -> None:
    """Refuse a batch that contradicts itself: a mistake of the engine, not of the database or of a user."""
    refs = [write.ref for write in batch.runs]
    if len(set(refs)) < len(refs):
        raise ValueError("a batch writes a run twice")
    for write in batch.runs:
        if both := write.drop & write.put.keys():
            raise ValueError(f"a batch puts and drops pages {sorted(both)} of run {write.ref.run}")
    parts = {ref.part for ref in refs} | {part for part, _ in batch.consumed} | {row.ref.part for row in batch.calls}
    if unfenced := parts - batch.fence.keys():
        raise ValueError(f"a batch writes to partitions {sorted(unfenced)}, which its fence does not name")


def printable(text: str | None, chars_max: int) -> str | None:
    """Text for a column that people search: what Postgres cannot store is replaced, and the rest is cut."""
    if text is None:
        return None
    text = text if len(text) <= chars_max else f"{text[: chars_max - 1]}…"
    if text.isascii() and "\0" not in text:
        return text
    return "".join("�" if char == "\0" or "\ud800" <= char <= "\udfff" else char for char in text)


def encode_reason(reason: str) -> bytes:
    """The body of a CANCEL entry. Bytes, since a program may say what a text column cannot hold."""
    return reason.encode("utf-8", "surrogatepass")
