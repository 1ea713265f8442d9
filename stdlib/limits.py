"""How much one run may ask of its engine: what it makes at once, how long it computes, how large its state is.

The defaults are for engines that share a machine with others. Where CPython has an exception for what is exceeded, the
program gets that, and may catch it; any other limit ends the run, with the line and the name of the limit.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLimits:
    value_bytes: int = 1 << 26  # that one operation may make: MemoryError
    int_bits: int = 1 << 20  # of a whole number that one operation makes: MemoryError
    native_items: int = 1 << 24  # that one call of C may look at
    apart_ms: int = 300  # of processor time, for one call of C whose time nothing else bounds, as a regular expression
    busy_ticks: int = 1_000_000_000  # that a run may compute before it waits for something
    nested_ticks: int = 1_000_000  # that code which C calls back may compute, as it cannot pause
    state_bytes: int = 1 << 28  # of all that a run holds, as it is stored
    tasks: int = 1_000_000  # that are not done

    def __post_init__(self) -> None:
        for name, least in LEAST.items():
            if getattr(self, name) < least:
                raise ValueError(f"{name} is {getattr(self, name)}, and has to be at least {least}")


# Below these no program would get anywhere; what is smaller, no guard looks at.
LEAST = {
    "value_bytes": 1 << 16,
    "int_bits": 1 << 14,
    "native_items": 1 << 10,
    "apart_ms": 10,
    "busy_ticks": 1_000,
    "nested_ticks": 1_000,
    "state_bytes": 1 << 14,
    "tasks": 1,
}
DEFAULT = RunLimits()

# What each is of, and what the run gets that exceeds it; "" is the end of the run.
WHAT: dict[str, tuple[str, str]] = {
    "value_bytes": ("bytes of a value that one operation makes: a text, a list, the items of a range", "MemoryError"),
    "int_bits": ("bits of a whole number that one operation makes", "MemoryError"),
    "native_items": ("items that one call of C looks at, each counted once for every way that leads to it", ""),
    "apart_ms": ("milliseconds of processor time of a call of C that nothing else bounds: a regular expression", ""),
    "busy_ticks": ("ticks that a run computes before it waits for something", ""),
    "nested_ticks": ("ticks of code that C calls back, which cannot pause", ""),
    "state_bytes": ("bytes of all that a run holds, as they are stored", ""),
    "tasks": ("tasks of a run that are not done", ""),
}


def variable(name: str) -> str:
    """The variable of an engine's environment that sets a limit."""
    return f"WAYMARK_RUN_MAX_{name.upper()}"
