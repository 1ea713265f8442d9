"""functools, itertools, operator and copy."""

from __future__ import annotations

from collections.abc import Mapping

TABLE: Mapping[str, Mapping[str, str]] = {
    "copy": {
        "nothing is pickled in a workflow: write `__copy__` and `__deepcopy__` for a class of yours": "dispatch_table",
        "use `dataclasses.replace`, or `_replace` of a named tuple": "replace",
    },
    "functools": {
        "there is no placeholder before Python 3.14: write a lambda": "Placeholder",
    },
}
