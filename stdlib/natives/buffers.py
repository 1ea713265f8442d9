"""`memoryview`, `array.array` and the error of `io`: the host's own types."""

from __future__ import annotations

import io
from array import array
from typing import NoReturn

from ..values.buffers import check_exporter
from .guards import check_items
from .model import Native
from .services import Refusal


def refuse(what: str) -> NoReturn:
    """A class of the prelude has something that CPython has, and programs have not."""
    raise Refusal(f"a workflow cannot {what}")


def natives() -> list[Native]:
    return [
        Native("memoryview/1", memoryview, guard=check_exporter),
        Native("_buffers.refuse/1", refuse),
        Native("io.UnsupportedOperation/1", io.UnsupportedOperation),
        Native("array.array/1", array, guard=lambda *args, **kwargs: check_items(*args[1:], **kwargs)),
    ]
