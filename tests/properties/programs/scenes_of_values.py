"""Dangerous shapes around values: iteration, identity, sharing, keys. See `scenes_of_errors`."""

from __future__ import annotations

from .maker import Maker, statement
from .scenes_of_errors import NEEDED, guarded


def pause_of(make: Maker) -> list[str]:
    return [f"await act({make.plain(1)})"] if make.may_await() else []


@statement(weight=2, needs=NEEDED + ", nonlocal, generators, iterators")
def cell_shared_with_generator(make: Maker) -> list[str]:
    """A closure and a generator over one variable."""
    write, gen = make.fresh("write"), make.fresh("gen")
    pause = [f"await act({make.plain(1)})"] if make.may_await() else []
    name = make.target("int")
    return [
        f"{name} = {make.plain(1)}",
        *(f"def {write}(value):", f"    nonlocal {name}", f"    {name} = value"),
        *(
            f"def {gen}():",
            f"    nonlocal {name}",
            f"    yield {name}",
            f"    {name} = 'from inside'",
            f"    yield {name}",
        ),
        f"steps = {gen}()",
        f"{make.target('list')} = [next(steps), {write}({make.plain(1)}), {name}]",
        *pause,
        f"{make.target('list')} = [next(steps), {name}]",
    ]


@statement(weight=2, needs=NEEDED + ", lazy iterators, iterators")
def iterator_continues(make: Maker) -> list[str]:
    """An iterator that raised is asked again."""
    source = make.chance.pick(
        ("map(int, ['1', 'x', '3'])", "zip([1, 2], map(len, ['a', 0, 'b']))", f"map({make.expr('func', 1)}, [0, 1, 2])")
    )
    pause = [f"    await act({make.plain(1)})"] if make.may_await() else []
    it = make.target("iter")
    lines = [f"print(next({it}))", f"print(next({it}, 'end'))"]
    loop = ["for turn in (1, 2):", *[f"    {line}" for line in guarded(make, *lines)], *pause]
    return [f"{it} = {source}", *loop, f"{make.target('list')} = list({it})"]


@statement(weight=3, needs="methods, builtins")
def changed_while_iterated(make: Maker) -> list[str]:
    """A list or a dict changes under a loop that pauses."""
    pause = [f"    await act({make.plain(1)})"] if make.may_await() else []
    if make.chance.percent(50):
        name, target = make.target("list"), make.target("int")
        change = make.chance.pick(
            (
                f"{name}.append(1) if len({name}) < 6 else None",
                f"{name}.pop(0)",
                f"{name}.insert(0, 'new') if len({name}) < 6 else None",
                f"{name}.clear()",
                f"{name}.remove({target})",
            )
        )
        lines = [f"{name} = [3, 1, 2]", f"for {target} in {name}:", *pause, f"    {change}", *pause]
    else:
        name, target = make.target("dict"), make.target("str")
        change = make.chance.pick(
            (
                f"{name}['new'] = 1",
                f"{name}.pop({target})",
                f"{name}[{target}] = 2",
                f"{name}.update(a=3)",
                f"{name}.clear()",
            )
        )
        lines = [f"{name} = {{'a': 1, 'k': 2}}", f"for {target} in {name}:", *pause, f"    {change}", *pause]
    return guarded(make, *lines) if make.has(NEEDED) else lines


@statement(weight=3)
def odd_keys(make: Maker) -> list[str]:
    """1, True and 1.0 are one key; a NaN is found by its identity; -0.0 is 0."""
    name = make.target("dict")
    pairs = ["1: 'one'", "True: 'true'", "1.0: 'float'", "0: 'zero'", "-0.0: 'minus'", "False: 'false'"]
    pairs += ["NAN: 'nan'", "NAN: 'again'"] if make.has("module state") else []
    chosen = ", ".join(make.chance.pick(pairs) for _ in range(make.chance.between(2, 5)))
    lines = [f"{name} = {{{chosen}}}"]
    lines += [f"{name}[{make.chance.pick(('1', 'True', '0.0', '-0.0', '1.0'))}] = {make.plain(1)}"]
    lines += [f"await act({name})"] if make.may_await() else []
    tail = ", NAN in {0}, [NAN] == [NAN], NAN == NAN" if make.has("module state") else ""
    return [*lines, f"{make.target('tuple')} = (1 in {name}, 0.0 in {name}{tail.format(name)})"]


@statement(weight=2)
def aliases(make: Maker) -> list[str]:
    """One list under three names, changed through one after a pause."""
    first, second = make.target("list"), make.target("dict")
    pause = [f"await act({first})"] if make.may_await() else []
    change = f"{second}['a'][0] = {make.plain(1)}"
    return [
        f"{first} = [{make.plain(1)}, 2]",
        f"{second} = {{'a': {first}, 'k': [{first}, {first}]}}",
        *pause,
        change,
        *pause,
        f"{make.target('tuple')} = ({first}, {second}['k'], {first} is {second}['a'])",
    ]


@statement(weight=3, needs="builtins")
def odd_floats_are_kept(make: Maker) -> list[str]:
    """A NaN is found by its identity, before and after a pause; -0.0 keeps its sign."""
    name, found = make.target("float"), make.target("dict")
    value = make.chance.pick(("float('nan')", "-0.0", "1e309 - 1e309", "0 * -1.0"))
    return [
        f"{name} = {value}",
        f"{found} = {{{name}: [{name}, {make.plain(1)}]}}",
        *pause_of(make),
        f"{make.target('tuple')} = ({name} in {found}, {name} in [{name}], [{name}] == [{name}], {found}, {name})",
    ]


@statement(weight=2, needs="nested functions, methods, lambdas")
def mutable_default(make: Maker) -> list[str]:
    """A default is evaluated once, and shared by all calls."""
    name = make.fresh("keeps")
    if make.chance.percent(50):
        made = [
            f"def {name}(value, kept={make.chance.pick(('[]', '[0]'))}):",
            "    kept.append(value)",
            "    return kept",
        ]
    else:
        made = [f"{name} = lambda value, *, kept=[]: kept.append(value) or kept"]
    first, second = make.target("list"), make.target("list")
    return [
        *made,
        f"{first} = {name}({make.plain(1)})",
        *pause_of(make),
        f"{second} = {name}({make.plain(1)})",
        f"{make.target('bool')} = {first} is {second}",
    ]


@statement(weight=2, needs="generators, builtins")
def stops_inside(make: Maker) -> list[str]:
    """StopIteration must not leave a generator as such."""
    gen = make.fresh("gen")
    lines = [f"def {gen}(source):", "    while True:", "        yield next(source)"]
    return [*lines, *guarded(make, f"{make.target('list')} = list({gen}(iter({make.expr('list', 1)})))")]


@statement(weight=2)
def grows_in_place(make: Maker) -> list[str]:
    """`+=` changes a list that has two names, and binds a new tuple."""
    first, other = ("xs", "ys") if make.chance.percent(50) else ("ys", "xs")
    make.bind(first, "list")
    make.bind(other, "list")
    return [
        f"{first} = {other} = [{make.plain(1)}]",
        *pause_of(make),
        f"{other} += [{make.plain(1)}]",
        f"{make.target('tuple')} = once = ({first},)",
        "once += (1,)",
        f"{make.target('tuple')} = ({first} is {other}, {first} is {first}[:], {other})",
    ]


@statement(weight=2, needs="global")
def module_variable_bound_again(make: Maker) -> list[str]:
    """A module variable is bound anew and changed in place, with pauses in between."""
    step = make.expr("int", 0)
    return [f"count({step})", *pause_of(make), f"{make.target('tuple')} = (count(1), LIMIT, remember({step}), COUNTS)"]
