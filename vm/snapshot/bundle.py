"""A snapshot as one file: the root, its pages, and the units that it runs on, so that it can be read by itself.

bundle     "WMB" version  zlib of MessagePack of the fields of `Bundle`
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping

import msgspec

from ..codec import BadUnit, code_hash, decode_executable, encode_executable
from ..unit import Unit
from .format import BadSnapshot, encoder
from .root import read_root_header

BUNDLE_BYTES_MAX = 1 << 30  # once unpacked
_MAGIC = b"WMB\x01"


class Bundle(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What a store holds of a run, and the units as an executable."""

    root: bytes
    pages: dict[int, bytes]
    executable: bytes

    @property
    def units(self) -> dict[bytes, Unit]:
        """By code hash. Raises `BadSnapshot`."""
        try:
            return {code_hash(unit): unit for unit in decode_executable(self.executable)}
        except BadUnit as error:
            raise BadSnapshot(f"the units of the snapshot are damaged: {error}") from None


def encode_bundle(root: bytes, pages: Mapping[int, bytes], units: Iterable[Unit]) -> bytes:
    """The first unit is the one that the run is pinned to."""
    entry, _ = read_root_header(root)
    ordered = sorted(units, key=lambda unit: (code_hash(unit) != entry, code_hash(unit)))
    bundle = Bundle(root, dict(sorted(pages.items())), encode_executable(ordered))
    return _MAGIC + zlib.compress(encoder.encode(bundle), level=9)


_decoder = msgspec.msgpack.Decoder(Bundle)


def decode_bundle(data: bytes) -> Bundle:
    """Raises `BadSnapshot`."""
    if not data.startswith(_MAGIC):
        raise BadSnapshot(f"a snapshot file begins with {_MAGIC!r}, and this one with {data[: len(_MAGIC)]!r}")
    opened = zlib.decompressobj()
    try:
        decoded = opened.decompress(memoryview(data)[len(_MAGIC) :], BUNDLE_BYTES_MAX)
        if not opened.eof:
            raise BadSnapshot(f"the snapshot file is cut short, or has more than {BUNDLE_BYTES_MAX} bytes in it")
        return _decoder.decode(decoded)
    except (ValueError, RecursionError, zlib.error) as error:  # msgspec's errors are ValueErrors
        raise BadSnapshot(f"the snapshot file is damaged: {error}") from None
