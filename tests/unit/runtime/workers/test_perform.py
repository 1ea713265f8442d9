"""One attempt of an action: whatever it does is an outcome."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest

from waymark.runtime.workers.perform import ActionNotFound, perform
from waymark.vm.surface import Raised, Succeeded
from waymark.vm.wire import decode_outcome, encode_value


def attempt(function: Any, *args: Any, **kwargs: Any) -> Any:
    data = asyncio.run(perform({"shop:act": function}, "shop:act", encode_value((args, kwargs))))
    return decode_outcome(data)


def error(outcome: Any) -> BaseException:
    assert isinstance(outcome, Raised)
    return outcome.error


async def divide(one: int, *, by: int = 1) -> float:
    return one / by


def test_the_arguments_arrive_and_the_value_comes_back():
    assert attempt(divide, 9, by=2) == Succeeded(4.5)


def test_what_it_raises_is_its_outcome():
    assert isinstance(error(attempt(divide, 1, by=0)), ZeroDivisionError)


def test_arguments_that_do_not_fit_are_the_calls_own_error():
    assert "unexpected keyword argument 'over'" in str(error(attempt(divide, 1, over=2)))


def test_a_result_that_cannot_be_sent_says_where_it_is():
    async def act() -> Any:
        return {"items": [1, lambda: 0]}

    said = str(error(attempt(act)))
    assert said.startswith("the result of action shop:act cannot be sent back: ") and "items[1]" in said


def test_exiting_ends_the_action_and_not_its_worker():
    async def act() -> None:
        sys.exit(3)

    assert isinstance(error(attempt(act)), SystemExit)


def test_a_cancellation_of_its_own_making_is_an_error_like_others():
    async def act() -> None:
        raise asyncio.CancelledError("mine")

    assert str(error(attempt(act))) == "mine"


def test_a_cancellation_from_outside_goes_through():
    async def endless() -> None:
        await asyncio.Event().wait()

    async def cancelled() -> None:
        task = asyncio.create_task(perform({"a:b": endless}, "a:b", encode_value(((), {}))))
        await asyncio.sleep(0)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled())


def test_an_unknown_action_names_the_module_to_import():
    said = "no worker has imported module shop.cart, where action 'buy' is; add shop.cart to WAYMARK_USER_MODULE"
    with pytest.raises(ActionNotFound, match=f"^{said}$"):
        asyncio.run(perform({}, "shop.cart:buy", encode_value(((), {}))))


def test_an_unknown_action_of_a_known_module_names_those_that_it_has():
    with pytest.raises(ActionNotFound, match=r"^module shop has no action 'buy'; its actions: sell$"):
        asyncio.run(perform({"shop:sell": divide}, "shop:buy", encode_value(((), {}))))
