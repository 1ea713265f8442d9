"""One handler an instruction: the definition of what it does.

A handler is called with the interpreter, the innermost frame and the operands in the order of the signature in
`vm/isa.py`, constants and table entries already looked up. What it raises for the program is wrapped in `Thrown`.
"""

from __future__ import annotations

# Each of these registers its handlers when it is imported.
from ..isa import Op
from . import access as _access
from . import calls as _calls
from . import control as _control
from . import data as _data
from . import iterating as _iterating
from . import operators as _operators
from . import waits as _waits
from .registry import HANDLERS

_missing = [op.name for op in Op if op not in HANDLERS]
assert not _missing, f"instructions without a handler: {_missing}"

__all__ = ["HANDLERS", "_access", "_calls", "_control", "_data", "_iterating", "_operators", "_waits"]
