"""`enum`, named tuples and typed dicts, and what their class statements need."""

from __future__ import annotations

from typing import Any

from ..values import enums, enums_mixed, flags
from ..values.enum_bodies import EnumNamespace, auto, member, namespace_of, nonmember
from ..values.enum_checks import CHECKS, EnumCheck
from ..values.named_tuples import NAMED_TUPLE, named_tuple
from ..values.typed_dicts import TypedDict, TypedDictType
from .model import Native
from .services import services

_CLASSES: tuple[Any, ...] = (
    *(enums.Enum, enums_mixed.IntEnum, enums_mixed.StrEnum, enums_mixed.ReprEnum, enums.EnumType),
    *(flags.Flag, flags.IntFlag, flags.FlagBoundary, EnumCheck),
)


def class_namespace(name: str, *bases: Any) -> dict[str, Any]:
    """What the body of a class with these bases fills; the first may be a header, see `class_header`."""
    keywords: dict[str, Any] = {}
    if len(bases) == 1 and type(bases[0]) is tuple:
        keywords, *found = bases[0]
        services.get().touch(keywords)
        bases = tuple(found)
    if any(isinstance(base, TypedDictType) for base in bases):
        keywords.pop("total", None)
    namespace = namespace_of(name, bases)
    if isinstance(namespace, EnumNamespace):
        namespace.boundary = keywords.pop("boundary", None)
    return namespace


def receive_arguments() -> None:
    """Called when the classes of a run are there, and before the run begins."""
    services.get().receive_arguments()


def natives() -> list[Native]:
    return [
        Native("receive_arguments/1", receive_arguments),
        Native("class_namespace/1", class_namespace),
        *(Native(f"enum.{kind.__name__}/1", kind) for kind in _CLASSES),
        *(Native(f"{name}/1", value) for name, value in (flags.BOUNDARIES | CHECKS).items()),
        Native("collections.namedtuple/1", named_tuple),
        Native("typing.NamedTuple/1", NAMED_TUPLE),
        Native("typing.TypedDict/1", TypedDict),
        Native("enum.auto/1", auto),
        Native("enum.member/1", member),
        Native("enum.nonmember/1", nonmember),
        Native("enum.unique/1", enums.unique),
    ]
