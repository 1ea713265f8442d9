"""Passes that take Python's sugar out of a WRL tree: one construct a file, each with its example.

`rewrite` walks statements, `hoist` moves work out of expressions without changing the order of evaluation; the passes
use them. `check.tree` asserts after each pass that its construct is gone.
"""

from .chained_assign import lower_chained_assign
from .chained_compare import lower_chained_compare
from .for_targets import lower_for_targets
from .loop_else import lower_loop_else

__all__ = ["lower_loop_else", "lower_for_targets", "lower_chained_assign", "lower_chained_compare"]
