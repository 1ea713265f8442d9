"""Constants of standard-library modules: what is the same on every machine that an engine runs on.

    math.pi, sys.maxsize, sys.float_info.epsilon, string.digits, errno.EINVAL

They are written out in the unit. So nothing stands here that one machine, or one version of Python, sees differently:
engines are CPython with 64 bits, on little-endian machines, and of `errno` there are the numbers that all Unixes share.
"""

from __future__ import annotations

import cmath
import codecs
import datetime
import decimal
import math
import string
import sys
import zlib
from collections.abc import Mapping
from types import MappingProxyType

from .values import uuids

_MATH = ("pi", "e", "tau", "inf", "nan")
_CMATH = (*_MATH, "infj", "nanj")
_DECIMAL = (
    *(f"ROUND_{way}" for way in ("CEILING", "DOWN", "FLOOR", "HALF_DOWN", "HALF_EVEN", "HALF_UP", "UP", "05UP")),
    *("MAX_PREC", "MAX_EMAX", "MIN_EMIN", "MIN_ETINY", "HAVE_THREADS", "HAVE_CONTEXTVAR"),
)
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

_ZLIB = (
    "DEFLATED DEF_BUF_SIZE DEF_MEM_LEVEL MAX_WBITS Z_BEST_COMPRESSION Z_BEST_SPEED Z_BLOCK Z_DEFAULT_COMPRESSION "
    "Z_DEFAULT_STRATEGY Z_FILTERED Z_FINISH Z_FIXED Z_FULL_FLUSH Z_HUFFMAN_ONLY Z_NO_COMPRESSION Z_NO_FLUSH "
    "Z_PARTIAL_FLUSH Z_RLE Z_SYNC_FLUSH Z_TREES"
)

CONSTANTS: Mapping[str, object] = MappingProxyType(
    {f"math.{name}": getattr(math, name) for name in _MATH}
    | {f"cmath.{name}": getattr(cmath, name) for name in _CMATH}
    | {f"decimal.{name}": getattr(decimal, name) for name in _DECIMAL}
    | {f"uuid.{name}": value for name, value in uuids.CONSTANTS.items()}
    | {"datetime.MINYEAR": datetime.MINYEAR, "datetime.MAXYEAR": datetime.MAXYEAR}
    | {f"string.{name}": getattr(string, name) for name in _STRING}
    | {f"errno.{name}": number for number, name in enumerate(_ERRNO.split(), 1) if name != "-"}
    | {f"sys.float_info.{name}": getattr(sys.float_info, name) for name in _FLOAT_INFO}
    | {f"zlib.{name}": getattr(zlib, name) for name in _ZLIB.split()}
    | {f"codecs.{name}": value for name, value in vars(codecs).items() if name.startswith("BOM")}
    | {
        "sys.maxsize": (1 << 63) - 1,
        "sys.maxunicode": 0x10FFFF,
        "sys.byteorder": "little",
        "sys.implementation.name": "cpython",
        "sys.version_info.major": 3,
        "io.SEEK_SET": 0,
        "io.SEEK_CUR": 1,
        "io.SEEK_END": 2,
    }
)
