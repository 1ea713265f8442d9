"""Passes that take Python's sugar out of a WRL tree: one construct a file, each with its example.

`rewrite` walks statements, `hoist` moves work out of expressions without changing the order of evaluation; the passes
use them. `check.tree` asserts after each pass that its construct is gone.
"""

from .abandoned import lower_abandoned
from .asserts import lower_asserts
from .async_for import lower_async_for
from .bare_annotations import lower_bare_annotations
from .chained_assign import lower_chained_assign
from .except_clauses import lower_except_clauses
from .except_star import lower_except_star
from .expressions import lower_expressions
from .for_targets import lower_for_targets
from .loop_else import lower_loop_else
from .match_cases import lower_match_cases
from .star_targets import lower_star_targets
from .with_blocks import lower_with_blocks

__all__ = [
    "lower_match_cases",
    "lower_with_blocks",
    "lower_loop_else",
    "lower_async_for",
    "lower_except_clauses",
    "lower_except_star",
    "lower_asserts",
    "lower_for_targets",
    "lower_chained_assign",
    "lower_star_targets",
    "lower_expressions",
    "lower_bare_annotations",
    "lower_abandoned",
]
