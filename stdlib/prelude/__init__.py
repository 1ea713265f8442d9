"""The prelude: what the standard library does in workflow code, as text that our compiler compiles.

It is shipped as WRL and compiled where programs are compiled; an engine gets it as stored units, like any other code.
"""

from __future__ import annotations

from importlib import resources

# In the order of their links: a module may link to those before it.
MODULES = ("waymark.prelude.core", "waymark.prelude.asyncio")


def source(module: str) -> str:
    """The WRL text of a prelude module."""
    return resources.files(__name__).joinpath(f"{module.rpartition('.')[2]}.wrl").read_text(encoding="utf-8")
