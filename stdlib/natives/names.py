"""Natives that the compiler emits for names that are not bound."""

from __future__ import annotations

from .model import Native


def free_variable_error(name: str) -> NameError:
    """What reading an unbound variable of a function around raises; the text is CPython 3.11's."""
    text = f"cannot access free variable '{name}' where it is not associated with a value in enclosing scope"
    return NameError(text, name=name)


def natives() -> list[Native]:
    return [Native("free_variable_error/1", free_variable_error)]
