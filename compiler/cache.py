"""Compiled files kept on disk, so that importing a module with workflows a second time costs a hash and a read.

An entry belongs to one file, under one module name, compiled by this very compiler. It says which sources were read on
the way, with their hashes, and where a module was looked for and was not: it holds as long as all of that is as it was.
It has everything that starting a run needs; neither libcst nor lark is loaded for a hit.

Nothing here can fail a compilation. A folder that cannot be written, a torn or foreign file: then there is no entry.

The folder is `WAYMARK_CACHE_DIR`, by default `waymark` in the user's cache folder; `WAYMARK_CACHE_DIR=` turns it off.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec

from waymark import grammar, stdlib, vm

VARIABLE = "WAYMARK_CACHE_DIR"
ENTRIES_MAX = 512
_SUFFIX = ".unit"
_SUM_BYTES = 32


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """What came of a file, and what that depended on."""

    read: tuple[tuple[str, bytes], ...]  # path of a source, hash of its bytes
    absent: tuple[str, ...]  # paths at which a module was looked for in vain
    workflows: tuple[str, ...]
    entry: bytes  # code hash of the program's unit
    units: tuple[tuple[bytes, bytes], ...]  # code hash and bytes: the program, and what it links to
    actions: tuple[str, ...]
    wrl: str

    def holds(self) -> bool:
        """Whether every file is as it was, and none has come where there was none."""
        if any(Path(path).exists() for path in self.absent):
            return False
        try:
            return all(source_hash(Path(path).read_bytes()) == known for path, known in self.read)
        except OSError:
            return False


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Entry)


def source_hash(data: bytes) -> bytes:
    """The hash of a source file's bytes."""
    return hashlib.sha256(data).digest()


def load(path: Path, module: str) -> Entry | None:
    """What was compiled from a file under this module name, if nothing has changed since."""
    place = _place(path, module)
    if place is None:
        return None
    try:
        data = place.read_bytes()
        sum, body = data[:_SUM_BYTES], data[_SUM_BYTES:]
        if source_hash(body) != sum:
            return None
        entry = _decoder.decode(body)
    except (OSError, msgspec.MsgspecError):
        return None
    if not entry.holds():
        return None
    with contextlib.suppress(OSError):
        os.utime(place)  # the ones that are used longest ago go first
    return entry


def save(path: Path, module: str, entry: Entry) -> None:
    """Keep what came of a file. Another process may do the same at the same time: whole files replace each other."""
    place = _place(path, module)
    if place is None:
        return
    body = _encoder.encode(entry)
    with contextlib.suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=place.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(source_hash(body) + body)
            Path(name).replace(place)
        finally:
            Path(name).unlink(missing_ok=True)
        _prune(place.parent)


def _prune(folder: Path) -> None:
    entries = [entry for entry in os.scandir(folder) if entry.name.endswith(_SUFFIX)]
    if len(entries) <= ENTRIES_MAX:
        return
    entries.sort(key=lambda entry: entry.stat().st_mtime)
    for entry in entries[: len(entries) - ENTRIES_MAX * 3 // 4]:
        Path(entry.path).unlink(missing_ok=True)


def _place(path: Path, module: str) -> Path | None:
    folder = _folder()
    if folder is None:
        return None
    minor = f"{sys.version_info[0]}.{sys.version_info[1]}"  # whose grammar decides what is Python
    key = "\0".join((str(path.resolve()), module, minor, compiler_fingerprint()))
    return folder / (hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest() + _SUFFIX)


def _folder() -> Path | None:
    given = os.environ.get(VARIABLE)
    if given is not None:
        return Path(given) if given else None
    base = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(base) if base else Path.home() / ".cache") / "waymark"
    except RuntimeError:  # nobody's home
        return None


@cache
def compiler_fingerprint() -> str:
    """A hash of what turns source into units: name, size and time of every file that takes part."""
    folders = [str(Path(__file__).parent), *(folder for house in (grammar, stdlib, vm) for folder in house.__path__)]
    marks = [mark for folder in folders for mark in _marks(folder)]
    return hashlib.sha256("\n".join(marks).encode("utf-8", "surrogateescape")).hexdigest()


def _marks(folder: str) -> Iterator[str]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.is_dir(follow_symlinks=False):  # a link may lead back here
            if entry.name != "__pycache__":
                yield from _marks(entry.path)
        elif not entry.name.endswith(".pyc") and not entry.is_dir():
            stat = entry.stat()
            yield f"{entry.name} {stat.st_size} {stat.st_mtime_ns}"
