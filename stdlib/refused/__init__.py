"""What programs cannot have of the library, name by name, and what to do instead: one table for all who refuse.

The files beside this one hold a `TABLE` each: module -> what to do instead -> the names that this is said of. A method
of a builtin type stands under its class, as in `"builtins.int"`. The compiler says the advice where a name is used, the
machine says it of an attribute of a value, and `docs/reference/library.md` lists all of it. A public name of a module
of `COVERED` that is neither there nor here fails the test that writes the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from . import asynchronous, classes, containers, data, functional, logs, numbers, text, times, types_of_builtins

Table = Mapping[str, Mapping[str, str]]

TABLES: tuple[Table, ...] = tuple(
    each.TABLE
    for each in (
        asynchronous,
        classes,
        containers,
        data,
        functional,
        logs,
        numbers,
        text,
        times,
        types_of_builtins,
    )
)


def _collect() -> dict[str, str]:
    found: dict[str, str] = {}
    for table in TABLES:
        for module, reasons in table.items():
            for advice, names in reasons.items():
                for name in names.split():
                    full = f"{module}.{name}"
                    assert full not in found, f"{full} is refused twice"
                    found[full] = advice
    return found


# Full name -> what to do instead.
REFUSED: Mapping[str, str] = MappingProxyType(_collect())

# Modules of which every public name is there or refused by name.
COVERED: tuple[str, ...] = tuple(
    """
    base64 binascii codecs difflib fnmatch hashlib hmac html json re shlex string struct textwrap unicodedata
    urllib.parse zlib
    asyncio contextlib contextvars functools itertools logging math warnings
    abc bisect collections copy dataclasses enum heapq operator types typing collections.abc
    calendar cmath datetime decimal fractions numbers random statistics time uuid zoneinfo
    """.split()
)
