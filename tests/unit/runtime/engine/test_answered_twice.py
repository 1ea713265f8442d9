"""An offer that nobody knew to be put up is put up again, and so its attempt may be answered twice."""

from __future__ import annotations

import uuid

from waymark.runtime.model import Status
from waymark.runtime.offers.answers import Answer
from waymark.runtime.offers.port import Offer, OfferKind
from waymark.vm.surface import Succeeded

from .doubles import ACTION
from .world import World, at_once, outcome

OTHER = uuid.UUID(int=91)


def test_the_second_answer_of_an_attempt_is_dropped_and_the_run_goes_on() -> None:
    world = World()
    world.core.ticketing()
    ref = world.start("a", ["call", 1], ["call", 2])
    world.settle()
    (first,) = world.running
    offer = Offer(ref, first.request, first.attempt, OfferKind.ROOM, ACTION, first.arguments, 1_000)
    for _ in range(2):
        at_once(world.store.offer(world.engine, dict(world.core.epochs), [offer]))
        assert at_once(world.store.claim(OTHER, [ACTION], 1, 1_000, 0))
        answer = Answer(first.request, first.attempt, world.host.encode_outcome(Succeeded(10)))
        assert at_once(world.store.answer(OTHER, [(ref, answer)]))
    world.finish()
    assert world.row(ref).status is Status.FINISHED and outcome(world, ref) == [True, 30]
    assert len([dispatch for dispatch in world.started if dispatch.request == first.request]) == 1
