"""Arrays and views of memory: CPython's, position and object and all, wherever a run pauses; and hostile ones."""

from __future__ import annotations

from array import array
from typing import Any

import pytest
from differential import assert_same, script

from waymark.stdlib.values.buffers import place_of, view_at

BODIES = {
    "an array is itself, with the iterators over it": """
        a = array("i", [1, 2, 3])
        walk = iter(a)
        next(walk)
        same = [a, walk]
        await act()
        a.append(4)
        a[0:2] = array("i", [7])
        await act(list(walk))
        print(a, a.typecode, a.itemsize, same[0] is a, a.tobytes(), sum(a), 7 in a, a == array("b", [7, 3, 4]))
        return [await act(each) for each in a]
    """,
    "an array is filled by code of the program": """
        class Number:
            def __index__(self):
                return 5
        a = array("h", (n for n in range(3)))
        a.append(Number())
        print(a[Number() and 0], a)
        for wrong in ("x", 1 << 20):
            try:
                a.append(wrong)
            except (TypeError, OverflowError) as error:
                print(error)
        return copy(a) == a, deepcopy([a, a])
    """,
    "what is written to a view is in its object": """
        b = bytearray(b"abcdefgh" * 1000)
        whole = memoryview(b)
        some = whole[5000:10:-3]
        await act()
        some[0] = 0
        whole[:2] = b"ZZ"
        await act(b[5000])
        return bytes(b[:3]), some.obj is b, some[:3].tolist(), len(some), whole.readonly, whole.nbytes
    """,
    "views of other formats and shapes": """
        b = array("I", [1, 2, 3, 4])
        view = memoryview(b)
        shaped = view.cast("B").cast("H", (2, 4))
        scalar = view[:1].cast("B").cast("I", ())
        only = view.toreadonly()
        await act()
        print(shaped.tolist(), shaped[1, 0], shaped.shape, scalar.ndim, scalar.tolist(), only.readonly, view.format)
        try:
            only[0] = 1
        except TypeError as error:
            print(error)
        return view.strides, view[::2].strides, view[4:].tolist()
    """,
    "a view that was released": """
        view = memoryview(b"abc")
        walk = iter(view)
        next(walk)
        with view:
            await act(view[0])
        await act()
        for use in (len, bytes, hash, next):
            try:
                print(use(walk if use is next else view))
            except ValueError as error:
                print(error)
    """,
    "a view is a key": """
        known = {memoryview(b"abc"): 1}
        await act()
        return known[b"abc"], hash(memoryview(b"abc")) == hash(b"abc")
    """,
    "a view keeps its bytearray's size, as long as there is one": """
        b = bytearray(b"abcd")
        def first():
            return bytes(memoryview(b)[:1])
        print(first(), sum(memoryview(b)))
        b.append(1)
        for _ in memoryview(b):
            pass
        b += b"ef"
        held = [memoryview(b)]
        await act()
        try:
            b.append(2)
        except BufferError as error:
            print(error)
        held.clear()
        b.append(3)
        held = memoryview(b)[1:]
        await act()
        held = None
        b.extend(b"gh")
        return b
    """,
}
ABOVE = "from array import array\nfrom copy import copy, deepcopy\n"


@pytest.mark.parametrize("name", BODIES)
def test_buffers_are_cpythons(name: str) -> None:
    assert_same(script(BODIES[name], above=ABOVE))


def test_a_view_is_made_again_from_numbers() -> None:
    data = bytearray(range(64))
    whole = memoryview(data)
    views = [whole[9:50:7], whole[::-5], whole[3:3], whole.cast("I")[1:9:2], whole.cast("d"), whole.cast("B", (8, 8))]
    for view in views:
        again = view_at(data, place_of(view))
        assert (again.tolist(), again.format, again.strides) == (view.tolist(), view.format, view.strides)
        assert place_of(again) == place_of(view)


@pytest.mark.parametrize(
    "place",
    [
        ["B", True, 0, 1, 9],
        ["B", True, -1, 1, 2],
        ["B", True, 5, -1, 7],
        ["B", True, 0, 0, 3],
        ["I", True, 0, 3, 2],
        ["I", True, 6, 4, 1],
        ["Z", True, 0, 1, 1],
        ["B", 1, 0, 1, 1],
        ["B", True, 0, 1, 8, 2, 3, 3],
        ["B", True, 0, 1, "8"],
        ["B", True, 0, 1 << 70, 1 << 70],
    ],
)
def test_a_view_outside_of_its_object_is_refused(place: list[Any]) -> None:
    with pytest.raises((ValueError, TypeError)):
        view_at(b"abcdefgh", place)


def test_a_view_of_anything_else_is_refused() -> None:
    with pytest.raises(ValueError, match="a view of a list"):
        view_at([1], ["B", True, 0, 1, 1])
    assert view_at(array("B", [1, 2]), ["B", True, 1, 1, 1]).tolist() == [2]
