"""The plain-English name of every piece of Python that a workflow may not use yet, by libcst's class.

A kind of node that is not here has a translator (`dispatch.py`); tests/unit/compiler/frontend/test_grid.py sees to it.
"""

from __future__ import annotations

CONSTRUCTS = {
    # expressions
    "TemplatedString": "a t-string",
    "StarredElement": "unpacking with `*` here",
    "StarredDictElement": "unpacking with `**` here",
    "StarredDictComp": "unpacking with `**` in a comprehension",
    # statements
    "LazyImport": "a lazy import",
    "LazyImportFrom": "a lazy import",
    "TypeAlias": "a `type` statement",
}

# What to write instead; without a line here, the advice is to move it into an action.
ADVICE = {
    "TemplatedString": "write an f-string: `f'...'`",
    "TypeAlias": "remove it: annotations are never evaluated in a workflow, so a text such as `'Money'` will do",
    "LazyImport": "write `import ...` without `lazy`",
    "LazyImportFrom": "write `from ... import ...` without `lazy`",
}
