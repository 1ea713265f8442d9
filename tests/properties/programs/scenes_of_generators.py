"""Scenes of generators, coroutines and what awaits: delegated, asynchronous, by hand, held half-way, given up."""

from __future__ import annotations

from .maker import Maker, statement
from .scenes_of_errors import NEEDED

HELD = NEEDED + ", generators, iterators"


def rest(make: Maker) -> list[str]:
    """A pause that raises nothing: a generator that an exception drops is closed at another time than by CPython."""
    return ["await act(0)"] if make.may_await() else []


def watched(*lines: str) -> list[str]:
    """The lines; nothing that they raise leaves the function."""
    return [
        "try:",
        *[f"    {line}" for line in lines],
        "except Exception as error:",
        "    print(type(error).__name__, str(error), chain(error))",
    ]


@statement(weight=3, needs=HELD + ", raise")
def delegated(make: Maker) -> list[str]:
    """`yield from`: values, what is sent, thrown and returned go through both generators."""
    inner, outer, chance = make.fresh("gen"), make.fresh("gen"), make.chance
    with make.inside(awaiting=False, binding=False):
        values = make.expr("list", 1)
    source = chance.pick((f"{inner}()", f"{inner}()", f"({values})", "iter((7, 8))"))
    steps = chance.pick(("steps.send('sent')", "steps.throw(KeyError('thrown'))", "steps.close()", "next(steps)"))
    return [
        f"def {inner}():",
        "    try:",
        f"        got = yield {make.leaf('int')}",
        "        print('got', got)",
        f"        yield {make.leaf('str')}",
        "    except KeyError as error:",
        "        print(error, chain(error))",
        f"        {chance.pick(('yield 2', 'raise', 'pass', 'raise ValueError(3)'))}",
        "    finally:",
        "        print('end')",
        f"    return {chance.pick(('9', '[1]', 'None'))}",
        f"def {outer}():",
        f"    result = yield from {source}",
        "    yield [result]",
        f"steps = {outer}()",
        *watched("print(next(steps))", *rest(make), f"print({steps})", "print(list(steps))"),
        "steps.close()",
    ]


@statement(weight=3, needs=HELD)
def held_half_way(make: Maker) -> list[str]:
    """Generators stopped half-way in a list, an attribute, a dict, a closure, over pauses; all are exhausted."""
    gen, holder, chance = make.fresh("gen"), make.fresh("Holder"), make.chance
    lines = [
        f"def {gen}(label, shared):",
        "    for turn in (1, 2, 3):",
        "        shared.append((label, turn))",
        f"        got = yield {chance.pick(('turn', 'label, len(shared)', '[turn]'))}",
        "        shared.append(got)",
        f"class {holder}: pass",
        f"shared, held = [], {holder}()",
        f"held.steps = {gen}('attribute', shared)",
        f"rows = [held.steps, {gen}('list', shared), {{'k': {gen}('dict', shared)}}]",
        "take = lambda steps=rows[2]['k']: next(steps, 'end')",
    ]
    steps = ["print(next(rows[0]))", "print(next(rows[1], 0))", "print(take())", "print(held.steps.send('x'))"]
    steps += [f"shared.append({make.leaf('int')})", "held.steps, rows[1] = rows[1], held.steps"]
    for step in [chance.pick(steps) for _ in range(chance.between(2, 5))]:
        lines += [*(watched(step) if "send" in step else [step]), *rest(make)]
    return [*lines, "print(list(rows[0]), list(rows[1]), list(held.steps), list(rows[2]['k']))", "print(shared)"]


@statement(weight=2, needs=HELD)
def given_up(make: Maker) -> list[str]:
    """A generator that nothing refers to any more: a loop is left, a variable bound again or deleted."""
    gen, kept = make.fresh("gen"), make.fresh("dropped")
    lines = [
        f"def {gen}():",
        "    try:",
        "        yield 1",
        "        yield 2",
        "    finally:",
        "        print('closed')",
    ]
    match make.chance.below(4):
        case 0:
            return [*lines, f"for {make.target('int')} in {gen}():", *[f"    {e}" for e in rest(make)], "    break"]
        case 1:
            return [
                *lines,
                f"{kept} = {gen}()",
                f"next({kept})",
                *rest(make),
                f"{kept} = {gen}()",
                f"print(list({kept}))",
            ]
        case 2:
            return [*lines, f"{kept} = {gen}()", f"next({kept})", *rest(make), f"del {kept}"]
    inner = [f"    {kept} = {gen}()", f"    return next({kept})"]
    return [*lines, f"def {gen}_first():", *inner, f"{make.target('int')} = {gen}_first()", *rest(make)]


@statement(weight=6, needs=NEEDED + ", asynchronous generators")
def asynchronous_generator(make: Maker) -> list[str]:
    """An asynchronous generator: in a loop, in comprehensions, stepped by hand, closed."""
    if not make.may_await():
        return make.simple()
    gen, chance = make.fresh("agen"), make.chance
    value, pause = make.leaf("int"), chance.pick(("await act(turn)", "await flaky(turn)", "pass"))
    lines = [
        f"async def {gen}(most):",
        "    try:",
        "        for turn in range(most):",
        f"            {pause}",
        f"            got = yield (turn, {value})",
        "            if got:",
        "                print('got', got)",
        "    finally:",
        f"        {chance.pick(('await act(9)', 'print(9)'))}",
    ]
    number = chance.below(4)
    match chance.below(4):
        case 0:
            return [*lines, *watched(f"async for {make.target('tuple')} in {gen}({number}):", "    print('turn')")]
        case 1:
            form = chance.pick(
                ("[x async for x in {0}]", "{{x: y async for x, y in {0}}}", "[(await act(x)) async for x in {0}]")
            )
            return [*lines, *watched(f"print({form.format(f'{gen}({number})')})")]
        case 2:
            steps = [
                "print(await steps.__anext__())",
                "print(await steps.asend('x'))",
                "print(await anext(steps, 'end'))",
            ]
            steps += ["print(await steps.athrow(KeyError('k')))", "await steps.aclose()"]
            chosen = [chance.pick(steps) for _ in range(chance.between(2, 4))]
            return [*lines, f"steps = {gen}(3)", *watched(*chosen), *watched("await steps.aclose()")]
    lazy = chance.pick((f"(await act(x) async for x in {gen}({number}))", "(await act(x) for x in (1, 2))"))
    return [*lines, f"lazy = {lazy}", *watched(f"{make.target('list')} = [x async for x in lazy if x]")]


@statement(weight=2, needs=NEEDED + ", coroutines by hand")
def coroutine_by_hand(make: Maker) -> list[str]:
    """A coroutine that awaits an object of the program is stepped by `send` and `throw`."""
    kind, job, chance = make.fresh("Await"), make.fresh("job"), make.chance
    last = chance.pick(("steps.send('sent')", "steps.throw(KeyError('thrown'))", "steps.close()"))
    return [
        f"class {kind}:",
        "    def __await__(self):",
        f"        got = yield {make.leaf('int')}",
        f"        return {chance.pick(('got', '(got, self.label)', '[got] * 2'))}",
        "    label = 'of the class'",
        f"async def {job}():",
        "    try:",
        f"        return await {kind}()",
        "    finally:",
        "        print('end')",
        f"steps = {job}()",
        *watched(
            "print(steps.send(None))",
            *rest(make),
            "try:",
            f"    print({last})",
            "except StopIteration as stop:",
            "    print('result', stop.value)",
        ),
        "steps.close()",
    ]


@statement(weight=2, needs=NEEDED + ", coroutines by hand")
def awaited_object(make: Maker) -> list[str]:
    """`await` of an object whose `__await__` hands over to a coroutine that pauses."""
    if not make.may_await():
        return make.simple()
    kind = make.fresh("Await")
    return [
        f"class {kind}:",
        "    def __init__(self, value):",
        "        self.value = value",
        "    async def get(self):",
        f"        return [self.value, await {make.chance.pick(('act', 'flaky', 'act'))}(self.value)]",
        "    def __await__(self):",
        f"        return {make.chance.pick(('self.get().__await__()', '(yield from self.get().__await__())'))}",
        *watched(f"{make.target('list')} = await {kind}({make.leaf('int')})"),
    ]
