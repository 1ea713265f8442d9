"""`getattr` and its like: they pass the same gate as an attribute that is written out."""

from __future__ import annotations

import builtins
from typing import Any

from .model import Native
from .services import services


def get_attribute(*args: Any, **kwargs: Any) -> Any:
    if kwargs or not 2 <= len(args) <= 3 or type(args[1]) is not str:
        builtins.getattr(*args, **kwargs)
    try:
        return services.get().read_attribute(args[0], args[1])
    except AttributeError:
        if len(args) == 2:
            raise
    return args[2]


def has_attribute(*args: Any, **kwargs: Any) -> bool:
    if kwargs or len(args) != 2 or type(args[1]) is not str:
        builtins.hasattr(*args, **kwargs)
    if is_out_of_reach(args[0], args[1]):
        return True
    try:
        services.get().read_attribute(args[0], args[1])
    except AttributeError:
        return False
    return True


def is_out_of_reach(value: Any, name: str) -> bool:
    """Whether CPython has it, and a program cannot read it."""
    return services.get().is_out_of_reach(value, name)


def set_attribute(*args: Any, **kwargs: Any) -> None:
    if kwargs or len(args) != 3 or type(args[1]) is not str:
        builtins.setattr(*args, **kwargs)
    services.get().write_attribute(*args)


def delete_attribute(*args: Any, **kwargs: Any) -> None:
    if kwargs or len(args) != 2 or type(args[1]) is not str:
        builtins.delattr(*args, **kwargs)
    services.get().delete_attribute(*args)


def natives() -> list[Native]:
    return [
        Native("getattr/1", get_attribute),
        Native("hasattr/1", has_attribute),
        Native("is_out_of_reach/1", is_out_of_reach),
        Native("setattr/1", set_attribute, mutates=(0,)),
        Native("delattr/1", delete_attribute, mutates=(0,)),
    ]
