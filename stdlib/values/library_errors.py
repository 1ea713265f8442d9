"""Exception classes of library modules that are the host's own, by the names under which a snapshot knows them."""

from __future__ import annotations

import binascii
import decimal
import io
import json
import re
import statistics
import struct
import zlib
import zoneinfo

from .run_errors import RUN_ERRORS

LIBRARY_ERRORS: dict[str, type[BaseException]] = {
    "binascii:Error": binascii.Error,
    "binascii:Incomplete": binascii.Incomplete,
    "io:UnsupportedOperation": io.UnsupportedOperation,
    "json.decoder:JSONDecodeError": json.JSONDecodeError,
    # The same class: its name is another one from Python 3.13 on.
    "re:error": re.error,
    "re:PatternError": re.error,
    "struct:error": struct.error,
    "zlib:error": zlib.error,
    "statistics:StatisticsError": statistics.StatisticsError,
    **RUN_ERRORS,
    "zoneinfo._common:ZoneInfoNotFoundError": zoneinfo.ZoneInfoNotFoundError,
    # Also those that C has no public name for: they stand in the `args` of an InvalidOperation.
    **{
        f"decimal:{name}": value
        for name, value in vars(decimal).items()
        if isinstance(value, type) and issubclass(value, ArithmeticError)
    },
}
