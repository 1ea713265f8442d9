"""Scenes of futures by hand and of callbacks: settled by others, twice, cancelled; called soon, later, never."""

from __future__ import annotations

from .maker import Maker, scene


def _callback(make: Maker) -> str:
    """What is called by the loop, with arguments: it says something, settles, cancels or raises."""
    future = f"hand({make.number()})"
    return make.chance.weighted(
        (
            (4, f"say, 'called', {make.number()}"),
            (3, f"settle, {future}, {make.number()}"),
            (2, f"{make.any_task()}.cancel"),
            (1, f"{future}.cancel"),
            (1, f"boom, {make.number()}"),
            (1, f"{make.shared('event')}.set"),
            (1, f"late, lambda: {make.shared('queue')}.put_nowait({make.number()})"),
        )
    )


@scene(weight=4)
def called_later(make: Maker) -> list[str]:
    chance, handle = make.chance, make.fresh("handle")
    how = chance.pick(("call_soon(", f"call_later({make.delay()}, ", f"call_at(loop.time() + {make.delay()}, "))
    lines = [f"{handle} = loop.{how}{_callback(make)})"]
    if chance.percent(20):
        lines += [*make.simple(), f"{handle}.cancel()", f"say({handle}.cancelled())"]
    return lines


@scene(weight=5)
def settled(make: Maker) -> list[str]:
    future = f"hand({make.number()})"
    how = make.chance.pick(
        (
            f"late(lambda: {future}.set_result({make.number()}))",
            f"late(lambda: {future}.set_exception(ValueError('set', {make.number()})))",
            f"late(lambda: {future}.set_exception(Own))",
            f"say({future}.cancel())",
            f"say({future}.cancel('f'))",
        )
    )
    return [how]


@scene(weight=3)
def misused_future(make: Maker) -> list[str]:
    future = f"hand({make.number()})"
    how = make.chance.pick(("result()", "exception()", "set_exception(StopIteration())", "set_exception(3)", "done()"))
    return [f"say('future', late(lambda: {future}.{how}))"]


@scene(weight=4)
def told_when_done(make: Maker) -> list[str]:
    """Callbacks of tasks and futures, removed again, or added when it is done."""
    chance, thing = make.chance, make.fresh("it")
    callback = chance.pick(("ended", "ended", "boom", "lambda done: say('lambda', done.done())"))
    what = chance.pick((make.any_task(), f"hand({make.number()})", f"spawn({make.coroutine()})"))
    lines = [f"{thing} = {what}", f"{thing}.add_done_callback({callback})"]
    if chance.percent(25):
        lines += [f"{thing}.add_done_callback(ended)", f"say('removed', {thing}.remove_done_callback(ended))"]
    return lines


@scene(weight=2)
def a_future_of_its_own(make: Maker) -> list[str]:
    """Made, settled by a timer, awaited by several."""
    future = make.fresh("future")
    made = make.chance.pick(("loop.create_future()", "asyncio.Future()"))
    return [
        f"{future} = {made}",
        f"loop.call_later({make.delay()}, settle, {future}, {make.number()})",
        *make.guarded([f"say('several', told(await asyncio.gather({future}, waits({future}), waits({future}))))"]),
    ]
