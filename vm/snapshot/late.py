"""Dicts and sets get their keys last: a hash may look at anything that a key leads to.

Keys that the host hashes without asking go in first. Of the others, a dict or set comes after those that its keys lead
to: a frozenset in a frozenset. Within one, keys keep their order. The program is asked for nothing (`hashes.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from waymark.stdlib.values.sets import SetLike

from ..values.classes import class_info
from .format import BadSnapshot
from .hashes import Key, Replaying
from .keys import KeyCheck, is_plain_key
from .parts import dict_of

Values = list[Any]


class Late:
    """A dict or set that waits for its keys."""

    __slots__ = ("keys", "owner", "values")

    def __init__(self, owner: Any, keys: Values, values: Values) -> None:
        self.owner = owner
        self.keys = keys
        self.values = values

    def insert(self, replaying: Replaying) -> None:
        entries = _entries(self.owner)
        for key, value in zip(self.keys, self.values, strict=True):
            replaying.insert(entries, key, value)
        _check_count(entries, self.keys)
        _put(self.owner, entries)


def late_of(owner: Any, parts: Values) -> Late:
    """Of a dict: key, value, key, value ...; of a set: its elements."""
    if isinstance(owner, SetLike):
        return Late(owner, parts, [None] * len(parts))
    if len(parts) % 2:
        raise BadSnapshot("keys and values do not alternate")
    return Late(owner, parts[::2], parts[1::2])


def insert_plain(containers: list[Late]) -> list[Late]:
    """Fill those that have plain keys alone. Returns the others, in the order in which they are to be filled."""
    check = KeyCheck()
    rest = []
    for late in containers:
        if all(map(is_plain_key, late.keys)):
            entries = _entries(late.owner)
            entries.update(zip(late.keys, late.values, strict=True))
            _check_count(entries, late.keys)
            _put(late.owner, entries)
        else:
            for key in late.keys:
                check(key.key if type(key) is Key else key)
            rest.append(late)
    return _in_order(rest)


def _in_order(containers: list[Late]) -> list[Late]:
    """What the keys of one lead to comes before it; rings are cut where they are met."""
    waiting = {id(late.owner): late for late in containers}
    ordered: list[Late] = []
    seen: set[int] = set()
    for first in containers:
        if id(first.owner) in seen:
            continue
        seen.add(id(first.owner))
        stack: list[tuple[Any, Iterator[Any]]] = [(first.owner, iter(_inside(first.owner, waiting)))]
        while stack:
            value, inside = stack[-1]
            each = next((held for held in inside if id(held) not in seen), None)
            if each is None:
                stack.pop()
                if id(value) in waiting:
                    ordered.append(waiting[id(value)])
            else:
                seen.add(id(each))
                stack.append((each, iter(_inside(each, waiting))))
    return ordered


def _inside(value: Any, waiting: dict[int, Late]) -> Values:
    """What a hash may look at in a value."""
    if type(value) is Key:
        return [value.key]
    late = waiting.get(id(value))
    if late is not None:
        return [held for held in (*late.keys, *late.values) if not is_plain_key(held)]
    found: Values = []
    if issubclass(type(value), tuple):
        found += tuple.__iter__(value)
    elif issubclass(type(value), list):
        found += list.__iter__(value)
    elif issubclass(type(value), dict):
        found += [held for pair in dict.items(value) for held in pair]
    if class_info(type(value)) is not None:
        found += dict_of(value).values()
    if found:
        return [held for held in found if not is_plain_key(held)]
    return []


def _entries(owner: Any) -> dict[Any, Any]:
    """Where the keys go. A class that extends dict may have a `__setitem__` of its own: its instances get them from a
    dict, which has their hashes."""
    if isinstance(owner, SetLike):
        return owner.waymark_items
    return owner if type(owner) is dict else {}


def _put(owner: Any, entries: dict[Any, Any]) -> None:
    if not isinstance(owner, SetLike) and entries is not owner:
        dict.update(owner, entries)


def _check_count(entries: dict[Any, Any], keys: Values) -> None:
    if len(entries) != len(keys):
        raise BadSnapshot("a dict or set has one key twice")
