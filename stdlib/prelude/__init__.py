"""The prelude: what the standard library does in workflow code, as text that our compiler compiles.

It is shipped as WRL and compiled where programs are compiled; an engine gets it as stored units, like any other code.
"""

from __future__ import annotations

from importlib import resources

# In the order of their links: a module may link to those before it.
MODULES = (
    "waymark.prelude.core",
    "waymark.prelude.asyncio",
    "waymark.prelude.patterns",
    "waymark.prelude.dataclasses",
    "waymark.prelude.messages",
    "waymark.prelude.runs",
)

# Its exports carry out what instructions and natives cannot do in C, over the program's own objects. Every unit names
# the unit of this module as its protocol.
PROTOCOL = "waymark.prelude.core"

# How names of its modules begin that no program gets at the insides of.
INTERNAL = "waymark.prelude."

# The files of its text, in order; all declarations are in the first one.
_PARTS = (
    "declarations",
    "actions",
    "operators",
    "iteration",
    "awaiting",
    "lazily",
    "conversions",
    "reductions",
    "containers",
    "objects",
    "groups",
)


def source(module: str) -> str:
    """The WRL text of a prelude module."""
    folder, name = resources.files(__name__), module.rpartition(".")[2]
    paths = [f"{name}/{part}" for part in _PARTS] if module == PROTOCOL else [name]
    return "".join(folder.joinpath(f"{path}.wrl").read_text(encoding="utf-8") for path in paths)
