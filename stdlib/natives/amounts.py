"""How much one operation may make or look at: what guards ask before C begins.

CPython would raise MemoryError too, if the memory is really gone, or fill it first. Here the program gets it at once.
"""

from __future__ import annotations

from typing import Any, NoReturn

from ..limits import DEFAULT, LEAST, RunLimits, variable
from .services import Excess, Refusal, services

SMALL = LEAST["value_bytes"]  # no limit is lower, and what is smaller costs nothing
BYTES_PER_TICK = 1 << 12
ITEM_BYTES = 40  # of a list of whole numbers: the place in the list, and the number
INDEX_MAX = (1 << 63) - 1  # what is larger is no index to CPython: it says so at once, by an error of its own


def limits() -> RunLimits:
    serving = services.get(None)
    return DEFAULT if serving is None else serving.limits()


def check_made(size: int) -> None:
    """Before a value of so many bytes is made. A large one is paid for."""
    if size <= SMALL:
        return
    serving = services.get(None)
    allowed = DEFAULT if serving is None else serving.limits()
    if size > allowed.value_bytes:
        raise Excess(MemoryError())
    if serving is not None:
        serving.pay(size // BYTES_PER_TICK)


def check_index(size: Any) -> None:
    """Before a value of so many bytes is made, where C takes an index and refuses any other value itself."""
    if isinstance(size, int) and SMALL < (number := int.__index__(size)) <= INDEX_MAX:
        check_made(number)


def check_bits(bits: int) -> None:
    """Before a whole number of so many bits is made."""
    if bits > LEAST["int_bits"] and bits > limits().int_bits:
        raise Excess(MemoryError())


def check_looked_at(items: int) -> None:
    """Before C looks at so many items, of which it makes nothing large."""
    if items > LEAST["native_items"] and items > (allowed := limits().native_items):
        exceed("native_items", f"one call of C would look at {items:,} items, and may look at {allowed:,}")


def exceed(name: str, text: str) -> NoReturn:
    """A limit for which CPython has no exception: the run ends, whatever handlers it has."""
    raise Refusal(exceeded(name, text))


def exceeded(name: str, text: str) -> str:
    return f"{text} (the limit `{name}`, {variable(name)})"


def length(items: range) -> int:
    """How many items a range has, however many."""
    return max(0, (items.stop - items.start + items.step - (1 if items.step > 0 else -1)) // items.step)
