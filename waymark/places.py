"""The module that another process would import a decorated thing from."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any


def importable_module(thing: Any) -> str:
    """The module that another process would import; `__main__` has a name of its own there."""
    module: str = thing.__module__
    if module != "__main__":
        return module
    from waymark.vm import crossing  # objects of its classes cross under the name, too

    name = _name_of_main()
    crossing.names_of_main[:] = [name]
    return name


def _name_of_main() -> str:
    main = sys.modules["__main__"]
    if (spec := getattr(main, "__spec__", None)) is not None:  # python -m shop.checkout
        return str(spec.name)
    if (path := getattr(main, "__file__", None)) is not None:  # python shop/checkout.py
        from waymark.runtime.workers.modules import name_of_file

        name, _ = name_of_file(Path(path))
        return name
    return "__main__"  # an interactive session: no other process will ever see it
