"""Scenes of messages to the run: received in time or not, by several at once, by one that is cancelled meanwhile."""

from __future__ import annotations

from .maker import TOPICS, Maker, scene


@scene(weight=3)
def received(make: Maker) -> list[str]:
    return make.guarded([f"say('message', await {make.message()})"])


@scene(weight=2)
def received_by_several(make: Maker) -> list[str]:
    """First come, first served; one of them may leave the line, or leave what it was woken for to the next."""
    chance, names = make.chance, make.fresh("them")
    topic = chance.pick(TOPICS)
    limit = chance.pick(("", ", 3", f", {make.delay()}"))
    lines = [f"{names} = [spawn(self.receive({topic!r}{limit})) for _ in range({chance.between(2, 3)})]"]
    if chance.percent(70):
        when = chance.pick(("", "", "await asyncio.sleep(0)", f"await act({make.number()})"))
        cancelled = f"{names}[{chance.below(2)}].cancel('left')"
        lines += [when, f"say({cancelled})"] if when else [f"loop.call_later({make.delay()}, lambda: {cancelled})"]
    gathered = f"say('messages', told(await asyncio.gather(*{names}, return_exceptions=True)))"
    return [*lines, *make.guarded([gathered])] if chance.percent(80) else lines
