"""What each action's own policy does to its calls, also when another engine takes them up."""

from __future__ import annotations

import pytest

from waymark.runtime.machines.attempts import AttemptPolicy
from waymark.runtime.machines.policies import DATES_PAGE, Policies, decode_dates, encode_dates
from waymark.runtime.model import RunRef, Status

from .doubles import ACTION
from .world import TTL_MS, World, outcome

SECOND = 1_000_000
DEADLINE = AttemptPolicy(attempts_max=9, deadline_us=60 * SECOND)


def world_of(policy: AttemptPolicy | Policies) -> World:
    return World(policy=policy)  # type: ignore[arg-type]


def dates(world: World, ref: RunRef) -> dict[int, int]:
    return decode_dates(world.store._pages[ref].get(DATES_PAGE))


def test_an_action_has_its_own_policy_and_the_others_the_usual_one() -> None:
    own = AttemptPolicy(attempts_max=3, timeout_ms=7)
    policies = Policies(AttemptPolicy(timeout_ms=5), {ACTION: own})
    assert (policies.of(ACTION), policies.of("other:act").timeout_ms) == (own, 5)
    world = world_of(policies)
    ref = world.start("a", ["call", 1])
    world.settle()
    assert world.running[0].timeout_ms == 7
    for _ in range(2):
        world.report(world.running[0], "no")
        world.now += 60 * SECOND
        world.settle()
    assert world.running[0].attempt == 3
    world.report(world.running[0], "no")
    world.finish()
    assert outcome(world, ref) == [False, "ValueError: ValueError: no"]


def test_only_errors_that_the_policy_names_are_repeated() -> None:
    for retry_on, attempts in ((frozenset({"RuntimeError"}), 2), (frozenset({"KeyError"}), 1)):
        world = world_of(AttemptPolicy(attempts_max=2, retry_on=retry_on))
        world.start("a", ["call", 1])
        world.settle()
        world.report(world.running[0], "decoded as a RuntimeError")
        world.settle()
        assert len(world.started) == attempts


def test_a_deadline_counts_from_the_first_attempt_whichever_engine_makes_the_last() -> None:
    world = world_of(DEADLINE)
    ref = world.start("a", ["call", 1])
    world.settle()
    began = world.now
    assert dates(world, ref) == {1: began}, "durable with the state that asks for the attempt"
    for _ in range(3):
        world.crash()  # each takes the time of a lease
        world.settle()
        assert dates(world, ref) == {1: began}
    assert world.running[0].attempt == 4 and world.now - began == 3 * (TTL_MS * 1000 + 1)
    world.lose(world.running[0])
    world.now += 15 * SECOND
    world.settle()
    world.lose(world.running[0])
    world.finish()
    said = outcome(world, ref)
    assert said[0] is False and said[1].startswith(f"ValueError: action {ACTION} had no outcome by its deadline")


def test_a_call_that_has_ended_is_dated_no_more_and_a_run_that_has_leaves_no_page() -> None:
    world = world_of(DEADLINE)
    ref = world.start("a", ["call", 1], ["sleep", SECOND], ["fan", 2])
    world.settle()
    world.report(world.running[0])
    world.settle()
    assert DATES_PAGE not in world.store._pages[ref]
    world.now += SECOND
    world.settle()
    assert dates(world, ref) == {2: world.now, 3: world.now}
    world.report(world.running[0])
    world.settle()
    assert dates(world, ref) == {3: world.now}
    world.finish()
    assert world.row(ref).status == Status.FINISHED and world.store._pages[ref] == {}


def test_runs_without_deadlines_have_no_such_page() -> None:
    world = World()
    ref = world.start("a", ["fan", 2])
    world.settle()
    assert world.store._pages[ref] == {}


def test_a_damaged_page_of_dates_parks_its_run() -> None:
    world = world_of(DEADLINE)
    bad, good = world.start("bad", ["call", 1]), world.start("good", ["call", 1])
    world.settle()
    world.store._pages[bad][DATES_PAGE] = b"rubbish"
    world.crash()
    world.finish()
    assert (world.row(bad).status, world.row(good).status) == (Status.PARKED, Status.FINISHED)
    assert world.row(bad).reason.startswith("it cannot be loaded: ")  # type: ignore[union-attr]


@pytest.mark.parametrize("known", [{}, {2: 7, 1: 8}])
def test_dates_are_the_same_bytes_whatever_their_order(known: dict[int, int]) -> None:
    assert decode_dates(encode_dates(known)) == known
    assert encode_dates(known) == encode_dates(dict(reversed(list(known.items()))))
