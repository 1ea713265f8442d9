"""What class statements need: descriptors, `super`, the base of workflows, and names in a class body."""

from __future__ import annotations

from typing import Any

from ..values.descriptors import ClassMethod, Property, StaticMethod, Super
from ..values.workflow import Workflow
from .model import Native


def class_name(namespace: dict[str, Any], name: str) -> Any:
    """A name that the class body may have bound by now."""
    if name not in namespace:
        raise NameError(f"name '{name}' is not defined", name=name)
    return namespace[name]


def class_unbind(namespace: dict[str, Any], name: str) -> None:
    """`del name` in a class body."""
    class_name(namespace, name)
    del namespace[name]


def natives() -> list[Native]:
    return [
        Native("staticmethod/1", StaticMethod),
        Native("classmethod/1", ClassMethod),
        Native("property/1", Property),
        Native("super/1", Super),
        Native("Workflow/1", Workflow),
        Native("class_name/1", class_name),
        Native("class_unbind/1", class_unbind, mutates=(0,)),
    ]
