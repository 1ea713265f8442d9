"""The prelude's units as a wheel brings them, compiled when it was built: a process that needs one decodes it.

    python -m waymark.compiler.shipped waymark/compiler/prelude.units

They are found by content: the file begins with a hash of every file that takes part in compiling, and holds for these
alone. A checkout has no such file; there units are kept on disk as they are compiled (`cache.py`).
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec

from waymark import grammar, stdlib, vm

PLACE = Path(__file__).with_name("prelude.units")


class Shipped(msgspec.Struct, frozen=True, array_like=True):
    """What the file holds."""

    made_by: bytes  # the compiler, the library and the machine, as a hash of their files
    units: dict[str, tuple[bytes, bytes]]  # module -> code hash, and the unit's bytes
    names: dict[bytes, str]  # code hash -> module

    @staticmethod
    def nothing() -> Shipped:
        return Shipped(b"", {}, {})


_decoder = msgspec.msgpack.Decoder(Shipped)


@cache
def shipped() -> Shipped:
    """What this installation came with. Nothing in a checkout, or where somebody has changed a file since."""
    return read(PLACE)


def read(place: Path) -> Shipped:
    """What a file holds, if it was made by this very compiler; nothing of any other file."""
    try:
        data = place.read_bytes()
        found = _decoder.decode(data)
    except (OSError, msgspec.MsgspecError):
        return Shipped.nothing()
    return found if found.made_by == contents_hash() else Shipped.nothing()


@cache
def contents_hash() -> bytes:
    """A hash of what turns source into units: names and contents of every file that takes part."""
    made = hashlib.sha256()
    folders = [("compiler", str(Path(__file__).parent))]
    folders += [(house.__name__, folder) for house in (grammar, stdlib, vm) for folder in house.__path__]
    for house, folder in folders:
        for path in _files(Path(folder)):
            name = f"{house}/{path.relative_to(folder).as_posix()}"
            content = path.read_bytes()
            made.update(f"{len(name)} {name} {len(content)} ".encode() + content)
    return made.digest()


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.is_symlink():
            continue  # it may lead back here
        if path.is_dir():
            if path.name != "__pycache__":
                yield from _files(path)
        elif path.suffix != ".pyc" and path != PLACE:
            yield path


def compiled() -> Shipped:
    """Everything of the prelude. The same for the same files, whatever Python compiles it."""
    from waymark.vm.codec import code_hash, encode_unit

    from .library import library

    units = {name: library()[name] for name in library()}
    rows = {name: (code_hash(unit), encode_unit(unit)) for name, unit in sorted(units.items())}
    return Shipped(contents_hash(), rows, {hashed: name for name, (hashed, _) in rows.items()})


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(msgspec.msgpack.encode(compiled()))
