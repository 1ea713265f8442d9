"""What lies between engines, clients and the database: it delays, loses questions and answers, and delivers late."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator
from typing import TYPE_CHECKING, Any

from ..ports import OutcomeUnknown, StoreError, Unreachable
from .database import at_once
from .plan import MS, SECOND

if TYPE_CHECKING:
    from .shard import Shard
    from .world import World

GIVE_UP_US = 400 * MS  # after so long without an answer a connection counts as lost


class Trap:
    """What a coroutine waits for."""

    def __init__(self, us: int, ask: Callable[[], Coroutine[Any, Any, Any]] | None, commit: bool) -> None:
        self.us = us
        self.ask = ask
        self.commit = commit

    def __await__(self) -> Generator[Trap, Any, Any]:
        return (yield self)


Life = Coroutine[Any, Any, None]


class Network:
    def __init__(self, world: World) -> None:
        self._world = world

    def send(self, trap: Trap, shard: Shard | None, resume: Callable[[Any, Exception | None], None]) -> None:
        """Ask, and resume whoever asked: once, with the answer or with what becomes of a question without one."""
        world = self._world
        open_ = [True]
        generation = world.generation

        def end(answer: Any, error: Exception | None) -> None:
            if open_[0]:
                open_[0] = False
                resume(answer, error)

        def lost() -> None:
            end(None, OutcomeUnknown("no answer") if trap.commit else Unreachable("no answer"))

        def arrive() -> None:
            if generation != world.generation:
                world.later(GIVE_UP_US, lost, shard)
                return
            if world.monotonic() < world.down_until:
                world.later(world.latency(), lambda: end(None, Unreachable("refused")), shard)
                return
            answer, error = self._answer(trap, shard)
            if world.strikes("lost_answer"):
                world.later(GIVE_UP_US, lost, shard)
            else:
                world.later(world.latency(), lambda: end(answer, error), shard)

        if trap.commit and world.strikes("late_commit"):
            world.say(shard or "world", "a commit is delayed")
            self._delay(shard, lost, arrive)
        elif world.strikes("lost_request"):
            world.later(GIVE_UP_US, lost, shard)
        else:
            world.later(world.latency(), arrive)

    def _delay(self, shard: Shard | None, lost: Callable[[], None], arrive: Callable[[], None]) -> None:
        """Until it has arrived, who has given it up reads nothing: see `ports.Store.commit`."""
        world = self._world
        if shard is not None:
            shard.doubtful += 1

        def arrived() -> None:
            if shard is not None:
                shard.doubtful -= 1
            arrive()

        world.later(GIVE_UP_US, lost, shard)
        world.later(GIVE_UP_US + world.draw.randint(0, 2 * SECOND), arrived)

    def _answer(self, trap: Trap, shard: Shard | None) -> tuple[Any, Exception | None]:
        world = self._world
        assert trap.ask is not None
        try:
            answer = at_once(trap.ask())
        except StoreError as error:
            world.say("database", f"refuses {shard.name if shard else 'a client'}: {error}")
            return None, error
        if trap.commit and shard is not None:
            world.say("database", f"commits for {shard.name}")
            if not shard.dead and world.strikes("crash"):
                world.kill(shard, "after a commit, before it heard of it")
        return answer, None
