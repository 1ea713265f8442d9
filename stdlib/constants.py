"""Constants of standard-library modules: what is the same on every machine that an engine runs on.

    math.pi, sys.maxsize, sys.float_info.epsilon, string.digits, errno.EINVAL

They are written out in the unit. So nothing stands here that one machine, or one version of Python, sees differently:
engines are CPython with 64 bits, on little-endian machines, and of `errno` there are the numbers that all Unixes share.
"""

from __future__ import annotations

import math
import string
import sys
from collections.abc import Mapping
from types import MappingProxyType

_MATH = ("pi", "e", "tau", "inf", "nan")
_STRING = (
    "ascii_letters", "ascii_lowercase", "ascii_uppercase", "digits", "hexdigits", "octdigits", "printable",
    "punctuation", "whitespace",
)  # fmt: skip
_FLOAT_INFO = (
    "max", "max_exp", "max_10_exp", "min", "min_exp", "min_10_exp", "dig", "mant_dig", "epsilon", "radix", "rounds",
)  # fmt: skip
_ERRNO = (
    "EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD - ENOMEM EACCES EFAULT ENOTBLK EBUSY EEXIST EXDEV "
    "ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE"
)  # from 1 on; `-` is a number that Unixes give different names

CONSTANTS: Mapping[str, object] = MappingProxyType(
    {f"math.{name}": getattr(math, name) for name in _MATH}
    | {f"string.{name}": getattr(string, name) for name in _STRING}
    | {f"errno.{name}": number for number, name in enumerate(_ERRNO.split(), 1) if name != "-"}
    | {f"sys.float_info.{name}": getattr(sys.float_info, name) for name in _FLOAT_INFO}
    | {
        "sys.maxsize": (1 << 63) - 1,
        "sys.maxunicode": 0x10FFFF,
        "sys.byteorder": "little",
        "sys.implementation.name": "cpython",
        "sys.version_info.major": 3,
    }
)
