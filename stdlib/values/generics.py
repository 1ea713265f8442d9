"""`list[int]`, `dict[str, Order]` as values: what a program hands to a library that asks for a type."""

from __future__ import annotations

from types import GenericAlias
from typing import Any

from .forms import Form


def _taken(value: GenericAlias) -> list[Any]:
    return [value.__origin__, *value.__args__]


def _made(parts: list[Any]) -> GenericAlias:
    origin, *args = parts
    if not isinstance(origin, type):
        raise ValueError("a generic type is of something that is no type")
    return GenericAlias(origin, tuple(args))


FORMS = (Form("types.GenericAlias", GenericAlias, _taken, _made, travels=False),)
