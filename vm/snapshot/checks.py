"""What the values of a node are checked for before an object gets them: the machine relies on the types of its own."""

from __future__ import annotations

from typing import Any

from ..loaded import LoadedFunction, LoadedUnit

Values = list[Any]


def expect(value: Any, *kinds: type) -> Any:
    if not isinstance(value, kinds):
        raise ValueError(f"a {type(value).__name__} stands where a {kinds[0].__name__} should")
    return value


def one_of(value: Any, words: tuple[str, ...]) -> Any:
    if type(value) is not str or value not in words:
        raise ValueError(f"a {type(value).__name__} is none of {', '.join(words)}")
    return value


def counted(values: Values, at: int) -> tuple[Values, int]:
    """The values behind the count that stands at a place, and where they end."""
    count = values[at] if at < len(values) else None
    if type(count) is not int or not 0 <= count < len(values) - at:
        raise ValueError("a count is wrong")
    return values[at + 1 : at + 1 + count], at + 1 + count


def own_list(values: Values) -> list[Any]:
    """A list of the machine's own, which is in a page when it is large."""
    return values[0] if len(values) == 1 and type(values[0]) is list else values


def named_pairs(values: Values) -> dict[str, Any]:
    """Name, value, name, value ..."""
    if len(values) % 2 or any(type(name) is not str for name in values[::2]):
        raise ValueError("names and values do not alternate")
    return dict(zip(values[::2], values[1::2], strict=True))


def code(unit: Any, index: Any) -> LoadedFunction:
    """A function of a unit, by its number."""
    functions = expect(unit, LoadedUnit).functions
    if type(index) is not int or not 0 <= index < len(functions):
        raise ValueError("there is no such function in its unit")
    found: LoadedFunction = functions[index]
    return found
