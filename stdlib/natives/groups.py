"""Natives for exception groups and `except*`: steps of `stdlib/prelude/core/groups.wrl` that call no code of a program.

Texts are CPython 3.11's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..values.tracebacks import set_traceback, traceback_of
from .calls import exception_matches
from .model import Native


def is_group(value: Any) -> bool:
    """Whether it is an exception group, whatever the value says of its class."""
    return issubclass(type(value), BaseExceptionGroup)


def are_error_classes(condition: Any) -> bool:
    """Whether `split` tests types by this condition. The TypeError is for what is no function either."""
    kinds = condition if type(condition) is tuple else (condition,)
    if all(issubclass(type(kind), type) and issubclass(kind, BaseException) for kind in kinds):
        return True
    raise TypeError("expected a function, exception type or tuple of exception types")


def group_metadata(made: BaseException, group: BaseException) -> None:
    """What a part of a group has of the group: where it has been, cause and context."""
    set_traceback(made, traceback_of(group))
    made.__context__ = group.__context__
    made.__cause__ = group.__cause__


def is_sequence_like(value: Any) -> bool:
    """Whether C takes it for a sequence: only such notes go to the parts of a group."""
    return hasattr(type(value), "__getitem__") and not isinstance(value, dict)


def check_star(kinds: Any) -> None:
    """Refuse what must not stand behind `except*`."""
    exception_matches(_NOTHING, kinds)  # refuses what is no exception class
    if any(issubclass(kind, BaseExceptionGroup) for kind in (kinds if isinstance(kinds, tuple) else (kinds,))):
        raise TypeError("catching ExceptionGroup with except* is not allowed. Use except instead.")


def check_split(parts: Any, group: BaseException) -> None:
    """Refuse what a `split` of the program gave, unless `except*` can use it."""
    if type(parts) is not tuple:
        raise TypeError(f"{type(group).__name__}.split must return a tuple, not {type(parts).__name__}")
    if len(parts) < 2:
        raise TypeError(f"{type(group).__name__}.split must return a 2-tuple, got tuple of size {len(parts)}")


def went_on(error: BaseException, caught: BaseException) -> bool:
    """Whether what left an `except*` clause is a part of what was caught, raised again as it was."""
    return (
        traceback_of(error) is traceback_of(caught)
        and error.__cause__ is caught.__cause__
        and error.__context__ is caught.__context__
    )


def group_members(group: BaseException) -> tuple[BaseException, ...]:
    """What is in the group, whatever its class has under `exceptions`."""
    members: tuple[BaseException, ...] = _MEMBERS.__get__(group)
    return members


def group_leaves(groups: Iterable[BaseException]) -> list[BaseException]:
    """The exceptions in the groups that are no groups themselves."""
    leaves: list[BaseException] = []
    waiting = list(groups)
    while waiting:
        error = waiting.pop()
        if is_group(error):
            waiting += group_members(error)
        else:
            leaves.append(error)
    return leaves


def members_among(group: BaseException, leaves: Iterable[BaseException]) -> list[BaseException]:
    """The groups in the group, and those of the leaves that are in it."""
    known = {id(leaf) for leaf in leaves}
    return [error for error in group_members(group) if is_group(error) or id(error) in known]


_MEMBERS: Any = vars(BaseExceptionGroup)["exceptions"]
_NOTHING = Exception()


def natives() -> list[Native]:
    return [
        Native("is_group/1", is_group),
        Native("are_error_classes/1", are_error_classes),
        Native("group_metadata/1", group_metadata, mutates=(0,)),
        Native("is_sequence_like/1", is_sequence_like),
        Native("check_star/1", check_star),
        Native("check_split/1", check_split),
        Native("went_on/1", went_on),
        Native("group_leaves/1", group_leaves),
        Native("group_members/1", group_members),
        Native("members_among/1", members_among),
        Native("traceback_of/1", traceback_of),
    ]
