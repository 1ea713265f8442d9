"""`property`, `staticmethod`, `classmethod` and `super` behave as CPython's, from C and in their messages."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from waymark.stdlib.values.descriptors import ClassMethod, Property, StaticMethod, Super, SuperMethod
from waymark.stdlib.values.workflow import Plain, default_repr

KINDS: dict[str, tuple[Any, Any]] = {
    "property": (property, Property),
    "staticmethod": (staticmethod, StaticMethod),
    "classmethod": (classmethod, ClassMethod),
    "super": (super, Super),
}


def outcome(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except Exception as error:
        return type(error), str(error)


def with_property(kind: Any, *functions: Any) -> Any:
    class Order:
        total = kind(*functions)

    return Order()


def get(self: Any) -> int:
    return 7


def put(self: Any, value: int) -> None:
    vars(self)["put"] = value


def drop(self: Any) -> None:
    vars(self)["dropped"] = True


@pytest.mark.parametrize("functions", [(), (get,), (get, put), (get, put, drop), (None, put)])
def test_a_property_reads_writes_and_deletes(functions: tuple[Any, ...]) -> None:
    seen = []
    for kind in KINDS["property"]:
        order = with_property(kind, *functions)
        steps = (lambda: order.total, lambda: setattr(order, "total", 5), lambda: delattr(order, "total"))  # noqa: B023
        seen.append([*map(outcome, steps), vars(order), type(order).total is vars(type(order))["total"]])
    assert seen[0] == seen[1]


def test_a_property_is_made_anew_by_its_decorators() -> None:
    first = Property(get)
    first.__set_name__(object, "total")
    second = first.setter(put).deleter(drop).getter(None)
    assert (second.fget, second.fset, second.fdel, second.name) == (get, put, drop, "total")
    assert first.fset is None and second is not first


@pytest.mark.parametrize("name", ["staticmethod", "classmethod", "super"])
@pytest.mark.parametrize("args", [(), (1, 2, 3), (5,), (5, 6)])
@pytest.mark.parametrize("kwargs", [{}, {"k": 1}])
def test_wrong_arguments_are_refused_in_the_same_words(name: str, args: tuple[Any, ...], kwargs: Any) -> None:
    if name == "super" and not args:
        pytest.skip("what is missing depends on the function that calls it")
    theirs, ours = (outcome(lambda kind=kind: kind(*args, **kwargs)) for kind in KINDS[name])
    if isinstance(theirs, tuple):
        assert ours == theirs
    else:
        assert not isinstance(ours, tuple) and type(ours).__name__ == type(theirs).__name__


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="the errors are CPython 3.11's")
def test_super_goes_on_behind_the_class() -> None:
    class Base:
        limit = 3

        def total(self) -> str:
            return f"base of {type(self).__name__}"

        make = classmethod(lambda cls: cls.__name__)

    class Order(Base):
        def total(self) -> str:
            return "order"

    order = Order()
    seen = Super(Order, order)
    owner, found = seen.find("total") or (None, None)
    assert owner is Base and seen.bind(found)() == "base of Order"
    assert Super(Order, Order).bind(vars(Base)["make"])() == "Order"
    assert seen.find("nothing") is None and Super(Order).find("total") is None
    assert outcome(lambda: Super(Order, 5)) == outcome(lambda: super(Order, 5).total)  # type: ignore[misc]


def test_a_method_of_the_host_is_the_same_for_the_same_instance() -> None:
    error = ValueError(1)
    method = SuperMethod(Exception, "__init__", error)
    method(2, 3)
    assert error.args == (2, 3)
    assert method == SuperMethod(Exception, "__init__", error) != SuperMethod(Exception, "__init__", ValueError(1))
    SuperMethod(Exception, "__init__", None)(error, 4)
    assert error.args == (4,)


def test_an_object_of_the_program_is_shown_without_an_address() -> None:
    kind = type("Order", (Plain,), {"__module__": "shop", "__qualname__": "Shop.Order"})
    assert repr(kind()) == str(kind()) == f"{kind()}" == "<shop.Shop.Order object>"
    assert repr([kind()]) == "[<shop.Shop.Order object>]"
    assert SuperMethod(object, "__repr__", kind())() == default_repr(kind())
