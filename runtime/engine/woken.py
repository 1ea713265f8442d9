"""Runs that were woken and have left memory again: a look for sleepers that began before may still show their old rows.

As with entries of the inbox, what a look shows is as old as the commits that had been made when it began.
"""

from __future__ import annotations

from ..model import RunRef


class Woken:
    def __init__(self) -> None:
        self._left: dict[RunRef, int] = {}  # with the number of the commit, ascending

    def left(self, ref: RunRef, commit: int) -> None:
        self._left.pop(ref, None)
        self._left[ref] = commit

    def looked(self, as_of: int) -> None:
        """A look came back. `as_of` is how many commits had been made when it began."""
        while self._left:
            ref, commit = next(iter(self._left.items()))
            if commit > as_of:
                return
            del self._left[ref]

    def is_old(self, ref: RunRef) -> bool:
        """Whether the row that the look showed may be from before the run left."""
        return ref in self._left
