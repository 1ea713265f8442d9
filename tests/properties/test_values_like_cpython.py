"""Sets, views and lazy iterators of ours and CPython's are put to the same calls, and answer the same."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waymark.stdlib.natives.methods import METHODS, bound
from waymark.stdlib.values.iterators import CallableIterator, Reversed, iterate
from waymark.stdlib.values.lazy import Enumerate, Filter, Map, Zip
from waymark.stdlib.values.sets import OrderedFrozenSet, OrderedSet
from waymark.stdlib.values.views import DictItems, DictKeys, DictValues

KEYS = st.one_of(
    st.integers(-2, 6),
    st.sampled_from([True, False, None, 1.0, 2.0, "a", "b", b"a", (), (1,), (1, "a"), frozenset(), frozenset({1})]),
)
ODD = st.sampled_from([[], [1], {}, {1: 2}, {1}, set(), {"a"}, 5, None, "ab", [[]], iter, ...])


def ours(value: Any) -> Any:
    """The same value with sets of ours."""
    kind = type(value)
    if kind is set:
        return OrderedSet(map(ours, value))
    if kind is frozenset:
        return OrderedFrozenSet(map(ours, value))
    if kind in (list, tuple):
        return kind(map(ours, value))
    return value


def shown(value: Any) -> Any:
    """What two values that look alike to a program have in common; the elements of a set in any order."""
    if isinstance(value, OrderedSet | OrderedFrozenSet | set | frozenset):
        return type(value).__name__, sorted((type(item).__name__, repr(shown(item))) for item in value)
    if isinstance(value, list | tuple):
        return type(value).__name__, [shown(item) for item in value]
    if isinstance(value, dict):
        return [(shown(key), shown(held)) for key, held in value.items()]
    return type(value).__name__, repr(value)


def outcome(call: Callable[..., Any], *args: Any) -> Any:
    """What a call comes to: its value, or the type and the text of what it raises."""
    try:
        return shown(call(*args))
    except Exception as error:
        return type(error).__name__, [shown(part) for part in error.args]


def both(call: Callable[..., Any], theirs: tuple[Any, ...], mine: tuple[Any, ...]) -> None:
    expected, found = outcome(call, *theirs), outcome(call, *mine)
    assert found == expected, f"{call} of {theirs!r}"


OPERATORS = (
    *(operator.or_, operator.and_, operator.sub, operator.xor, operator.eq, operator.ne),
    *(operator.lt, operator.le, operator.gt, operator.ge, operator.contains),
    *(operator.ior, operator.iand, operator.isub, operator.ixor, isinstance),
)
UNARY = (len, bool, list, sorted, tuple, dict.fromkeys, hash, max, sum, reversed, iter, next, str.join, bytes)
METHOD_NAMES = sorted(name for name in METHODS[OrderedSet] if not name.startswith("__") and name != "pop")
ANY_SET = st.one_of(st.sets(KEYS, max_size=6), st.frozensets(KEYS, max_size=6))


@given(ANY_SET, st.one_of(ANY_SET, st.lists(KEYS, max_size=4), KEYS, ODD), st.sampled_from(OPERATORS))
def test_operators_of_sets(left: Any, right: Any, apply: Callable[..., Any]) -> None:
    for pair in ((left, right), (right, left)):
        theirs = tuple(set(each) if type(each) is set else each for each in pair)
        both(apply, theirs, tuple(map(ours, pair)))


@given(ANY_SET, st.lists(st.one_of(ANY_SET, st.lists(KEYS, max_size=4), KEYS, ODD), max_size=3), st.data())
def test_methods_of_sets(target: Any, args: list[Any], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(METHOD_NAMES))
    changed, other = target.copy(), ours(target)
    expected = outcome(lambda *given: getattr(type(target), name)(*given), changed, *args)
    found = outcome(
        lambda *given: bound(other, name)(*given) if hasattr(other, name) else getattr(other, name), *map(ours, args)
    )
    if expected[0] == "AttributeError":
        assert found[0] == "AttributeError"
    else:
        assert found == expected, f"{target!r}.{name}{tuple(args)!r}"
    assert shown(other) == shown(changed), f"{target!r} after {name}{tuple(args)!r}"


@given(ANY_SET)
def test_what_builtins_make_of_sets(target: Any) -> None:
    other = ours(target)
    assert other == target and target == other and (other != target) is False
    assert len(other) == len(target) and bool(other) == bool(target)
    if type(target) is frozenset:
        assert hash(other) == hash(target)
    else:
        both(hash, (target,), (other,))
    for item in target:
        assert ours(item) in other


def test_a_set_is_in_the_order_of_insertion_and_results_in_that_of_the_left_operand() -> None:
    left, right = OrderedSet([3, 1, 2]), OrderedSet([2, 9, 3])
    assert list(left | right) == [3, 1, 2, 9] and list(left & right) == [3, 2]
    assert list(left - right) == [1] and list(left ^ right) == [1, 9]
    assert repr(left) == "{3, 1, 2}" and repr(OrderedFrozenSet("ba")) == "frozenset({'b', 'a'})"
    assert [left.pop(), left.pop(), left.pop()] == [3, 1, 2]
    with pytest.raises(KeyError, match=r"^'pop from an empty set'$"):
        left.pop()


def test_taking_every_element_of_a_large_set_takes_time_in_proportion() -> None:
    large = OrderedSet(range(30_000))
    assert [large.pop() for _ in range(30_000)] == list(range(30_000))


def test_a_set_that_holds_itself_shows_it() -> None:
    class Holder:
        def __repr__(self) -> str:
            return repr(self.held)

    holder: Any = Holder()
    holder.held = OrderedSet([holder])
    assert repr(holder.held) == "{set(...)}"


VIEWS = ((DictKeys, dict.keys), (DictItems, dict.items), (DictValues, dict.values))


@given(
    st.dictionaries(KEYS, st.integers(0, 2), max_size=4),
    st.one_of(ANY_SET, st.lists(KEYS, max_size=3), st.dictionaries(KEYS, st.integers(0, 2), max_size=4), KEYS, ODD),
    st.sampled_from(OPERATORS),
    st.sampled_from(VIEWS),
    st.booleans(),
)
def test_operators_of_views(
    mapping: dict[Any, Any], right: Any, apply: Callable[..., Any], kinds: tuple[Any, Any], viewed: bool
) -> None:
    mine, theirs = kinds
    other = (theirs(right), mine(right)) if viewed and type(right) is dict else (right, ours(right))
    both(apply, (theirs(mapping), other[0]), (mine(mapping), other[1]))
    both(apply, (other[0], theirs(mapping)), (other[1], mine(mapping)))
    for call in (len, bool, list, repr, hash if mine is not DictValues else len):
        both(call, (theirs(mapping),), (mine(mapping),))
    if mine is not DictValues:
        method = type(theirs(mapping)).isdisjoint
        both(
            lambda view, given: type(view).isdisjoint(view, given),
            (theirs(mapping), right),
            (mine(mapping), ours(right)),
        )
        assert method.__name__ == mine.isdisjoint.name


STEPS = st.one_of(
    st.just(("next",)),
    st.just(("next",)),
    st.tuples(st.just("set"), st.integers(0, 4), st.integers(0, 2)),
    st.tuples(st.just("del"), st.integers(0, 4)),
    st.tuples(st.just("swap"), st.integers(0, 4), st.integers(5, 9)),
)
WALKED = (
    lambda source: source,
    lambda source: source.keys(),
    lambda source: source.values(),
    lambda source: source.items(),
)


@given(
    st.dictionaries(st.integers(0, 4), st.integers(0, 2)),
    st.lists(STEPS, max_size=12),
    st.integers(0, 3),
    st.booleans(),
)
def test_a_dict_that_changes_while_it_is_iterated(
    mapping: dict[int, int], steps: list[tuple[Any, ...]], which: int, backwards: bool
) -> None:
    copy = dict(mapping)
    source: Any = (copy, DictKeys(copy), DictValues(copy), DictItems(copy))[which]
    theirs: Any = WALKED[which](mapping)
    theirs = reversed(theirs) if backwards else iter(theirs)
    mine: Any = Reversed(source) if backwards else iterate(source)
    assert type(mine).__name__ == type(theirs).__name__ and repr(type(mine)) == repr(type(theirs))
    for step in steps:
        if step[0] == "next":
            both(next, (theirs,), (mine,))
            assert operator.length_hint(mine) == operator.length_hint(theirs)
            continue
        for changed in (mapping, copy):
            if step[0] == "set":
                changed[step[1]] = step[2]
            else:
                there = changed.pop(step[1], None) is not None
                if step[0] == "swap" and there:
                    changed[step[2]] = 0


def _odd(number: Any) -> Any:
    if number == 3:
        raise ValueError("three")
    if number == 5:
        raise StopIteration("five")
    return number % 2


SOURCES = st.lists(st.integers(0, 6), max_size=6)
LAZY: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "enumerate": (lambda a, b: enumerate(a), lambda a, b: Enumerate(a)),
    "enumerate from": (lambda a, b: enumerate(a, 1 << 63), lambda a, b: Enumerate(a, start=1 << 63)),
    "map": (lambda a, b: map(_odd, a), lambda a, b: Map(_odd, a)),
    "map of two": (lambda a, b: map(divmod, a, b), lambda a, b: Map(divmod, a, b)),
    "filter": (lambda a, b: filter(_odd, a), lambda a, b: Filter(_odd, a)),
    "filter None": (lambda a, b: filter(None, a), lambda a, b: Filter(None, a)),
    "zip": (lambda a, b: zip(a, b, a, strict=False), lambda a, b: Zip(a, b, a)),
    "zip strict": (lambda a, b: zip(a, b, strict=True), lambda a, b: Zip(a, b, strict=True)),
    "zip of none": (lambda a, b: zip(), lambda a, b: Zip()),
    "zip of a map": (lambda a, b: zip(a, map(_odd, b), strict=False), lambda a, b: Zip(a, Map(_odd, b))),
    "reversed": (lambda a, b: reversed(a), lambda a, b: Reversed(a)),
    "reversed tuple": (lambda a, b: reversed(tuple(a)), lambda a, b: Reversed(tuple(a))),
    "reversed str": (lambda a, b: reversed(str(a)), lambda a, b: Reversed(str(a))),
    "until": (
        lambda a, b: iter(iter(a).__next__, 4),
        lambda a, b: CallableIterator(iter(a).__next__, 4),
    ),
}


@given(SOURCES, SOURCES, st.sampled_from(sorted(LAZY)), st.lists(st.integers(0, 8), max_size=3))
def test_lazy_iterators_step_by_step(first: list[int], second: list[int], name: str, later: list[int]) -> None:
    theirs, mine = (make(list(first), list(second)) for make in LAZY[name])
    assert repr(type(mine)) == repr(type(theirs)) and iter(mine) is mine
    for _ in range(len(first) + 3):  # past errors, and past the end
        both(next, (theirs,), (mine,))


@given(SOURCES, st.lists(st.sampled_from(["next", "append", "pop", "clear"]), max_size=12))
def test_a_list_that_changes_while_it_is_read_backwards(items: list[int], steps: list[str]) -> None:
    copy = list(items)
    theirs, mine = reversed(items), Reversed(copy)
    for step in steps:
        if step == "next":
            both(next, (theirs,), (mine,))
            continue
        for changed in (items, copy):
            if step == "append":
                changed.append(9)
            elif changed and step == "pop":
                changed.pop()
            elif step == "clear":
                changed.clear()


WRONG: tuple[tuple[Any, Any, tuple[Any, ...], dict[str, Any]], ...] = tuple(
    (theirs, mine, args, kwargs)
    for theirs, mine in (
        (enumerate, Enumerate),
        (zip, Zip),
        (map, Map),
        (filter, Filter),
        (reversed, Reversed),
        (set, OrderedSet),
        (frozenset, OrderedFrozenSet),
    )
    for args in ((), (1,), ([], 2, 3), (None, 5), (len, 5), ([], "a"), ([], 1, 2, 3))
    for kwargs in ({}, {"x": 1}, {"iterable": []}, {"iterable": 5}, {"start": "a"}, {"strict": 1})
)


@pytest.mark.parametrize(("theirs", "mine", "args", "kwargs"), WRONG)
def test_wrong_arguments_are_refused_in_cpythons_words(theirs: Any, mine: Any, args: Any, kwargs: Any) -> None:
    def tell(make: Any) -> Any:
        try:
            return type(make(*args, **kwargs)).__name__
        except Exception as error:
            return type(error).__name__, str(error)

    assert tell(mine) == tell(theirs)
