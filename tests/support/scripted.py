"""The actions' side of a run, for both worlds: what each call comes to, and the record of all that the run did.

Effects are texts, in their order: `charge(7, currency='eur')` when an action is asked for, `print 'total\\n'` for what
is printed; what is printed piece by piece is one effect, as it is one text on the screen.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, is_dataclass
from typing import Any

from scripted_order import OLDEST_FIRST, Order
from views import view

CALLS_MAX = 200
NEVER_RETRIEVED = "exception was never retrieved"
STUCK = "stuck: everything waits, and nothing will come"


@dataclass(frozen=True)
class Call:
    """An action that a run asked for; `number` counts the calls of the run from 0."""

    name: str
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    number: int


# What actions come to. A sequence is used over and over; a mapping has one for each action; a function is asked; None
# echoes the first argument. An exception is raised.
Outcomes = Sequence[object] | Mapping[str, Sequence[object]] | Callable[[Call], object] | None


@dataclass
class Recorded:
    """One run's actions and prints."""

    outcomes: Outcomes = None
    calls_max: int = CALLS_MAX
    order: Order = OLDEST_FIRST
    effects: list[str] = field(default_factory=list)
    calls: int = 0
    closed: bool = False
    never_retrieved: list[str] = field(default_factory=list)
    _printed: list[str] = field(default_factory=list)
    _asked: dict[str, int] = field(default_factory=dict)

    def asked(self, key: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Call:
        """Note that an action is asked for."""
        self.flush()
        name = key.rpartition(":")[2]
        shown = [*map(view, args), *(f"{parameter}={view(value)}" for parameter, value in kwargs.items())]
        self._note(f"{name}({', '.join(shown)})")
        call = Call(name, tuple(args), dict(kwargs), self.calls)
        self.calls += 1
        return call

    def come_to(self, call: Call) -> object:
        """What the action comes to: a fresh copy, since no worker shares objects with a run."""
        if call.number >= self.calls_max:
            return RuntimeError("the script has ended")
        return fresh(self._outcome(call), {})

    def _outcome(self, call: Call) -> object:
        outcomes = self.outcomes
        if outcomes is None:
            return call.args[0] if call.args else None
        if callable(outcomes):
            return outcomes(call)
        if isinstance(outcomes, Mapping):
            number = self._asked[call.name] = self._asked.get(call.name, -1) + 1
            own = outcomes[call.name]
            return own[number % len(own)]
        return outcomes[call.number % len(outcomes)]

    def cancelled(self, call: Call) -> None:
        """Note that nobody waits for an action any more."""
        self.flush()
        self._note(f"cancel {call.name} of call {call.number}")

    def printed(self, text: str) -> None:
        if text:
            self._printed.append(text)

    def logged(self, level: str, text: str) -> None:
        if text.partition(": ")[0].endswith(NEVER_RETRIEVED):
            self.never_retrieved.append(text)
        else:
            self.flush()
            self._note(f"{level} {text!r}")

    def flush(self) -> None:
        if self._printed:
            self._note(f"print {''.join(self._printed)!r}")
            self._printed.clear()

    def close(self) -> None:
        """The run is over for whoever looks on; what still happens is no effect."""
        self.end()
        self.closed = True

    def end(self) -> None:
        """The run is over. What nobody asked for comes last: CPython tells it when it collects garbage."""
        self.flush()
        for text in sorted(self.never_retrieved):
            self._note(f"error {text!r}")
        self.never_retrieved.clear()

    def _note(self, effect: str) -> None:
        if not self.closed:
            self.effects.append(effect)


def fresh(value: Any, memo: dict[int, Any]) -> Any:
    """A copy as a message makes it: no container is shared with the original, not even a tuple, nor a NaN."""
    kind = type(value)
    if kind in (int, bool, str, bytes, type(None)) or (kind is tuple and not value):
        return value
    if id(value) not in memo:
        if kind in (list, dict):
            made: Any = kind()
            memo[id(value)] = made
            if kind is list:
                made.extend(fresh(item, memo) for item in value)
            else:
                made.update((fresh(key, memo), fresh(item, memo)) for key, item in value.items())
        elif kind in (tuple, float):
            memo[id(value)] = float(str(value)) if kind is float else tuple([fresh(item, memo) for item in value])
        elif issubclass(kind, tuple) and hasattr(kind, "_fields"):
            memo[id(value)] = tuple.__new__(kind, [fresh(item, memo) for item in value])
        elif is_dataclass(kind):
            made = memo[id(value)] = object.__new__(kind)
            for name in kind.__dataclass_fields__:  # of the machine's own classes, too
                if hasattr(value, name):
                    object.__setattr__(made, name, fresh(getattr(value, name), memo))
        else:
            memo[id(value)] = copy.deepcopy(value)
    return memo[id(value)]


def outcome_by_turns(failing: Sequence[bool]) -> Callable[[Call], object]:
    """`act` echoes; `flaky` echoes or raises, as `failing` says by turns."""

    def outcome(call: Call) -> object:
        if call.name == "flaky" and failing[call.number % len(failing)]:
            return ValueError("flaky", call.number)
        return call.args[0] if call.args else None

    return outcome
