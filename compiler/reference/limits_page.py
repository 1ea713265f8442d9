"""The text of the page of limits."""

from __future__ import annotations

from collections.abc import Iterator

from waymark.stdlib.limits import DEFAULT, LEAST, WHAT, variable

from .pages import MADE, table

_HEAD = f"""\
# Limits of a run

{MADE}
What one run may ask of its engine. Each limit is a variable of the engine's environment. Where CPython has an exception
for what is exceeded, the program gets that one, and may catch it. Any other limit ends the run, whatever handlers it
has, with its line and the name of the limit.

A tick is paid for each function that is entered, each turn of a loop, each 64 items that a call of C is given, and each
4 KiB of a large value that is made. An engine takes turns between runs by ticks: a loop without end keeps nobody from
anything, and ends by `busy_ticks`."""


def limits_page() -> str:
    """Every limit, what it is of, and how it is set."""
    head = ("limit", "variable", "default", "least", "of what", "exceeded")
    return f"{_HEAD}\n\n{table(head, _rows())}\n"


def _rows() -> Iterator[tuple[str, ...]]:
    for name, (what, error) in WHAT.items():
        default = f"{getattr(DEFAULT, name):,}"
        yield f"`{name}`", f"`{variable(name)}`", default, f"{LEAST[name]:,}", what, f"`{error}`" if error else "ends"
