"""Time zones by key, from the `tzdata` package alone.

The host's own files are another edition on every machine, and a run goes on elsewhere: all engines that have the same
release of waymark's dependencies agree. There is one object per key in a process, as CPython has it.
"""

from __future__ import annotations

import zoneinfo
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from .forms import Form, checked


class _Unknown(Exception):
    """No zone has the key."""


@cache
def zone(key: str) -> ZoneInfo:
    """The zone of this key. Raises `ZoneInfoNotFoundError`, as CPython does."""
    if type(key) is not str:
        ZoneInfo(key)  # refused in CPython's words
        raise TypeError(f"the key of a zone is a str, and no {type(key).__name__}")
    return fresh_zone(key)


def fresh_zone(key: str) -> ZoneInfo:
    """`ZoneInfo.no_cache(key)`."""
    _check(key)
    try:
        package, _, name = f"zoneinfo/{key}".rpartition("/")
        folder = resources.files(f"tzdata.{package.replace('/', '.')}")
        with folder.joinpath(name).open("rb") as file:
            return ZoneInfo.from_file(file, key=key)
    except (ImportError, FileNotFoundError, IsADirectoryError, UnicodeEncodeError):
        unknown = zoneinfo.ZoneInfoNotFoundError(f"No time zone found with key {key}")
    raise unknown


def _check(key: str) -> None:
    """Refuse what leads out of the folder of the zones."""
    parts = key.split("/")
    if not key or key.startswith("/") or any(part in ("", ".", "..") for part in parts):
        ZoneInfo(key)
        raise ValueError(f"{key!r} is no key of a zone")


def _parts(value: ZoneInfo) -> list[Any]:
    if value.key is None:
        raise ValueError("a zone without a key")
    return [value.key] if zone(value.key) is value else [value.key, False]


def _of_parts(parts: list[Any]) -> ZoneInfo:
    if len(parts) == 2:
        key, _ = checked(parts, str, bool)
        return fresh_zone(key)
    (key,) = checked(parts, str)
    return zone(key)


FORMS = (Form("zoneinfo.ZoneInfo", ZoneInfo, _parts, _of_parts),)
