"""Guards of `library.py`: calls whose result could be larger than any machine has room for, by what they are given."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from typing import Any

from .amounts import check_looked_at, check_made
from .services import Excess, Refusal

INFLATED_MAX = 64 << 20  # bytes that `zlib.decompress` gives
_WORD_SMALL = 10_000
_COPIED_PER_ITEM = 1_000  # characters that are copied while one item is looked at
_RATIO_MAX = 1032  # of deflate
_INFLATING = frozenset("zlib zlib_codec zip bz2 bz2_codec".split())


def check_packed(*args: Any, **kwargs: Any) -> None:
    """Before `struct.pack(format, ...)`: a format of a few characters may ask for gigabytes."""
    if args and isinstance(args[0], str | bytes) and len(args[0]) > 8:
        try:
            size = struct.calcsize(args[0])
        except struct.error:
            return
        check_made(size)


def check_inflated(*args: Any, **kwargs: Any) -> None:
    """Before `zlib.decompress(data, wbits, bufsize)`."""
    data = args[0] if args else None
    if not isinstance(data, bytes | bytearray) or len(data) * _RATIO_MAX <= INFLATED_MAX:
        return
    wbits = args[1] if len(args) > 1 else kwargs.get("wbits", zlib.MAX_WBITS)
    if not isinstance(wbits, int):
        return
    try:
        made = zlib.decompressobj(wbits).decompress(data, INFLATED_MAX + 1)
    except (zlib.error, ValueError):
        return  # the call itself says so
    if len(made) > INFLATED_MAX:
        raise Excess(MemoryError())


def check_codec(*args: Any, **kwargs: Any) -> None:
    """Before `codecs.encode` and `codecs.decode`: those that inflate have no limit of their own."""
    encoding = args[1] if len(args) > 1 else kwargs.get("encoding", "utf-8")
    if isinstance(encoding, str) and encoding.lower().replace("-", "_") in _INFLATING:
        raise Refusal(f"a workflow cannot use the codec {encoding}: `zlib.compress` and `zlib.decompress` are there")


def check_wrapped(*args: Any, **kwargs: Any) -> None:
    """Before `textwrap.wrap(text, width)`: of a word that is too long for a line, the rest is copied for each line."""
    text = args[0] if args else kwargs.get("text")
    width = args[1] if len(args) > 1 else kwargs.get("width", 70)
    if isinstance(text, str) and len(text) > _WORD_SMALL and isinstance(width, int):
        longest = max(map(len, text.split()), default=0)
        check_looked_at(longest * longest // max(width, 1) // _COPIED_PER_ITEM)


# Native -> what is asked before it is called.
GUARDS: dict[str, Callable[..., None]] = {
    "struct.pack/1": check_packed,
    "zlib.decompress/1": check_inflated,
    **dict.fromkeys(("textwrap.wrap/1", "textwrap.fill/1", "textwrap.shorten/1"), check_wrapped),
    "codecs.encode/1": check_codec,
    "codecs.decode/1": check_codec,
}
