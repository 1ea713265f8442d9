"""Dangerous shapes around exceptions: small scenes that chance alone would hardly make, with random parts in them.

`shapes` recognises them in a finished program; each is to be in at least two of a hundred.
"""

from __future__ import annotations

from .functions import function_scope
from .maker import Maker, statement

GUARDED = ("Exception", "ValueError", "(TypeError, ValueError)", "LookupError")


def guarded(make: Maker, *lines: str) -> list[str]:
    """The lines, and what they raised is shown."""
    return [
        "try:",
        *[f"    {line}" for line in lines],
        f"except {make.chance.pick(GUARDED)} as error:",
        "    print(type(error).__name__, str(error), chain(error))",
    ]


NEEDED = "try, print, type names, builtins, module functions"


@statement(weight=3, needs=NEEDED)
def two_faults(make: Maker) -> list[str]:
    """Two parts of one expression raise: the first one counts."""
    faults = ["boom(1)", f"boom({make.plain(1)})", "[][5]", "{}['none']", "(1 // 0)", "unbound"]
    faults += [f"(await flaky({make.plain(1)}))"] if make.may_await() else []
    first, second = make.chance.pick(faults), make.chance.pick(faults)
    shape = make.chance.pick(
        ("{0} + {1}", "[{0}, {1}]", "{{{0}: {1}}}", "spread({0}, k={1})", "({0})[{1}]", "{0} < {1} < 2", "{0}, *{1}")
    )
    text = shape.format(first, second)
    target = make.chance.pick(("", "", f"{make.leaf('list')}[{make.chance.pick(faults)}] = "))
    line = f"{target}({text})"
    unbound = ["if xs_never:", "    unbound = 1"] if "unbound" in line else []
    return [*[each.replace("xs_never", "not [0]") for each in unbound], *guarded(make, line)]


@statement(weight=2, needs=NEEDED)
def read_in_handler_only(make: Maker) -> list[str]:
    """A variable that only a handler reads must live as long as the guarded part."""
    name = make.fresh("hidden")
    value = make.plain()
    return [
        f"{name} = {value}",
        "try:",
        *make.block(2),
        f"    boom({make.plain(1)})",
        "except ValueError:",
        f"    print({name})",
        f"    {make.target('list')} = [{name}]",
    ]


@statement(weight=2, needs="nested functions, finally, try")
def pending_return(make: Maker) -> list[str]:
    """A return that waits for a `finally`, which may return, break or raise instead."""
    name = make.fresh("leaves")
    asynchronous = make.may_await()
    with function_scope(make, name, asynchronous=asynchronous) as scope:
        scope.loops = 1
        value, other, last = make.plain(1), make.plain(1), make.plain(1)
        inner = make.chance.pick(
            (f"return {other}", "break", "continue", "pass", f"raise KeyError({other})", "turn = 9")
        )
        outer = make.chance.pick(("pass", "pass", f"return {last}", "break", "turn = 5"))
        pause = f"await act({make.plain(1)})" if asynchronous else "turn = turn"
    lines = [
        f"{'async ' if asynchronous else ''}def {name}():",
        "    turn = 0",
        "    for turn in (1, 2):",
        "        try:",
        *(_last_returns if make.chance.percent(40) else _first_returns)(make, value, inner, pause),
        "        finally:",
        f"            {pause}",
        f"            {outer}",
        "    return turn",
    ]
    call = f"{make.target('tuple')} = {'await ' if asynchronous else ''}{name}()"
    return [*lines, *(guarded(make, call) if make.has(NEEDED) else [call])]


def _first_returns(make: Maker, value: str, inner: str, pause: str) -> list[str]:
    """The inner `finally` stands in the guarded part of the outer one."""
    return [
        "            try:",
        f"                return {value}, turn",
        "            finally:",
        f"                {pause}",
        f"                if turn < 2 or {make.chance.pick(('True', 'False'))}:",
        f"                    {inner}",
    ]


def _last_returns(make: Maker, value: str, inner: str, pause: str) -> list[str]:
    """The inner one stands in the last part of the outer one: its return is given up, and the outer one goes on."""
    return [
        "            try:",
        f"                return {value}, turn",
        "            finally:",
        "                for step in (1, 2):",
        "                    try:",
        f"                        {pause}",
        "                        return 'given up', step",
        "                    finally:",
        f"                        {make.chance.pick(('continue', 'break', 'continue', inner))}",
    ]


@statement(weight=3, needs=NEEDED + ", raise")
def bare_raise_in_callee(make: Maker) -> list[str]:
    """`again()` raises what its caller is handling."""
    call = make.chance.pick(("again()", "note(again())", "[again() for x in (1, 2)]", "again()"))
    call = call if make.has("comprehensions") or "for" not in call else "again()"
    handled = ["try:", *make.block(1), "    boom(0)", "except ValueError:", *make.block(1), f"    {call}"]
    return guarded(make, *handled) if make.chance.percent(80) else guarded(make, "again()")


@statement(weight=2, needs=NEEDED + ", raise")
def raise_while_handling(make: Maker) -> list[str]:
    """Contexts of contexts, with a pause in between."""
    pause = [f"    await flaky({make.plain(1)})"] if make.may_await() else []
    second = make.chance.pick(("raise KeyError(2)", "raise KeyError(2) from None", "[][1]", "boom(3)", "raise"))
    third = make.chance.pick(("raise TypeError('last')", "pass", "boom(4)"))
    return guarded(
        make,
        "try:",
        "    boom(1)",
        "except ValueError as first:",
        *pause,
        f"    {second}",
        "finally:",
        *pause,
        f"    {third}",
    )


@statement(weight=2, needs=NEEDED + ", generators, raise")
def generator_in_handler(make: Maker) -> list[str]:
    """A generator is resumed while its resumer handles an exception, and raises or sees it."""
    name, it = make.fresh("gen"), make.target("iter")
    inside = make.chance.pick(("raise KeyError('inside')", "again()", "boom('inside')", "pass", "next(iter([]))"))
    lines = [
        f"def {name}():",
        "    yield 1",
        "    try:",
        "        yield 2",
        "    finally:",
        f"        {inside}",
        "    yield 3",
    ]
    handled = [
        "next(steps)",
        "try:",
        "    boom('outside')",
        "except ValueError:",
        "    print(next(steps))",
        "    print(next(steps))",
    ]
    return [
        *lines,
        f"steps = {it} = {name}()",
        *guarded(make, *handled),
        *guarded(make, f"{make.target('int')} = next({it}, 0)"),
    ]
