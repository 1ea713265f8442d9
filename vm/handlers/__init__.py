"""One handler an instruction: the definition of what it does.

A handler is called with the interpreter, the innermost frame and the operands in the order of the signature in
`vm/isa.py`, constants and table entries already looked up. What it raises for the program is wrapped in `Thrown`.
"""

from __future__ import annotations

from ..isa import Op
from . import access, calls, control, data, operators, waits
from .registry import HANDLERS

FOR = Op.FOR

_missing = [op.name for op in Op if op not in HANDLERS]
assert not _missing, f"instructions without a handler: {_missing}"

__all__ = ["FOR", "HANDLERS", "access", "calls", "control", "data", "operators", "waits"]
