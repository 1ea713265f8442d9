"""What the program's classes extend without saying so, and the base class of workflows as a workflow sees it."""

from __future__ import annotations


class Plain:
    """Stands between the program's classes and `object`, for the one thing of `object` that shows an address."""

    __slots__ = ()

    def __repr__(self) -> str:
        """What comes behind this class in the MRO, which CPython would find; `object` has the default."""
        mro = type(self).__mro__
        for base in mro[mro.index(Plain) + 1 : -1]:
            if "__repr__" in vars(base):
                shown: str = vars(base)["__repr__"].__get__(self, type(self))()
                return shown
        return default_repr(self)


def default_repr(value: object) -> str:
    """CPython's text for an object of the program that has no `__repr__`, without the address, which would not last."""
    kind = type(value)
    module = kind.__module__
    return f"<{kind.__qualname__ if module in (None, 'builtins') else f'{module}.{kind.__qualname__}'} object>"


class Workflow(Plain):
    """`waymark.Workflow` inside of a run, which has no client.

    So `start`, `run` and their like are not here; the compiler refuses them by name.
    """

    name: str | None = None
    version: str | None = None


# The name in CPython's messages about bases that do not fit together.
Plain.__name__ = Plain.__qualname__ = "object"
Plain.__module__ = "builtins"
Workflow.__module__ = "waymark.workflow"
