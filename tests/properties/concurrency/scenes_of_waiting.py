"""Scenes of several awaitables at once: gather, wait, wait_for, as_completed, shield, task groups and timeouts."""

from __future__ import annotations

from .maker import Maker, indented, scene


def _some(make: Maker, most: int = 3) -> list[str]:
    return [make.awaitable() for _ in range(make.chance.between(0 if make.chance.percent(8) else 1, most))]


def _gather(make: Maker, depth: int = 1) -> str:
    chance = make.chance
    parts = _some(make, 4)
    if depth and chance.percent(25):
        parts.insert(0, _gather(make, depth - 1))
    if chance.percent(25):
        parts = [f"*[{', '.join(parts)}]"]
    elif chance.percent(15):
        parts = [f"*({make.coroutine()} for _ in range({chance.between(0, 3)}))"]
    if chance.percent(40):
        parts.append(f"return_exceptions={chance.pick(('True', 'True', 'False'))}")
    return f"asyncio.gather({', '.join(parts)})"


@scene(weight=6)
def gathered(make: Maker) -> list[str]:
    return make.guarded([f"say('gathered', told(await {_gather(make)}))"])


@scene(weight=3)
def gathered_and_cancelled(make: Maker) -> list[str]:
    """A gather under way is cancelled, by whoever made it or by a timer."""
    name, chance = make.fresh("g"), make.chance
    how = chance.pick((f"say({name}.cancel())", f"say({name}.cancel('m'))", f"loop.call_later(0.1, {name}.cancel)"))
    between = make.simple() if chance.percent(50) else []
    after = [f"say({name}.done(), shown({name}, 'cancelled'))"]
    return [f"{name} = {_gather(make)}", *between, how, *make.guarded([f"say(told(await {name}))"]), *after]


@scene(weight=7)
def grouped(make: Maker) -> list[str]:
    """A task group: children that fail or are cancelled, a body that does, children that make more of them."""
    chance, group = make.chance, make.fresh("group")
    lines = [f"{make.fresh('t')} = {group}.create_task({make.coroutine()})" for _ in range(chance.between(1, 3))]
    if chance.percent(70):
        with make.deeper():
            lines[chance.below(len(lines)) :] += make.statements(2)
    if chance.percent(15):
        lines.append(chance.pick(("raise ValueError('body')", "raise Own(8)", f"await {group}.__aenter__()")))
    if chance.percent(15):
        lines.append(f"loop.call_later({make.delay()}, asyncio.current_task().cancel, 'late')")
    after = [f"late(lambda: {group}.create_task(act(1)))"] if chance.percent(10) else []
    lines = [f"async with asyncio.TaskGroup() as {group}:", *indented(lines)]
    match chance.below(4):
        case 0:
            kind = chance.pick(("ValueError", "(KeyError, Own)", "Exception"))
            handler = [f"except* {kind} as error:", "    tell(error)", *(make.block(1) if chance.percent(30) else [])]
            return ["try:", *indented(lines), *handler, *after]
        case 1:
            return [*lines, *after]
        case _:
            return [*make.guarded(lines), *after]


@scene(weight=6)
def limited(make: Maker) -> list[str]:
    """A timeout around anything, moved while it runs."""
    chance, limit = make.chance, make.fresh("limit")
    made = chance.pick(
        (
            f"asyncio.timeout({make.delay()})",
            f"asyncio.timeout({make.delay()})",
            f"asyncio.timeout_at(loop.time() + {make.delay()})",
            "asyncio.timeout(None)",
            "asyncio.timeout(-1)",
        )
    )
    body = make.block(3)
    if chance.percent(30):
        when = chance.pick((f"loop.time() + {make.delay()}", f"loop.time() + {make.delay()}", "None", "0"))
        body.insert(0, f"    {limit}.reschedule({when})")
    lines = [f"async with {made} as {limit}:", *body]
    misuse = [f"late(lambda: {limit}.reschedule(1))"] if chance.percent(15) else []
    return [*make.guarded(lines), f"say('expired', late(lambda: {limit}.expired()))", *misuse]


@scene(weight=5)
def waited_for(make: Maker) -> list[str]:
    limit = make.chance.pick((make.delay(), make.delay(), make.delay(), "None", "-1"))
    return make.guarded([f"say('in time', await asyncio.wait_for({make.awaitable()}, {limit}))"])


@scene(weight=5)
def waited(make: Maker) -> list[str]:
    """`wait` until the first is done, until one fails, or until all are."""
    chance, names = make.chance, make.fresh("them")
    parts = [
        chance.weighted(((5, f"spawn({make.coroutine()})"), (3, make.task()), (1, f"hand({make.number()})")))
        for _ in range(chance.between(1, 3))
    ]
    options = chance.pick(("", "", f", timeout={make.delay()}"))
    until = chance.pick(("", ", return_when=asyncio.FIRST_COMPLETED", ", return_when=asyncio.FIRST_EXCEPTION"))
    opening, closing = chance.pick(("[]", "[]", "{}"))
    done, pending = make.fresh("done"), make.fresh("pending")
    after = chance.pick(([], [f"[each.cancel() for each in {names} if each in {pending}]"]))
    lines = [
        f"{names} = [{', '.join(parts)}]",
        f"{done}, {pending} = await asyncio.wait({opening}*{names}{closing}{options}{until})",
        f"say('waited', [each in {done} for each in {names}], len({done}), len({pending}))",
        *after,
    ]
    return make.guarded(lines)


@scene(weight=4)
def as_they_complete(make: Maker) -> list[str]:
    chance = make.chance
    limit = f", timeout={make.delay()}" if chance.percent(40) else ""
    parts = ", ".join(f"spawn({make.coroutine()})" for _ in range(chance.between(1, 4)))
    inner = make.guarded(["say('completed', await each)"])
    leave = ["if number == 5:", "    break"] if chance.percent(20) else []
    return make.guarded([f"for each in asyncio.as_completed([{parts}]{limit}):", *indented([*inner, *leave])])


@scene(weight=4)
def shielded(make: Maker) -> list[str]:
    chance, inner, outer = make.chance, make.fresh("inner"), make.fresh("outer")
    made = [f"{inner} = spawn({make.coroutine()})", f"{outer} = asyncio.shield({inner})"]
    how = chance.pick(
        (
            [f"say('shielded', await {outer})"],
            [f"say(await asyncio.wait_for({outer}, {make.delay()}))"],
            ["await asyncio.sleep(0)", f"say({outer}.cancel('m'))", f"say(await {outer})"],
            ["await asyncio.sleep(0)", f"say({inner}.cancel('m'))", f"say(await {outer})"],
        )
    )
    after = make.guarded([f"say('inner', await {inner})"]) if chance.percent(60) else []
    return [*made, *make.guarded(how), *after]
