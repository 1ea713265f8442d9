"""What goes wrong in a world by itself, whatever its people and engines do: drawn again and again while faults last."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from .database import at_once
from .plan import MS, SECOND

if TYPE_CHECKING:
    from .world import World


def pulse(world: World) -> None:
    draw = world.draw
    if world.strikes("outage"):
        world.down_until = world.monotonic() + draw.randint(10 * MS, 3 * SECOND)
        world.say("database", "is down")
    if draw.random() < 0.2:
        world.store.follow()
    if world.strikes("failover"):
        _fail_over(world)
    if world.strikes("freeze") and world.shards:
        shard = draw.choice(world.shards)
        shard.frozen_until = world.lived() + draw.randint(100 * MS, 6 * SECOND)
        world.say(shard, "is stopped for a while")
    if world.strikes("clock_step"):
        world.step_us += draw.choice([-3, 3, 1]) * draw.randint(1, SECOND)
        world.say("database", "its clock is set")
    if world.strikes("steal") and world.shards:
        shard = draw.choice(world.shards)
        world.say(shard, "is declared dead, and is not")
        at_once(world.store.expire(shard.id))
    if world.strikes("corrupt"):
        world.people.corrupt()
    if world.strikes("future"):
        world.people.leave_future()
    if not world.calm:
        world.later(max(10 * MS, world.plan.span_us // 200), partial(pulse, world))


def _fail_over(world: World) -> None:
    world.say("database", "fails over to a standby that lags behind")
    world.generation += 1
    world.store.promote()
    world.people.failed_over()
