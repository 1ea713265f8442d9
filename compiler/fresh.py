"""Names for what the compiler adds. A dot stands in them, so that no Python name can be one."""

from __future__ import annotations


class FreshNames:
    """`fresh("broke")` gives `broke.0`, then `broke.1`: one counter a word, one object a module."""

    def __init__(self) -> None:
        self._next: dict[str, int] = {}

    def __call__(self, word: str) -> str:
        number = self._next.get(word, 0)
        self._next[word] = number + 1
        return f"{word}.{number}"


def shown(name: str) -> str:
    """The name that a program knows: a comprehension's variable `x` is `x.0` in WRL, where another `x` is about."""
    return name.partition(".")[0]
