"""What a program reaches of `object` and of exceptions: CPython's behaviour, and no way past the gate."""

from __future__ import annotations

import pytest
from differential import assert_same, compare, script

SAME = {
    "methods of object, bound and unbound": """
        class Order:
            def __init__(self, n): self.n = n
        a, b = Order(1), Order(1)
        object.__setattr__(a, "m", 2)
        object.__delattr__(a, "n")
        await act()
        return [object.__getattribute__(a, "m"), hasattr(a, "n"), a.__eq__(b), a.__eq__(a), Order.__ne__(a, b),
                a.__init__ == a.__init__, object.__str__(5), type(object.__new__(Order)) is Order]
    """,
    "methods of exceptions": """
        class Failed(ValueError):
            def __init__(self, *parts):
                ValueError.__init__(self, "failed", *parts)
            def __str__(self):
                return "<" + super().__str__() + ">"
        error = Failed(1)
        other = KeyError.__new__(KeyError, 5)
        await act()
        Exception.__init__(other, 6, 7)
        return [str(error), error.args, repr(error), error.__str__(), Exception.__str__(error), other.args,
                super(Failed, error).args, super(Failed, error).__repr__()]
    """,
    "a bound method of the host is a value": """
        class Failed(Exception):
            def __init__(self, *parts):
                self.again = super().__init__
        error = Failed(1, 2)
        await act()
        error.again(3)
        return error.args, error.again == error.again
    """,
    "wrong arguments": """
        class Order: ...
        order, out = Order(), []
        for call in (
            lambda: object.__setattr__(order), lambda: object.__getattribute__(order, 5),
            lambda: object.__init__(order, 1), lambda: object.__new__(5), lambda: object.__new__(Order, 1),
            lambda: object.__eq__(), lambda: Exception.__init__(order),
        ):
            try:
                out.append(call())
            except TypeError as error:
                out.append(str(error))
        return out
    """,
    "hooks that go on to object": """
        class Order:
            def __setattr__(self, name, value): super().__setattr__(name, [value])
            def __getattribute__(self, name):
                return object.__getattribute__(self, name) if name != "total" else 3
        order = Order()
        order.lines = 5
        await act()
        return order.lines, order.total
    """,
}
REFUSED = {
    "object.__getattribute__(len, '__self__')": "a workflow cannot call `object.__getattribute__` with a builtin",
    "object.__getattribute__(f, 'loaded')": "a workflow cannot call `object.__getattribute__` with a function",
    "object.__setattr__(f, 'loaded', 1)": "a workflow cannot call `object.__setattr__` with a function",
    "object.__delattr__(C, 'x')": "a workflow cannot call `object.__delattr__` with a type",
    "C().__reduce__()": "a workflow cannot reach `__reduce__` of an object",
    "object.__sizeof__(C())": "a workflow cannot reach `__sizeof__` of a type",
    "super(C, C()).__dir__()": "a workflow cannot reach `__dir__` of a super",
    "super(C, C()).__thisclass__": "a workflow cannot reach `__thisclass__` of a super",
}


@pytest.mark.parametrize("body", SAME.values(), ids=SAME.keys())
def test_a_program_that_asks_the_host_is_the_same(body: str) -> None:
    assert_same(script(body))


@pytest.mark.parametrize("what", REFUSED, ids=REFUSED.keys())
def test_nothing_leads_past_the_gate(what: str) -> None:
    text = script(
        f"class C:\n    x = 1\ndef f(): ...\ntry:\n    return repr({what})\nexcept Exception as e:\n    return e"
    )
    report = compare(text, ticks=((),))
    if report.refused:
        assert [each.code for each in report.refused] == ["WM205"]
        return
    (seen,) = report.seen.values()
    assert seen.came_to.startswith("raised LimitExceeded") and REFUSED[what] in seen.came_to, seen


def test_a_native_cannot_call_what_the_machine_carries_out() -> None:
    report = compare(script("return [*map(object.__getattribute__, [len], ['__self__'])]"), ticks=((),))
    (seen,) = report.seen.values()
    assert "cannot call `object.__getattribute__`" in seen.came_to or "cannot be called by a native" in seen.came_to
