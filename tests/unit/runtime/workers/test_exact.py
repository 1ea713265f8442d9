"""Calls that are made as they stand are those that the careful way leaves alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import pytest

from waymark.dependencies import Depend
from waymark.runtime.workers.exact import fits_exactly
from waymark.runtime.workers.fitting import fitted_call


def plain(number: int, text: str = "") -> None: ...
def unsaid(number, text=None) -> None: ...  # type: ignore[no-untyped-def]
def anything(value: Any, items: list) -> None: ...  # type: ignore[type-arg]
def of_parts(items: list[int]) -> None: ...
def perhaps(number: int | None = None) -> None: ...
def by_name(*, number: int) -> None: ...
def many(*numbers: int) -> None: ...
def given(number: int, db: Annotated[str, Depend(str)]) -> None: ...


@pytest.mark.parametrize(
    ("function", "args", "exact"),
    [
        (plain, (1, "x"), True),
        (plain, (1,), True),
        (unsaid, (1, None), True),
        (anything, (None, [1]), True),
        (plain, (), False),
        (plain, (1, "x", 2), False),
        (plain, (True,), False),
        (plain, ("1",), False),
        (plain, (1.0,), False),
        (anything, (1, (1,)), False),
        (of_parts, ([1],), False),
        (perhaps, (1,), False),
        (by_name, (), False),
        (many, (1, 2), False),
        (given, (1,), False),
    ],
)
def test_a_call_fits_exactly_if_each_argument_is_of_the_class_that_is_named(
    function: Callable[..., Any], args: tuple[Any, ...], exact: bool
) -> None:
    assert fits_exactly(function, args) == exact
    if exact:
        assert fitted_call(function, args, {}) == (args, {})


def test_a_callable_without_a_hash_is_looked_at_with_care() -> None:
    class Unhashable:
        __hash__ = None  # type: ignore[assignment]

        def __call__(self, number: int) -> None: ...

    assert not fits_exactly(Unhashable(), (1,))
