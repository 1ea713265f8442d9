"""Exceptions of libraries that make host classes, where they are plain: those of `msgspec`, which is always there."""

from __future__ import annotations

import msgspec

HOSTED_ERRORS: dict[str, type[BaseException]] = {
    f"msgspec:{kind.__name__}": kind
    for kind in (msgspec.MsgspecError, msgspec.ValidationError, msgspec.DecodeError, msgspec.EncodeError)
}
