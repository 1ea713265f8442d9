"""The natives behind `with`, `async with` and `async for` say what CPython says, and look where it looks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from waymark.stdlib.natives import contexts


class Half:
    def __enter__(self) -> None: ...


class AsyncHalf:
    async def __aenter__(self) -> None: ...


class Gives:
    def __init__(self, value: object) -> None:
        self.value = value

    def __aiter__(self) -> Any:
        return self.value

    def __anext__(self) -> Any:
        return self.value

    def __aenter__(self) -> Any:
        return self.value

    def __aexit__(self, *told: object) -> Any:
        return self.value


def said_by(run: Callable[[], Any]) -> str:
    with pytest.raises(TypeError) as caught:
        run()
    return str(caught.value)


async def enter(thing: Any) -> None:
    async with thing:
        pass


async def iterate(thing: Any) -> None:
    async for _ in thing:
        pass


@pytest.mark.parametrize("thing", [1, None, "text", Half(), AsyncHalf(), Half])
def test_what_is_no_context_manager_is_refused_in_cpythons_words(thing: Any) -> None:
    def plainly() -> None:
        with thing:
            pass

    assert said_by(lambda: contexts.context_methods(thing)) == said_by(plainly)
    assert said_by(lambda: contexts.async_context_methods(thing)) == said_by(lambda: asyncio.run(enter(thing)))


@pytest.mark.parametrize("thing", [1, None, [1], Gives])
def test_what_is_no_asynchronous_iterable_is_refused_in_cpythons_words(thing: Any) -> None:
    assert said_by(lambda: contexts.async_iter(thing)) == said_by(lambda: asyncio.run(iterate(thing)))
    assert said_by(lambda: contexts.async_iterator(thing)) == said_by(lambda: asyncio.run(iterate(Gives(thing))))


@pytest.mark.parametrize("value", [1, None, "text"])
def test_what_cannot_be_awaited_is_refused_in_cpythons_words(value: object) -> None:
    assert said_by(lambda: contexts.async_entered(value)) == said_by(lambda: asyncio.run(enter(Gives(value))))
    gives = Gives(value)
    gives.value = gives
    expected = said_by(lambda: asyncio.run(iterate(gives)))
    assert said_by(lambda: contexts.async_item(gives)) == expected


def test_methods_are_bound_and_found_on_the_type() -> None:
    class Manager:
        def __enter__(self) -> Manager:
            return self

        @classmethod
        def __exit__(cls, *told: object) -> type:
            return cls

    manager = Manager()
    manager.__enter__ = None  # type: ignore[method-assign, assignment]
    enter, leave = contexts.context_methods(manager)
    assert enter() is manager and leave() is Manager
