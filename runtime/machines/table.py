"""State machines as tables: which event leads from which state to which, and why every other one is refused.

A table is plain data. The code that moves through states asks it, the tests walk over every state and event, and the
reference page draws it, so the three cannot differ.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping
from typing import Generic, TypeVar

State = TypeVar("State", bound=enum.Enum)
Event = TypeVar("Event", bound=enum.Enum)


class Word(enum.Enum):
    """A state or an event. Hashed as an object and not by its name, which Python would do in Python, at every step."""

    __hash__ = object.__hash__


class Refused(Exception):
    """This event has no meaning in this state. What happened to the machine's user is said by whoever asked."""


@dataclasses.dataclass(frozen=True)
class Row(Generic[State, Event]):
    state: State
    event: Event
    to: State
    why: str


class Table(Generic[State, Event]):
    def __init__(
        self,
        name: str,
        about: str,
        begins: State,
        rows: tuple[Row[State, Event], ...],
        ignored: Mapping[tuple[State, Event], str] | None = None,
    ) -> None:
        """`ignored` names pairs that may well happen, and change nothing."""
        self.name = name
        self.about = about
        self.begins = begins
        self.rows = rows
        self.ignored = dict(ignored or {})
        self._to = {(row.state, row.event): row.to for row in rows}
        if len(self._to) != len(rows) or self._to.keys() & self.ignored.keys():
            raise ValueError(f"the table of a {name} says two things about one state and event")

    @property
    def states(self) -> list[State]:
        return list(type(self.begins))

    @property
    def events(self) -> list[Event]:
        return list(type(self.rows[0].event))

    def ends(self, state: State) -> bool:
        """Whether nothing leads out of it."""
        return not any(row.state is state and row.to is not state for row in self.rows)

    def step(self, state: State, event: Event) -> State:
        """Where the event leads. Refused if the table has no row for it: a mistake of whoever brought it."""
        to = self._to.get((state, event))
        if to is not None:
            return to
        if (state, event) in self.ignored:
            return state
        raise Refused(f"{event.value!r} means nothing to a {self.name} that is {state.value!r}")

    def allows(self, state: State, event: Event) -> bool:
        return (state, event) in self._to
