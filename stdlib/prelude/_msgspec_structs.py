"""`msgspec.structs` in workflow Python."""

import _hosted


def asdict(struct, /):
    return _hosted.known("function", None, ("msgspec.structs.asdict", struct), {})


def astuple(struct, /):
    return _hosted.known("function", None, ("msgspec.structs.astuple", struct), {})


def replace(struct, /, **changes):
    return _hosted.known("function", None, ("msgspec.structs.replace", struct), changes)
