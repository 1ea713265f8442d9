"""`@action`: what it registers, what it refuses, and what it leaves alone."""

from __future__ import annotations

import asyncio
import functools
import importlib

import pytest

from waymark import action
from waymark.registry import registry

from .conftest import UserProject

CHARGE = """
    from waymark import action

    @action
    async def charge(order_id: int) -> int:
        return order_id * {factor}
"""


def test_outside_a_workflow_an_action_is_the_function_that_was_written(project: UserProject) -> None:
    shop = project.module("shop", CHARGE.format(factor=2))
    assert asyncio.run(shop.charge(7)) == 14
    assert registry["shop:charge"] is shop.charge


def test_an_action_may_have_a_name_of_its_own(project: UserProject) -> None:
    shop = project.module(
        "shop",
        """
        from waymark import action

        @action(name="pay")
        async def charge() -> None: ...

        @action()
        async def refund() -> None: ...
        """,
    )
    assert dict(registry) == {"shop:pay": shop.charge, "shop:refund": shop.refund}


async def generator():
    yield 1


class Callable:
    async def __call__(self) -> None: ...


@pytest.mark.parametrize(
    ("thing", "shown"),
    [
        (lambda: None, "<lambda>"),
        (generator, "generator"),
        (functools.partial(asyncio.sleep, 1), "functools.partial"),
        (staticmethod(asyncio.sleep), "sleep"),
        (Callable(), "Callable object"),
        (int, "int"),
        (7, "7"),
    ],
)
def test_what_is_no_async_def_is_refused(thing: object, shown: str) -> None:
    with pytest.raises(TypeError, match=rf"^@action needs an `async def`, and .*{shown}.* is none: wrap blocking work"):
        action(thing)  # type: ignore[call-overload]


@pytest.mark.parametrize("name", ["", 7])
def test_a_name_is_text(name: object) -> None:
    with pytest.raises(TypeError, match=r"^@action\(name=...\) takes the name as text"):
        action(name=name)  # type: ignore[call-overload]


def test_two_functions_of_one_name_are_a_mistake_that_is_told_with_both_places(project: UserProject) -> None:
    project.module("shop", CHARGE.format(factor=2))
    other = project.module("other", CHARGE.format(factor=3))
    other.charge.__module__ = "shop"
    with pytest.raises(ValueError, match=r"'shop:charge' is already registered by .*shop.py:charge; .*other.py:charge"):
        action(other.charge)
    assert asyncio.run(registry["shop:charge"](1)) == 2, "the first one stays"


def test_a_reloaded_module_registers_its_new_functions(project: UserProject) -> None:
    shop = project.module("shop", CHARGE.format(factor=2))
    project.write("shop", CHARGE.format(factor=30))
    importlib.reload(shop)
    assert asyncio.run(registry["shop:charge"](1)) == 30
