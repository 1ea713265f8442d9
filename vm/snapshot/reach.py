"""Whether a snapshot would hold an object: by the edges that a snapshot follows, and so the same on any machine."""

from __future__ import annotations

from typing import Any

from ..state import State
from ..surface import Raised
from ..values.frames import Frame
from .format import Refused
from .forms import Forms
from .walk import objects_in


def reaches(forms: Forms, state: State, top: Frame | None, wanted: object) -> bool:
    """Look for the object from the run's state, while its fiber stands in `top`.

    The list of generators that want to be closed is left out: it is what holds those that nothing else holds.
    """
    forms.state = state
    waiting: list[Any] = [state.main, state.current, top, *state.tasks.values(), *state.ready, *state.anchors]
    waiting += [*state.modules.values(), *state.changed, state.context]
    for _, outcome in state.arrivals:
        waiting.append(outcome.error if isinstance(outcome, Raised) else outcome.value)
    seen: dict[int, Any] = {}  # keeps them alive, so that an id means one object
    while waiting:
        value = waiting.pop()
        if value is wanted:
            return True
        if value is None or id(value) in seen:
            continue
        seen[id(value)] = value
        try:
            waiting += objects_in(forms.of(value)[0](value))
        except Refused:
            continue  # it has no form: the next commit says so
    return False
