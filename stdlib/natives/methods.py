"""The gate for methods of host types: which names a program may reach on a str, a list, a dict ..., and nothing else.

An attribute that is not in this table does not exist for a program: no `__class__`, no frames, no `__globals__`. The
value says whether the method changes its object in place, so that the machine can mark the object's page as touched.
"""

from __future__ import annotations

_STR = (
    "capitalize casefold center count encode endswith expandtabs find index isalnum isalpha isascii isdecimal isdigit "
    "isidentifier islower isnumeric isprintable isspace istitle isupper join ljust lower lstrip partition removeprefix "
    "removesuffix replace rfind rindex rjust rpartition rsplit rstrip split splitlines startswith strip swapcase title "
    "upper zfill"
)
_READS: dict[type, str] = {
    str: _STR,
    bytes: "decode endswith find hex index join partition replace split startswith strip",
    int: "bit_length bit_count to_bytes conjugate as_integer_ratio",
    bool: "bit_length bit_count to_bytes conjugate as_integer_ratio",
    float: "is_integer hex as_integer_ratio conjugate",
    complex: "conjugate",
    list: "copy count index",
    tuple: "count index",
    dict: "copy get",
    range: "count index",
}
_WRITES: dict[type, str] = {
    list: "append clear extend insert pop remove reverse sort",
    dict: "clear pop popitem setdefault update",
}
_DATA: dict[type, str] = {
    int: "real imag numerator denominator",
    bool: "real imag numerator denominator",
    float: "real imag",
    complex: "real imag",
    range: "start stop step",
    slice: "start stop step",
}

METHODS: dict[type, dict[str, bool]] = {
    kind: dict.fromkeys(_READS[kind].split(), False) | dict.fromkeys(_WRITES.get(kind, "").split(), True)
    for kind in _READS
}
ATTRIBUTES: dict[type, frozenset[str]] = {kind: frozenset(names.split()) for kind, names in _DATA.items()}

# Of every exception that has them (`split` and its like are of groups).
ERROR_METHODS: dict[str, bool] = {
    "add_note": True,
    "with_traceback": True,
    "derive": False,
    "split": False,
    "subgroup": False,
}
