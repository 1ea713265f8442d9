"""Keys of dicts: which ones the host hashes, and a bound on how long a hash may take.

A hash of a tuple walks it in C, all of it, and as deep as it goes; bytes from outside could make that end the process.
"""

from __future__ import annotations

from typing import Any

from .format import KEY_DEPTH_MAX, KEY_ITEMS_MAX, BadSnapshot
from .hashes import PLAIN_KEYS


def is_plain_key(key: Any) -> bool:
    return type(key) in PLAIN_KEYS


class KeyCheck:
    """Called with each key that is not plain; refuses what cannot be hashed, and too much of it."""

    def __init__(self) -> None:
        self._left = KEY_ITEMS_MAX

    def __call__(self, key: Any) -> None:
        stack = [iter((key,))]
        while stack:
            for value in stack[-1]:
                self._left -= 1
                if self._left < 0:
                    raise BadSnapshot(f"its keys are tuples of more than {KEY_ITEMS_MAX} items in all")
                if type(value) is tuple:
                    if len(stack) > KEY_DEPTH_MAX:
                        raise BadSnapshot(f"a key nests tuples deeper than {KEY_DEPTH_MAX}")
                    stack.append(iter(value))
                    break
                if type(value).__hash__ is None:
                    raise BadSnapshot(f"a key is, or holds, a {type(value).__name__}, which has no hash")
            else:
                stack.pop()
