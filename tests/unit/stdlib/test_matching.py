"""The natives behind `match` and starred targets answer as CPython does."""

from __future__ import annotations

import sys
from collections import OrderedDict, defaultdict, deque
from typing import Any

import pytest

from waymark.stdlib.natives import matching

VALUES = [
    [1],
    (1,),
    "a",
    b"a",
    bytearray(b"a"),
    range(2),
    {1: 2},
    {1},
    None,
    1,
    deque(),
    OrderedDict(),
    defaultdict(int),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_sequences_and_mappings_are_those_of_cpython(value: Any) -> None:
    match value:
        case [*_]:
            kind = "sequence"
        case {}:
            kind = "mapping"
        case _:
            kind = "neither"
    assert (matching.is_sequence(value), matching.is_mapping(value)) == (kind == "sequence", kind == "mapping")


class Names:
    __match_args__ = ("a", "b")


Wrong = type("Wrong", (), {"__match_args__": ["a"]})


class Numbers:
    __match_args__ = (1,)


class Twice:
    __match_args__ = ("a", "a")
    a = 1


def attributes(kind: Any, count: int) -> None:
    seen: dict[str, Any] = {}
    for name in matching.positional_names(kind, count) or ():
        matching.check_attribute(kind, name, seen)
        seen[name] = None


@pytest.mark.parametrize("kind", [Names, Wrong, Numbers, Twice, int, object, list])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_positional_sub_patterns_are_refused_in_cpythons_words(kind: Any, count: int) -> None:
    def as_cpython(value: object) -> None:
        match count, value:
            case 1, kind(_):
                pass
            case 2, kind(_, _):
                pass
            case 3, kind(_, _, _):
                pass

    def outcome(run: Any, *args: Any) -> str:
        try:
            run(*args)
        except TypeError as error:
            return str(error)
        return "fine"

    assert outcome(attributes, kind, count) == outcome(as_cpython, kind())


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="the errors are CPython 3.11's")
def test_only_a_type_can_be_a_class_pattern() -> None:
    with pytest.raises(TypeError, match=r"^called match pattern must be a type$"):
        matching.matches_class(1, "int")
    assert matching.matches_class(True, int) and not matching.matches_class("x", int)


@pytest.mark.parametrize("value", [[], [1], "abc", range(5), 7, None, {1: 2, 3: 4}], ids=repr)
@pytest.mark.parametrize(("before", "after"), [(0, 0), (1, 0), (0, 2), (1, 1), (2, 2)])
def test_a_star_takes_what_is_left(value: Any, before: int, after: int) -> None:
    names = [*(f"a{n}" for n in range(before)), "*rest", *(f"b{n}" for n in range(after))]
    space = {"value": value}

    def as_cpython() -> tuple[Any, ...]:
        exec(f"{', '.join(names)}, = value", space)
        return tuple(space[name.removeprefix("*")] for name in names)

    def outcome(run: Any, *args: Any) -> Any:
        try:
            return run(*args)
        except (TypeError, ValueError) as error:
            return type(error), str(error)

    assert outcome(matching.unpack_star, value, before, after) == outcome(as_cpython)
