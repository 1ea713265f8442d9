"""What both stores refuse, and how both make text printable, so that they cannot differ in it."""

from __future__ import annotations

from waymark.vm.surface import Instant

from ..model import Batch, NewRun
from ..ports import BadId
from ..schedules import ScheduleWrite

KEY_BYTES_MAX = 1000  # workflow and key share an index entry, which Postgres limits to 2,704 bytes
TAG_BYTES_MAX = 200
TAGS_MAX = 100
STATUS_CHARS_MAX = 1_000
ERROR_CHARS_MAX = 200
REASON_CHARS_MAX = 2000
INSTANT_BYTES = 40  # what the id of a scheduled run has behind the schedule's name
NAME_CHARS_MAX = 4096  # of hosts and files; as long as a path may be
CANCELLED = "CancelledError"  # the `error_type` of a run that was cancelled


def check_key(workflow: str, key: str) -> None:
    """Refuse an id that a text column cannot hold. It is never mended: two ids might become one."""
    check_name("workflow's name", workflow)
    check_name("id", key)


def check_name(what: str, text: str, bytes_max: int = KEY_BYTES_MAX) -> None:
    """Refuse a text that people search by, if a column or its index cannot hold it."""
    if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise BadId(f"the {what} {text[:50]!r} holds a NUL or half a surrogate pair, which Postgres cannot store")
    if len(text.encode()) > bytes_max:
        raise BadId(f"the {what} {text[:50]!r}... is longer than {bytes_max} bytes of UTF-8")


def check_new(new: NewRun) -> None:
    """Refuse a start of which the database could not keep everything."""
    check_key(new.workflow, new.key)
    if len(new.tags) > TAGS_MAX:
        raise ValueError(f"a run has {TAGS_MAX} tags at most, and run {new.key[:50]!r} was given {len(new.tags)}")
    for tag in new.tags:
        check_name("tag", tag, TAG_BYTES_MAX)
    for what, name in (("schedule's name", new.schedule), ("queue's name", new.queue)):
        if name is not None:
            check_name(what, name)


def times_of(new: NewRun, now: Instant) -> tuple[Instant | None, Instant | None]:
    """When a run may start, if not at once, and by when it must have ended."""
    asked = new.at if new.at is not None else now + new.delay_us if new.delay_us is not None else now
    start_at = asked if asked > now else None
    return start_at, None if new.timeout_us is None else (start_at or now) + new.timeout_us


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


def check_schedule(write: ScheduleWrite) -> None:
    """Refuse a schedule that the database could not keep, or whose runs would have no possible id."""
    check_name("workflow's name", write.schedule.workflow)
    check_name("schedule's name", write.schedule.name, KEY_BYTES_MAX - INSTANT_BYTES)
    for key in write.starts:
        check_name("id", key)
