"""What class statements need: descriptors, `super`, the base of workflows, and names in a class body."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, runtime_checkable

from ..values.descriptors import ClassMethod, Property, StaticMethod, Super
from ..values.markers import ABC, ABSTRACT, RUNTIME, Abstracted, Generic, Protocol, TypeVar
from ..values.named_tuples import METHODS_OF_RECORDS
from ..values.workflow import Workflow
from .model import Native
from .services import services


def class_name(namespace: dict[str, Any], name: str) -> Any:
    """A name that the class body may have bound by now."""
    if name not in namespace:
        raise NameError(f"name '{name}' is not defined", name=name)
    return namespace[name]


def class_unbind(namespace: dict[str, Any], name: str) -> None:
    """`del name` in a class body."""
    class_name(namespace, name)
    del namespace[name]


def class_header(*bases: Any, **keywords: Any) -> tuple[Any, ...]:
    """What stands between the parentheses of a class, where that is more than bases: keywords first."""
    return keywords, *bases


def class_ready(made: type, header: Any = None) -> type:
    """Behind the making of a class that nobody has to be told of; else prelude code is called in the place of this."""
    return made


def class_members_to_name(made: type) -> list[tuple[str, Any]]:
    """Names and values of the members that want to be told their name."""
    return services.get().members_to_name(made)


def abstract_method(*args: Any, **kwargs: Any) -> Any:
    """`abc.abstractmethod`: a mark on the function, which the class looks for."""
    if kwargs or len(args) != 1:
        abstractmethod(*args, **kwargs)
    services.get().write_attribute(args[0], ABSTRACT, True)
    return args[0]


def runtime_protocol(*args: Any, **kwargs: Any) -> Any:
    """`typing.runtime_checkable`."""
    if kwargs or len(args) != 1:
        runtime_checkable(*args, **kwargs)
    (kind,) = args
    if not (isinstance(kind, type) and services.get().is_protocol(kind)):
        raise TypeError(f"@runtime_checkable can be only applied to protocol classes, got {kind!r}")
    services.get().write_attribute(kind, RUNTIME, True)
    return kind


def natives() -> list[Native]:
    return [
        Native("class_header/1", class_header),
        Native("class_ready/1", class_ready, driven="class_ready"),
        Native("class_members_to_name/1", class_members_to_name),
        Native("abc.abstractmethod/1", abstract_method, mutates=(0,)),
        Native("typing.runtime_checkable/1", runtime_protocol, mutates=(0,)),
        Native("abc.ABC/1", ABC),
        Native("_abc.Abstracted/1", Abstracted),
        Native("typing.Generic/1", Generic),
        Native("typing.Protocol/1", Protocol),
        Native("typing.TypeVar/1", TypeVar),
        Native("staticmethod/1", StaticMethod),
        Native("classmethod/1", ClassMethod),
        Native("property/1", Property),
        Native("super/1", Super),
        Native("Workflow/1", Workflow),
        Native("class_name/1", class_name),
        *(Native(f"named_tuple{name}/1", method) for name, method in METHODS_OF_RECORDS.items()),
        Native("class_unbind/1", class_unbind, mutates=(0,)),
    ]
