"""Functions of text and bytes that are the host's own: data in, data out, and nothing called back.

    html.escape, base64.b64decode, struct.pack, unicodedata.normalize, textwrap.fill, shlex.split ...

A name that is not in these tables is prelude Python (`stdlib/prelude/`), or refused with a reason (`stdlib/refused/`).
"""

from __future__ import annotations

import base64
import binascii
import codecs
import fnmatch
import hmac
import html
import json
import re
import shlex
import string
import struct
import textwrap
import unicodedata
import zlib
from collections.abc import Callable
from types import ModuleType
from typing import Any
from urllib import parse

from .model import Native
from .sizes import GUARDS

_NAMES: dict[ModuleType, str] = {
    base64: "a85decode a85encode b16decode b16encode b32decode b32encode b32hexdecode b32hexencode b64decode b64encode "
    "b85decode b85encode decodebytes encodebytes standard_b64decode standard_b64encode urlsafe_b64decode "
    "urlsafe_b64encode",
    binascii: "Error Incomplete a2b_base64 a2b_hex a2b_qp a2b_uu b2a_base64 b2a_hex b2a_qp b2a_uu crc32 crc_hqx "
    "hexlify unhexlify",
    codecs: "decode encode",
    fnmatch: "filter fnmatch fnmatchcase translate",
    hmac: "compare_digest",
    html: "escape unescape",
    json: "JSONDecodeError",
    re: "error escape",
    shlex: "join quote split",
    string: "capwords",
    struct: "calcsize error pack pack_into unpack unpack_from",
    textwrap: "dedent fill shorten wrap",
    unicodedata: "bidirectional category combining decimal decomposition digit east_asian_width is_normalized lookup "
    "mirrored name normalize numeric",
    parse: "parse_qs parse_qsl quote quote_from_bytes quote_plus unquote unquote_plus unquote_to_bytes urljoin",
    zlib: "adler32 compress crc32 decompress error",
}
# Those that call methods of their arguments back.
_NESTED = frozenset(("fnmatch.filter", "shlex.join", "urllib.parse.parse_qs", "urllib.parse.parse_qsl"))
# Those that change an argument in place.
_MUTATES = {"struct.pack_into": (1,)}


def natives() -> list[Native]:
    return [
        _native(f"{module.__name__}.{name}", getattr(module, name))
        for module, names in _NAMES.items()
        for name in names.split()
    ]


def _native(name: str, call: Callable[..., Any]) -> Native:
    key = f"{name}/1"
    return Native(key, call, _MUTATES.get(name, ()), guard=GUARDS.get(key), nested=name in _NESTED)
