"""The natives behind calls with stars say what CPython says."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from waymark.stdlib.natives.calls import dict_merge_call, dict_update, list_extend


class Bad:
    """Looks like a mapping from afar."""

    def keys(self) -> Any:
        raise AttributeError("keys of its own")


class Mapping:
    """Raises a KeyError of its own."""

    def keys(self) -> list[str]:
        return ["a", "b"]

    def __getitem__(self, key: str) -> int:
        if key == "b":
            raise KeyError(key)
        return 1


def f(*args: Any, **kwargs: Any) -> Any:
    return args, kwargs


class Thing:
    def method(self, *args: Any, **kwargs: Any) -> None: ...


CALLEES = {
    "function": f,
    "builtin": len,
    "class": Thing,
    "method": Thing().method,
    "host method": [].append,
    "str": "s",
}


def text_of(call: Callable[[], Any]) -> str:
    with pytest.raises((TypeError, KeyError, AttributeError)) as caught:
        call()
    return f"{type(caught.value).__name__}: {caught.value}"


def cases(callee: Any) -> list[tuple[Callable[[], Any], Callable[[], Any]]]:
    """What CPython does, and what our natives do instead."""
    twice = {"a": 2}
    return [
        (lambda: callee(*1), lambda: list_extend([], 1, callee)),  # type: ignore[arg-type]
        (lambda: callee(0, *1), lambda: list_extend([0], 1)),  # type: ignore[misc, arg-type]
        (lambda: callee(**1), lambda: dict_merge_call({}, 1, callee)),
        (lambda: callee(**[("a", 1)]), lambda: dict_merge_call({}, [("a", 1)], callee)),
        (lambda: callee(a=1, **twice), lambda: dict_merge_call({"a": 1}, {"a": 2}, callee)),
        (lambda: callee(**twice, **twice), lambda: dict_merge_call({"a": 1}, {"a": 2}, callee)),
        (lambda: callee(**Bad()), lambda: dict_merge_call({}, Bad(), callee)),
        (lambda: callee(**Mapping()), lambda: dict_merge_call({}, Mapping(), callee)),
    ]


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="the errors are CPython 3.11's")
@pytest.mark.parametrize("callee", CALLEES.values(), ids=CALLEES.keys())
def test_a_star_that_is_no_iterable_and_two_stars_that_are_no_mapping(callee: Any) -> None:
    for native, ours in cases(callee):
        assert text_of(ours) == text_of(native)


def test_an_action_is_called_by_its_key() -> None:
    expected = "TypeError: shop.charge() argument after ** must be a mapping, not int"
    assert text_of(lambda: dict_merge_call({}, 1, "shop:charge")) == expected


def test_what_an_iterable_raises_is_passed_on() -> None:
    class Broken:
        def __iter__(self) -> Any:
            raise TypeError("its own")

    assert text_of(lambda: list_extend([], Broken())) == text_of(lambda: f(*Broken())) == "TypeError: its own"


def test_keys_that_are_no_strings_are_refused_by_the_call_and_not_before() -> None:
    gathered: dict[Any, Any] = {}
    dict_merge_call(gathered, {1: 2}, f)
    assert gathered == {1: 2}


@pytest.mark.parametrize("more", [1, [("a", 1)], Bad(), Mapping(), {"a": 2}])
def test_two_stars_in_a_display_do_what_cpython_does(more: Any) -> None:
    def ours() -> dict[Any, Any]:
        made: dict[Any, Any] = {"a": 0, "z": 1}
        dict_update(made, more)
        return made

    if isinstance(more, dict):
        assert list(ours().items()) == list({"a": 0, "z": 1, **more}.items())
    else:
        assert text_of(ours) == text_of(lambda: {"a": 0, "z": 1, **more})
