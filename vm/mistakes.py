"""Mistakes of our own inside a native: told apart from what the native raises for the program.

What a native raises enters the program, so a name that our code misspells or an assertion of ours that does not hold
would look like an error of the user's. Both can be told from the instruction that the host stood at: a native that
means a NameError raises it, and none means an AssertionError. Nor does any mean that the host cannot import a module.
"""

from __future__ import annotations

import dis
from pathlib import Path
from types import CodeType

_KINDS = (AssertionError, NameError, ImportError)
_LIBRARY = str(Path(dis.__file__).parent)  # CPython's own asserts are errors like any other
_RAISES = dis.opmap["RAISE_VARARGS"]
_ASSERTS = ("LOAD_ASSERTION_ERROR", "LOAD_COMMON_CONSTANT")


def is_mistake(error: BaseException) -> bool:
    """Whether the error is a mistake of ours. Its traceback is the host's, and leads into the native."""
    if not isinstance(error, _KINDS):
        return False
    innermost = error.__traceback__
    while innermost is not None and innermost.tb_next is not None:
        innermost = innermost.tb_next
    if innermost is None:
        return False
    code = innermost.tb_frame.f_code
    if isinstance(error, ImportError) and "importlib" in code.co_filename:
        return True
    if isinstance(error, AssertionError):
        return not code.co_filename.startswith(_LIBRARY) and _asserts(code, innermost.tb_lineno)
    return code.co_code[innermost.tb_lasti] != _RAISES


def _asserts(code: CodeType, line: int | None) -> bool:
    """Whether the line of our code is an `assert`; a `raise` of an error that the program has made is none."""
    placed = ((each.opname, each.positions) for each in dis.get_instructions(code))
    return any(name in _ASSERTS and where is not None and where.lineno == line for name, where in placed)
