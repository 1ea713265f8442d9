"""Enums whose members the program itself makes, or who are told of their subclasses: CPython's."""

from __future__ import annotations

import pytest
from differential import assert_same, script

BODIES = {
    "a `__new__` makes the members of the enums that extend its class": """
        class AutoNumber(IntEnum):
            def __new__(cls):
                made = int.__new__(cls, len(cls.__members__) + 1)
                made._value_ = len(cls.__members__) + 1
                return made
        class Labelled(int, Enum):
            def __new__(cls, *args):
                value, label = args
                made = int.__new__(cls, value)
                made.label, made._value_ = label, value
                return made
        class Color(AutoNumber):
            red = ()
            green = ()
        await act()
        class State(Labelled):
            new = (1, "New")
            old = (2, "Old")
        labels = [(each.label, each.value) for each in State]
        return list(map(int, Color)), Color(2) is Color.green, labels, State(1) == 1
    """,
    "`__init_subclass__` of an enum is called": """
        class Told(Flag):
            def __init_subclass__(cls, **named):
                super().__init_subclass__(**named)
                print(cls.__name__, named, len(cls.__members__))
                cls.told = True
        class Some(Told):
            pass
        await act(Some.told)
        class Members(Some, boundary=KEEP):
            ONE = 1
            TWO = 2
        return Members.told, list(Members), Members(7)
    """,
    "`value` of an `auto()` may be set": """
        weird = auto()
        weird.value = "a case of its own"
        await act()
        class Color(Enum):
            red = weird
            def _generate_next_value_(name, start, count, last):
                return name, count, last
            blue = auto()
        return Color.red.value, Color.blue.value
    """,
}


@pytest.mark.parametrize("name", BODIES)
def test_enums_are_made_as_cpython_makes_them(name: str) -> None:
    assert_same(script(BODIES[name], above="from enum import KEEP, Enum, Flag, IntEnum, auto\n"))
