"""What a class needs to stand in for one of CPython's: its names, and methods that complain in its words.

A message about wrong arguments is CPython's own: the call is made again on an empty object of the host, which refuses.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType, MethodType
from typing import Any

ORDERED = "__waymark_ordered__"  # in the class of an `OrderedDict`, whose views and iterators have words of their own


class Method:
    """A method of a class that stands in for the host's, as CPython's `method_descriptor` is one."""

    __slots__ = ("call", "host", "least", "most", "name", "owner")

    def __init__(
        self, owner: type, host: type, name: str, call: Callable[..., Any], least: int, most: int | None
    ) -> None:
        self.owner = owner
        self.host = host  # the class that `owner` stands in for
        self.name = name
        self.call = call
        self.least = least
        self.most = most  # None: any number

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else MethodType(self, instance)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not args or not isinstance(args[0], self.owner):
            getattr(self.host, self.name)(*args, **kwargs)
        given = len(args) - 1
        if kwargs or given < self.least or (self.most is not None and given > self.most):
            getattr(self.host, self.name)(_empty(self.host), *args[1:], **kwargs)
        return self.call(*args)

    def __repr__(self) -> str:
        return f"<method '{self.name}' of '{self.host.__name__}' objects>"


def _empty(host: type) -> Any:
    if host is MappingProxyType:
        return MappingProxyType({})
    return {}.keys() if host is type({}.keys()) else {}.items() if host is type({}.items()) else host()


# What a class that stands in stands for: its names are those that a program may be told of.
HOSTS: dict[type, type] = {}


def stands_for(host: type, made: type, methods: dict[str, tuple[int, int | None]] | None = None) -> None:
    """Give `made` the names of `host`, and these methods, which `made` has as functions, with their argument counts."""
    made.__name__, made.__qualname__, made.__module__ = host.__name__, host.__qualname__, host.__module__
    made.__doc__ = host.__doc__
    HOSTS[made] = host
    for name, (least, most) in (methods or {}).items():
        setattr(made, name, Method(made, host, name, getattr(made, name), least, most))


stands_for(type(str.upper), Method)
