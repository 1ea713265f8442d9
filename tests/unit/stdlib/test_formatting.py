"""`str.format` with fields that read attributes says what CPython's says, and passes the gate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waymark.stdlib.natives.formatting import format_map, format_text
from waymark.stdlib.natives.services import services


class _Gate:
    """Everything but dunder names."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def read_attribute(self, value: Any, name: str) -> Any:
        self.read.append(name)
        if name.startswith("__"):
            raise PermissionError(name)
        return getattr(value, name)


@pytest.fixture
def gate() -> Iterator[_Gate]:
    made = _Gate()
    token = services.set(made)  # type: ignore[arg-type]
    yield made
    services.reset(token)


PIECES = st.lists(
    st.sampled_from(
        "{0} {} {1.real} {.imag} {x.real} {0.real.imag} {0.nothing} {x[k]} {0[1].real} {x.real!r} {0.real:>5} "
        "{0.real:>{1}} {0.real:{1.real}} {{ }} { } ab {0!s} {0.real!x} {5.real} {y.real} {.real:{}} {0.real:{1:{2}}} "
        "{0.} {.0}".split()
    ),
    max_size=5,
)
VALUES: tuple[Any, ...] = (3, 4.5, [1, 2j], "text", {"k": 1})


@given(PIECES, st.lists(st.sampled_from(VALUES), max_size=3), st.sampled_from(VALUES))
def test_formats_that_read_attributes_are_cpythons(pieces: list[str], args: list[Any], named: Any) -> None:
    text = " ".join(pieces)
    token = services.set(_Gate())  # type: ignore[arg-type]
    try:
        for call, given_args, given_named in (
            (text.format, tuple(args), {"x": named}),
            (text.format_map, ({"x": named},), {}),
        ):
            ours = format_text if call.__name__ == "format" else format_map
            assert _told(ours, text, *given_args, **given_named) == _told(call, *given_args, **given_named), text
    finally:
        services.reset(token)


def _told(call: Any, *args: Any, **kwargs: Any) -> Any:
    try:
        return call(*args, **kwargs)
    except Exception as error:
        return type(error), str(error)


@pytest.mark.parametrize(
    "text", ["{0.__class__}", "{0.real.__class__}", "{0[0].__class__}", "{0:{1.__class__}}", "{x.__class__}"]
)
def test_no_field_reads_what_the_gate_refuses(gate: _Gate, text: str) -> None:
    with pytest.raises(PermissionError):
        format_text(text, [1] if "[0]" in text else 1, 2, x=3)
    assert gate.read[-1] == "__class__"


def test_wrong_arguments_are_cpythons(gate: _Gate) -> None:
    for call in (
        lambda: format_text(5),
        lambda: format_text(),
        lambda: format_map("{x.real}"),
        lambda: format_map("a", b=1),
    ):
        with pytest.raises(TypeError):
            call()
