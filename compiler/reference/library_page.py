"""The text of the library's page."""

from __future__ import annotations

from collections.abc import Iterator

from waymark.stdlib.catalogue import NATIVES, OUTSIDE

from .library import Entry, entries
from .pages import MADE, link, table

_HEAD = f"""\
# The library, name by name

{MADE}
Every public name of every module that workflows may import, as Python 3.11 has them. A name is there, or refused with
what to do instead: there is no third outcome. What is there does what CPython's does.

- **leaf**: one call of C, which never calls the program.
- **driven**: where an argument is an object of the program, prelude code calls it by frames, which can pause.
- **nested**: C calls an argument's own methods back; such a call runs to its end before the run can pause.
- **prelude**: written in workflow Python, and compiled as the program is.
- **constant**, **compiled**: the compiler writes it out.

A call costs a tick for each 64 items that it is given, but where it is called *flat*; *guarded* are calls whose result
could be larger than a limit allows ([limits](limits.md))."""


def library_page() -> str:
    """Every public name of every covered module, and of the builtin types."""
    parts = [_HEAD]
    for module, names in entries().items():
        there = [each for each in names if each.kind]
        refused = [each for each in names if not each.kind]
        title = module.removeprefix("builtins.")
        parts.append(f"## {title}\n\n{len(there)} of {len(names)} names are there.")
        if there:
            parts.append("\n".join(_there(module, there)))
        if refused:
            parts.append(table(("refused", "", "instead"), _refused(refused)))
    return "\n\n".join(parts) + "\n"


def _there(module: str, names: list[Entry]) -> Iterator[str]:
    """The names of each kind on a line of their own, with what is said of single ones behind them."""
    for kind in dict.fromkeys(each.kind for each in names):
        shown = (f"`{each.name}`{_told(module, each)}" for each in names if each.kind == kind)
        yield f"- **{kind}**: {', '.join(shown)}"


def _told(module: str, entry: Entry) -> str:
    key = OUTSIDE.get(f"{module}.{entry.name}")
    if key is None or entry.kind not in ("leaf", "driven", "nested"):
        return ""
    native = NATIVES[key]
    revision = f"revision {native.revision}" if native.revision > 1 else ""
    told = [revision, "flat" if native.flat else "", "guarded" if native.guard else "", native.note]
    shown = "; ".join(filter(None, told))
    return f" ({shown})" if shown else ""


def _refused(names: list[Entry]) -> Iterator[tuple[str, str, str]]:
    """A row for each reason."""
    for code, reason in dict.fromkeys((each.code, each.reason) for each in names):
        shown = ", ".join(f"`{each.name}`" for each in names if (each.code, each.reason) == (code, reason))
        yield shown, link(code) if code else "", reason
