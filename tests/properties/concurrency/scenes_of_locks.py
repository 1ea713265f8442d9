"""Scenes of locks, events, conditions, semaphores, barriers and queues; mostly with a limit, so that few get stuck."""

from __future__ import annotations

from .maker import Maker, indented, scene


def limited(make: Maker, lines: list[str]) -> list[str]:
    """The lines, which may wait for what nobody brings, under a timeout; seldom without."""
    if make.chance.percent(6):
        return make.guarded(lines)
    delay = make.chance.pick(("0.1", "0.3", "0.5", "1", "2"))
    return make.guarded([f"async with asyncio.timeout({delay}):", *indented(lines)])


@scene(weight=4)
def locked(make: Maker) -> list[str]:
    lock = make.shared("lock")
    if make.chance.percent(20):
        hand = ["say('locked', await LOCK.acquire())", *make.statements(1), "LOCK.release()"]
        return limited(make, [line.replace("LOCK", lock) for line in hand])
    return limited(make, [f"async with {lock}:", f"    say('in', {lock}.locked())", *make.block(2)])


@scene(weight=1)
def released(make: Maker) -> list[str]:
    thing = make.chance.pick(("lock", "semaphore", "condition"))
    return [f"say(late(lambda: {make.shared(thing)}.release()))"]


@scene(weight=4)
def an_event(make: Maker) -> list[str]:
    event = make.shared("event")
    match make.chance.below(4):
        case 0:
            return [f"{event}.set()", f"say({event}.is_set())"]
        case 1:
            return [f"{event}.clear()"]
        case _:
            return limited(make, [f"say('event', await {event}.wait())"])


@scene(weight=4)
def a_condition(make: Maker) -> list[str]:
    chance, condition = make.chance, make.shared("condition")
    match chance.below(4):
        case 0:
            told = chance.pick(("notify()", "notify(2)", "notify_all()"))
            lines = [f"async with {condition}:", "    steps.append(1)", f"    {condition}.{told}"]
        case 1:
            ready = f"lambda: len(steps) > {make.chance.below(4)}"
            lines = [f"async with {condition}:", f"    say('ready', await {condition}.wait_for({ready}))"]
        case 2:
            return [f"say(late(lambda: {condition}.notify()))"]
        case _:
            lines = [f"async with {condition}:", f"    say('told', await {condition}.wait())", "    say('on')"]
    return limited(make, lines)


@scene(weight=4)
def a_semaphore(make: Maker) -> list[str]:
    semaphore = make.shared("semaphore")
    if make.chance.percent(25):
        lines = [f"say('taken', await {semaphore}.acquire(), {semaphore}.locked())"]
        return limited(make, [*lines, *make.simple(), f"{semaphore}.release()"])
    return limited(make, [f"async with {semaphore}:", "    say('in')", *make.block(2)])


@scene(weight=3)
def a_barrier(make: Maker) -> list[str]:
    chance, barrier = make.chance, make.shared("barrier")
    match chance.below(5):
        case 0:
            how = chance.pick(("abort", "reset", "reset"))
            return limited(make, [f"await {barrier}.{how}()", f"say({barrier}.broken, {barrier}.n_waiting)"])
        case 1:
            return limited(make, [f"async with {barrier} as place:", "    say('place', place)"])
        case 2:
            waits = ", ".join(f"{barrier}.wait()" for _ in range(chance.between(1, 4)))
            return limited(make, [f"say('all', await asyncio.gather({waits}))"])
        case _:
            return limited(make, [f"say('place', await {barrier}.wait(), {barrier}.n_waiting)"])


@scene(weight=6)
def a_queue(make: Maker) -> list[str]:
    chance, queue = make.chance, make.shared("queue")
    match chance.below(6):
        case 0:
            return [f"say(late(lambda: {queue}.put_nowait({make.number()})), {queue}.qsize(), {queue}.full())"]
        case 1:
            return [f"say(late(lambda: {queue}.get_nowait()), {queue}.empty())"]
        case 2:
            return limited(make, [f"await {queue}.put({make.number()})", "say('put')"])
        case 3:
            return [f"say(late(lambda: {queue}.task_done()))"]
        case 4:
            return limited(make, [f"await {queue}.join()", "say('joined')"])
        case _:
            return limited(make, [f"say('item', await {queue}.get())"])


@scene(weight=3)
def producers_and_consumers(make: Maker) -> list[str]:
    """The classic: some produce, some consume, the consumers are cancelled at the end."""
    chance, queue, workers = make.chance, make.fresh("line"), make.fresh("workers")
    kind = chance.pick(("Queue", "LifoQueue", "PriorityQueue"))
    pause = chance.pick(("await act(item)", "await asyncio.sleep(item / 10)", "await asyncio.sleep(0)", "pass"))
    name = make.fresh("consumer")
    return [
        f"{queue} = asyncio.{kind}({chance.pick(('', '1', '2', '-1'))})",
        f"async def {name}(label):",
        "    while True:",
        f"        item = await {queue}.get()",
        "        try:",
        f"            {pause}",
        "            say(label, item)",
        "        finally:",
        f"            {queue}.task_done()",
        f"{workers} = [asyncio.create_task({name}(label)) for label in 'xyz'[:{chance.between(1, 3)}]]",
        f"for item in ({', '.join(str(make.number()) for _ in range(chance.between(2, 5)))},):",
        *indented(limited(make, [f"await {queue}.put(item)"])),
        *limited(make, [f"await {queue}.join()"]),
        f"for each in {workers}:",
        "    each.cancel()",
        f"say('over', told(await asyncio.gather(*{workers}, return_exceptions=True)))",
    ]
