"""The built grammar, kept on disk: building it takes a quarter of a second, loading it a few milliseconds.

A file of its own for every lark version and grammar text, in the user's cache folder. Nothing is unpickled: the file is
msgpack behind the hash of its content, and one that does not match is built again. Where no file can be written, the
grammar is built in each process.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any

import lark
import msgspec
from lark.grammar import Rule
from lark.lexer import TerminalDef

# Raised when what this module writes changes its form.
_FORM = 1
_DIGEST_SIZE = 32
_WIDTH_MAX = 2**64 - 1


def load_lark(postlex: object) -> lark.Lark:
    """The parser of `wrl.lark`, from the cache if it is there."""
    grammar = resources.files("waymark.grammar").joinpath("wrl.lark").read_text("utf-8")
    path = cache_path(grammar)
    built = _read(path) if path else None
    if built is not None:
        load: Callable[..., lark.Lark] = lark.Lark._load_from_dict
        return load(built["data"], built["memo"], postlex=postlex)
    fresh = build(grammar, postlex)
    if path:
        _write(path, fresh)
    return fresh


def build(grammar: str, postlex: object) -> lark.Lark:
    return lark.Lark(grammar, parser="lalr", start="module", propagate_positions=True, postlex=postlex)


def cache_path(grammar: str) -> Path | None:
    """Where the built form of `grammar` is kept, or None where the user has no home."""
    key = sha256(f"{_FORM} {lark.__version__} {grammar}".encode()).hexdigest()[:32]
    folder = os.environ.get("XDG_CACHE_HOME")
    try:
        return Path(folder or Path.home() / ".cache") / "waymark" / f"grammar-{key}.msgpack"
    except RuntimeError:  # no home folder can be found
        return None


def _read(path: Path) -> dict[str, Any] | None:
    try:
        content = path.read_bytes()
    except OSError:
        return None
    digest, body = content[:_DIGEST_SIZE], content[_DIGEST_SIZE:]
    if sha256(body).digest() != digest:
        return None  # cut off or changed: build it again and write over it
    built: dict[str, Any] = msgspec.msgpack.decode(body)
    return built


def _write(path: Path, parser: lark.Lark) -> None:
    data, memo = parser.memo_serialize([TerminalDef, Rule])
    # The line breaks are an object of ours, given again when loading.
    data["options"] = {name: value for name, value in data["options"].items() if name != "postlex"}
    for entry in memo.values():
        # lark writes "without end" as 2**64, which msgpack cannot hold by one. It only orders terminals by it.
        width = entry.get("pattern", {}).get("_width")
        if width:
            entry["pattern"]["_width"] = [min(bound, _WIDTH_MAX) for bound in width]
    body = msgspec.msgpack.encode({"data": data, "memo": memo})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Written aside and renamed, so that another process never reads half a file.
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(sha256(body).digest() + body)
        Path(file.name).replace(path)
    except OSError:
        return  # a read-only home, a full disk: the next process builds the grammar itself
