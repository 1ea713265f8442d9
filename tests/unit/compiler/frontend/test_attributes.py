"""Attributes: what is refused before a program runs is refused by the gate as well, whatever the value is."""

from __future__ import annotations

import pytest

from waymark.compiler.frontend.attributes import INTERPRETER
from waymark.vm import gate
from waymark.vm.errors import Uncatchable
from waymark.vm.values.classes import make_class

from ..programs import codes, compiled

KIND = make_class("Kind", (), {"__module__": "shop", "__qualname__": "Kind"})
VALUES = ([], 1, "x", int, object, object(), ValueError(), ValueError, KIND, KIND(), len, lambda: 0, {}.items())


@pytest.mark.parametrize("name", sorted(INTERPRETER))
def test_the_gate_refuses_what_the_compiler_refuses(name: str) -> None:
    assert codes(compiled(f"return items.{name}")) == ["WM205"]
    for value in VALUES:
        if hasattr(value, name):
            with pytest.raises(Uncatchable):
                gate.read(value, name)


def test_a_refused_attribute_is_shown_with_its_fix() -> None:
    (refused,) = compiled("return items.append.__globals__").diagnostics
    assert refused.headline() == (
        "`.__globals__` looks inside the Python interpreter, which a compiled workflow does not have"
    )
    assert refused.help() == "move it into an @action: its result is stored once and never asked for again"


@pytest.mark.parametrize("name", ["f_code", "tb_next", "__class__", "__name__", "globals"])
def test_what_a_class_of_the_program_may_have_is_left_to_the_gate(name: str) -> None:
    assert codes(compiled(f"return items.{name}")) == []


def test_private_names_are_mangled_in_attributes_and_not_in_keywords() -> None:
    compilation = compiled("return items.__key, dict(__key=1)")
    assert "items._Checkout__key, dict(__key=1)" in compilation.wrl
