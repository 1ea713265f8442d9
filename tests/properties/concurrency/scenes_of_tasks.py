"""Scenes of tasks: spawned, awaited, cancelled, looked at; what a worker does when it is cancelled."""

from __future__ import annotations

from .maker import Maker, indented, scene


@scene(weight=5)
def said(make: Maker) -> list[str]:
    return make.simple()


@scene(weight=3)
def an_action(make: Maker) -> list[str]:
    action = make.chance.pick(("act", "flaky"))
    return make.guarded([f"say('came', await {action}({make.number()}))"])


@scene(weight=2)
def races(make: Maker) -> list[str]:
    """Turns are given away one by one."""
    turn = "await asyncio.sleep(0)"
    return [f"for turn in range({make.chance.between(1, 4)}):", "    say('turn', turn)", f"    {turn}"]


@scene(weight=6)
def spawned(make: Maker) -> list[str]:
    if not make.has_workers():
        return make.simple()
    chance, level = make.chance, make.later()
    name = f", name='n{make.number()}'" if chance.percent(20) else ""
    how = chance.pick(("asyncio.create_task", "asyncio.create_task", "loop.create_task"))
    lines = [f"tasks[{level}].append({how}(w{level}({make.number()}){name}))"]
    return lines * 2 if chance.percent(15) else lines


@scene(weight=5)
def awaited(make: Maker) -> list[str]:
    return make.guarded([f"say('got', await {make.awaitable()})"])


@scene(weight=5)
def cancelled(make: Maker) -> list[str]:
    message = make.chance.pick(("", "", f"'m{make.number()}'", f"msg={make.number()}"))
    lines = [f"say('cancel', {make.any_task()}.cancel({message}))"]
    return [*lines, "await asyncio.sleep(0)"] if make.chance.percent(30) else lines


@scene(weight=2)
def cancelled_twice(make: Maker) -> list[str]:
    """A task that was just made is cancelled: before its first step, at its first await, or both."""
    turns = ["await asyncio.sleep(0)"] * make.chance.below(3)
    name = make.fresh("t")
    return [
        f"{name} = spawn({make.coroutine()})",
        *turns,
        f"{name}.cancel('first')",
        *turns[:1],
        f"say({name}.cancel('second'), {name}.done(), shown({name}, 'cancelling'))",
        *make.guarded([f"say('got', await {name})"]),
        f"say(shown({name}, 'cancelled'), shown({name}, 'exception'))",
    ]


@scene(weight=3)
def looked_at(make: Maker) -> list[str]:
    what = make.chance.pick(("done", "cancelled", "cancelling", "get_name", "result", "exception", "uncancel"))
    return [f"say({what!r}, shown({make.any_task()}, {what!r}))"]


@scene(weight=1)
def all_of_them(make: Maker) -> list[str]:
    return ["say('all', sorted(task.get_name() for task in asyncio.all_tasks()))"]


@scene(weight=1)
def named(make: Maker) -> list[str]:
    return [f"asyncio.current_task().set_name('k{make.number()}')"]


@scene(weight=5)
def cleaned_up(make: Maker) -> list[str]:
    """What is done on the way out awaits, too."""
    return ["try:", *make.block(), "finally:", "    say('finally')", *make.block(2)]


@scene(weight=4)
def answered(make: Maker) -> list[str]:
    """A cancellation is swallowed, answered with another error, taken back, or goes on after an await."""
    chance = make.chance
    last = chance.pick(("raise", "raise", "pass", "raise ValueError('instead')", "asyncio.current_task().uncancel()"))
    more = make.block(1) if chance.percent(50) else []
    return ["try:", *make.block(), "except asyncio.CancelledError as error:", "    tell(error)", *more, f"    {last}"]


@scene(weight=2)
def fails(make: Maker) -> list[str]:
    error = make.chance.pick(("ValueError('v')", "KeyError('k')", "Own(7)", "asyncio.CancelledError('by hand')"))
    return [f"if number {make.chance.pick(('<', '>', '=='))} {make.number()}:", f"    raise {error}"]


@scene(weight=2)
def repeated(make: Maker) -> list[str]:
    lines = make.block(2)
    return [f"for index in range({make.chance.between(2, 3)}):", *lines]


@scene(weight=1)
def misused(make: Maker) -> list[str]:
    """What asyncio answers to mistakes."""
    coroutine, name = make.fresh("c"), make.fresh("t")
    again = make.chance.pick(
        (
            [f"{coroutine} = act(1)", f"await {coroutine}", f"await {coroutine}"],
            ["await asyncio.current_task()"],
            [f"{name} = spawn(asyncio.sleep(0))", f"await {name}", f"{name}.set_result(3)"],
            [f"{name} = spawn(asyncio.sleep(0))", f"{name}.set_exception(ValueError())"],
            ["asyncio.create_task(3)"],
            ["await asyncio.gather(3)"],
            ["await asyncio.wait([])"],
            ["await asyncio.wait_for(3, 1)"],
            [f"{coroutine} = waits({make.task()})", f"await {coroutine}", f"await spawn({coroutine})"],
        )
    )
    return ["try:", *indented(again), "except Exception as error:", "    tell(error)"]


@scene(weight=1)
def by_a_class(make: Maker) -> list[str]:
    """An object of the program with `__await__`."""
    return make.guarded([f"say('awaited', await Held({make.awaitable()}))"])
