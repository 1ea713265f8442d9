"""Calls of one function: with what it takes, found by trying, and with what it does not take.

A function is first called with each value of the pool; what it takes at the first place is tried with a second one, and
so on. Whatever a guard refuses is left out: there the program gets MemoryError, and CPython would take for ever.
"""

from __future__ import annotations

import copy
import inspect
import itertools
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from waymark.stdlib.natives.services import Excess, Refusal

from .pool import FEW, POOL

Call = tuple[tuple[Any, ...], dict[str, Any]]
PLACES_MAX = 4
BY_PLACE = (0, len(POOL), 90, 40, 20)  # calls with so many arguments


def calls_of(function: Any, guard: Callable[..., None] | None, seed: str) -> list[Call]:
    """Some two hundred calls, the same ones each time."""
    random, found = Random(seed), [((), {})]
    taken: list[tuple[Any, ...]] = [()]
    for places in range(1, PLACES_MAX + 1):
        tried = _longer(taken, random, BY_PLACE[places])
        tried = [args for args in tried if _is_allowed(guard, args, {})]
        found += [(args, {}) for args in tried]
        taken = [args for args in tried if _takes(function, args)] or taken
    by_name = list(_by_name(function, [args for args, _ in found if _takes(function, args)], random))
    return found + [call for call in by_name if _is_allowed(guard, *call)]


def _longer(taken: list[tuple[Any, ...]], random: Random, count: int) -> list[tuple[Any, ...]]:
    """What was taken, with one more argument."""
    if taken == [()]:
        return [(value,) for value in POOL]
    chosen = random.sample(taken, min(len(taken), count))
    made = [(*args, value) for args, value in itertools.product(chosen[:6], random.sample(POOL, 20))]
    made += [(*args, value) for args, value in zip(itertools.cycle(chosen), random.choices(FEW, k=count))]
    return random.sample(made, min(len(made), count))


def _by_name(function: Any, taken: list[tuple[Any, ...]], random: Random) -> Iterator[Call]:
    """With arguments by name: those that the function has, and one that none has."""
    yield (), {"none_has_this": 1}
    for args in taken[:3]:
        yield args, {"none_has_this": 1}
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return
    for place, parameter in enumerate(parameters):
        fitting = [args for args in taken if len(args) > place]
        for args in random.sample(fitting, min(len(fitting), 4)):
            yield args[:place] + args[place + 1 :], {parameter.name: args[place]}
            yield args[:place], {parameter.name: args[place]}
        for value in random.sample(FEW, 3):
            yield (fitting[0][:place] if fitting else ()), {parameter.name: value}


def _takes(function: Any, args: tuple[Any, ...]) -> bool:
    """Whether the values, or their number, are of the right kinds."""
    try:
        function(*copy.deepcopy(args))
    except TypeError:
        return False
    except Exception:
        return True
    return True


def _is_allowed(guard: Callable[..., None] | None, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    try:
        if guard is not None:
            guard(*args, **kwargs)
    except (Excess, Refusal):
        return False
    except Exception:
        return True  # the call itself will say what is wrong
    return True
