"""`try` with all its parts, `raise`, `assert`, `with`."""

from __future__ import annotations

from .binding import place
from .maker import Maker, statement

KINDS = ("ValueError", "KeyError", "TypeError", "LookupError", "ArithmeticError", "Exception", "UnboundLocalError")


@statement(weight=7, needs="try")
def try_except(make: Maker) -> list[str]:
    chance = make.chance
    lines = ["try:", *make.block()]
    for _ in range(chance.between(1, 2)):
        kind = chance.pick(KINDS)
        if chance.percent(25):
            kind = f"({kind}, {chance.pick(KINDS)})"
        elif chance.percent(5):
            kind = make.plain(1)  # evaluated only if an exception comes to it, and then mostly a TypeError
        named = chance.percent(60)
        if named:
            make.bind("caught", "error")
        lines += [f"except {kind}{' as caught' if named else ''}:", *handler(make, named)]
    if chance.percent(15):
        lines += ["except:", *handler(make, False)]
    if chance.percent(30):
        lines += ["else:", *make.block(2)]
    if chance.percent(30) and make.has("finally"):
        lines += ["finally:", *make.block(2)]
    return lines


def handler(make: Maker, named: bool) -> list[str]:
    """What runs while an exception is handled."""
    make.scope.handling += 1
    first = []
    if named and make.has("print, builtins") and make.chance.percent(60):
        first = ["    print(type(caught).__name__, caught)"] if make.has("type names") else ["    print(str(caught))"]
    lines = first + make.block(2)
    make.scope.handling -= 1
    return lines


@statement(weight=3, needs="finally")
def try_finally(make: Maker) -> list[str]:
    return ["try:", *make.block(), "finally:", *make.block(2)]


@statement(weight=4, needs="raise")
def raise_error(make: Maker) -> list[str]:
    chance = make.chance
    choices = [f"raise {error(make)}", f"raise {chance.pick(KINDS)}", f"raise {error(make)} from {error(make)}"]
    choices += [f"raise {error(make)} from None", f"raise {make.plain(1)}"]
    choices += ["raise", "raise", "raise caught", f"raise {error(make)} from caught"] if make.scope.handling else []
    line = chance.pick(choices)
    if "caught" in line:
        make.bind("caught", "error")
    return [line] if chance.percent(25) else [f"if {make.expr('bool')}:", f"    {line}"]


def error(make: Maker) -> str:
    if make.has("own exceptions") and make.chance.percent(25):
        return f"Wrong({make.plain(1)}, {make.expr('int', 1)})"
    return f"{make.chance.pick(KINDS[:5])}({make.plain(1)})"


@statement(weight=2, needs="assert")
def assertion(make: Maker) -> list[str]:
    return [f"assert {make.plain()}{f', {make.plain()}' if make.chance.percent(50) else ''}"]


@statement(weight=4, needs="with")
def with_block(make: Maker) -> list[str]:
    asynchronous = make.may_await() and make.chance.percent(40)
    managers = []
    for _ in range(2 if make.chance.percent(25) else 1):
        manager = f"{'AsyncGuard' if asynchronous else 'Guard'}({make.expr('str', 1)}, {make.expr('bool', 1)})"
        if make.chance.percent(4):
            manager = make.plain(1)
        managers.append(f"{manager} as {place(make, 0)}" if make.chance.percent(40) else manager)
    joined = ", ".join(managers)
    return [f"{'async ' if asynchronous else ''}with {joined}:", *make.block()]
