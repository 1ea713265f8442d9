"""How far a compilation has come, for whoever watches: the pass, and how many functions it has done.

    with watched(lambda name, functions: print(name, functions)):
        compile_file(path)

Nobody watches by default, and a pass that says how far it is pays next to nothing for that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Watcher = Callable[[str, int], None]


class _Watch:
    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._name = ""
        self._functions = 0

    def begin(self, name: str) -> None:
        self._name, self._functions = name, 0
        self._watcher(name, 0)

    def one_more(self) -> None:
        self._functions += 1
        self._watcher(self._name, self._functions)


_watch: ContextVar[_Watch | None] = ContextVar("_watch", default=None)


@contextmanager
def watched(watcher: Watcher) -> Iterator[None]:
    """Tell `watcher` of what is compiled inside: each pass as it begins, and each function that it has done."""
    token = _watch.set(_Watch(watcher))
    try:
        yield
    finally:
        _watch.reset(token)


def pass_begins(name: str) -> None:
    watch = _watch.get()
    if watch is not None:
        watch.begin(name)


def function_done() -> None:
    watch = _watch.get()
    if watch is not None:
        watch.one_more()
