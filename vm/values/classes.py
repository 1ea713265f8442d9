"""Classes of the program: real Python classes, so that C code, `isinstance`, `except` and descriptors work.

Their methods are VM functions. A class made by a run belongs to that run: its snapshot is name, bases and namespace,
and restoring makes a new class of them. No class object is ever shared by two runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary


@dataclass(frozen=True, slots=True)
class ClassInfo:
    """What the class was made of; `namespace` as the class body left it, in its order."""

    name: str
    bases: tuple[type, ...]
    namespace: tuple[tuple[str, Any], ...]


_INFO: WeakKeyDictionary[type, ClassInfo] = WeakKeyDictionary()


def make_class(name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> type:
    """Build a class of the program. What CPython refuses (a bad base, a slot conflict) is CPython's own TypeError."""
    made = type(name, bases, dict(namespace))
    _INFO[made] = ClassInfo(name, bases, tuple(namespace.items()))
    return made


def class_info(candidate: type) -> ClassInfo | None:
    """What a class of the program was made of, or None for a host's class."""
    return _INFO.get(candidate)
