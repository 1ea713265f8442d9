"""Where each node of a libcst tree stands, taken from CPython's own parser.

libcst works positions out by writing the whole file again, which takes twice as long as parsing it. CPython has parsed
the file anyway, to check it, and its tree says where everything is. So the two trees are walked side by side: they have
the same shape, once each of libcst's kinds knows which of its fields stand for which of CPython's.

What stands inside an f-string gets the place of the whole f-string: before 3.12, CPython does not know it better. A
name for which CPython has a text and no node (`except E as name`, an import, a pattern) has the place of what binds it.
"""

from .model import Mismatch, Positions
from .walk import positions

__all__ = ["Mismatch", "Positions", "positions"]
