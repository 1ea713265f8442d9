"""Calls that are offered to any host, as the core sees them: answers that come by the inbox, and offers in the way."""

from __future__ import annotations

from typing import Any

from waymark.runtime.engine.core import Core
from waymark.runtime.machines.attempts import AttemptPolicy, Backoff
from waymark.runtime.model import InboxKind, RunRef, Status
from waymark.runtime.offers.answers import Answer, encode_answer
from waymark.vm.surface import Raised, Succeeded

from .world import World, at_once, outcome


class Offering(Core):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.ticketing()


class Sharing(World):
    """Every call is offered; the test answers, and withdraws what the core wants to have withdrawn."""

    def __init__(self, policy: AttemptPolicy | None = None) -> None:
        super().__init__(Offering, policy)

    def boot(self) -> None:
        super().boot()
        self.withdrawals: list[tuple[RunRef, int]] = []

    def leave(self) -> None:
        super().leave()
        for dispatch in self.running:
            self.core.ticketed(dispatch.ref, dispatch.request, offered=True)
        self.withdrawals += self.core.withdrawals()

    def answer_offer(self, ref: RunRef, call: int = 1, attempt: int = 1, value: int = 10, error: str = "") -> None:
        """As a claimer's transaction, or its host, leaves it."""
        mine = (ref, call, attempt)
        self.running = [each for each in self.running if (each.ref, each.request, each.attempt) != mine]
        said = Raised(ValueError(error)) if error else Succeeded(value)
        answer = Answer(call, attempt, self.host.encode_outcome(said), started_at=self.now - 5, finished_at=self.now)
        self.store._put_entry(ref, InboxKind.OUTCOME, encode_answer(answer))

    def withdraw(self, answered: bool) -> None:
        given, self.withdrawals = self.withdrawals, []
        for ref, call in given:
            self.core.withdrawn(ref, call, answered)


def begun(*steps: list[Any], **options: Any) -> tuple[Sharing, RunRef]:
    world = Sharing(**options)
    ref = world.start("one", *(steps or (["call", 1],)))
    world.settle()
    return world, ref


def test_an_answer_in_the_inbox_is_the_calls_outcome():
    world, ref = begun()
    world.answer_offer(ref)
    world.settle()
    assert world.row(ref).status is Status.FINISHED and outcome(world, ref) == [True, 10]
    assert at_once(world.store.read_inbox([ref.part], 10)) == [], "it was consumed by the commit that applied it"
    (row,) = at_once(world.store.calls_of(ref))
    assert (row.call, row.attempt, row.ok) == (1, 1, True)
    assert world.withdrawals == [], "who has answered has taken the offer away"


def test_an_answer_to_an_attempt_before_a_takeover_counts_and_the_next_one_is_revoked():
    world, ref = begun(["call", 1], ["call", 2])
    world.crash()
    world.settle()
    assert [each.attempt for each in world.running] == [2]
    world.answer_offer(ref)
    world.settle()
    assert [(each.request, each.attempt) for each in world.running] == [(2, 1)]
    world.answer_offer(ref, call=2)
    world.settle()
    assert outcome(world, ref) == [True, 20] and world.running == []


def test_an_answer_that_is_there_before_the_next_attempt_makes_none():
    world, ref = begun()
    world.answer_offer(ref)
    world.crash()
    world.settle()
    assert outcome(world, ref) == [True, 10]
    assert [each.attempt for each in world.started] in ([1], [1, 2])


def test_an_earlier_attempts_error_that_is_repeated_changes_nothing_and_is_consumed():
    world, ref = begun(policy=AttemptPolicy(attempts_max=3, backoff=Backoff(base_us=0, cap_us=0)))
    world.crash()
    world.settle()
    world.answer_offer(ref, error="no")
    world.settle()
    assert [each.attempt for each in world.running] == [2]
    assert at_once(world.store.read_inbox([ref.part], 10)) == []
    world.answer_offer(ref, attempt=2)
    world.settle()
    assert outcome(world, ref) == [True, 10]


def test_an_error_from_the_inbox_is_repeated_by_the_policy():
    world, ref = begun(policy=AttemptPolicy(attempts_max=2, backoff=Backoff(base_us=0, cap_us=0)))
    world.answer_offer(ref, error="no")
    world.settle()
    assert [each.attempt for each in world.running][-1] == 2
    world.answer_offer(ref, attempt=2, error="no again")
    world.settle()
    assert "no again" in outcome(world, ref)[1]


def test_a_cancel_waits_for_the_offer_to_be_withdrawn():
    world, ref = begun()
    at_once(world.store.cancel(ref, "enough"))
    world.settle()
    assert world.withdrawals == [(ref, 1)]
    assert world.row(ref).status is Status.RUNNING, "nothing says that it was cancelled before that is decided"
    world.withdraw(answered=False)
    world.settle()
    assert world.row(ref).status is Status.FAILED and world.running == []


def test_a_cancel_that_comes_too_late_finds_the_value_first():
    world, ref = begun()
    at_once(world.store.cancel(ref, "enough"))
    world.settle()
    world.answer_offer(ref)
    world.withdraw(answered=True)
    world.settle()
    assert world.row(ref).status is Status.FINISHED and outcome(world, ref) == [True, 10]


def test_the_cancel_comes_at_the_next_await_if_the_value_came_with_it():
    world, ref = begun(["call", 1], ["call", 2])
    at_once(world.store.cancel(ref, "enough"))
    world.answer_offer(ref)
    world.settle()
    assert world.row(ref).status is not Status.FINISHED
    world.withdraw(answered=False)
    world.settle()
    (row,) = [each for each in at_once(world.store.calls_of(ref)) if each.ok]
    assert row.call == 1, "what was done is known to have been done"
    assert world.row(ref).status is Status.FAILED


def test_a_call_that_lost_a_race_is_withdrawn_before_the_run_goes_on():
    world, ref = begun(["race", 2], ["call", 5])
    world.answer_offer(ref, call=1)
    world.settle()
    assert world.withdrawals == [(ref, 2)] and len(world.started) == 2
    world.withdraw(answered=False)
    world.settle()
    assert [each.request for each in world.running] == [3]
    world.answer_offer(ref, call=3)
    world.settle()
    assert outcome(world, ref) == [True, 20]


def test_an_answer_waits_in_the_inbox_while_the_run_is_paused():
    world, ref = begun()
    at_once(world.store.pause(ref))
    world.settle()
    world.answer_offer(ref)
    world.settle()
    assert world.row(ref).status is Status.PAUSED
    at_once(world.store.resume(ref))
    world.settle()
    assert outcome(world, ref) == [True, 10]


def test_an_answer_that_cannot_be_read_parks_its_run_and_stays():
    world, ref = begun()
    world.store._put_entry(ref, InboxKind.OUTCOME, b"\xc1")
    world.settle()
    row = world.row(ref)
    assert row.status is Status.PARKED and "the answer to an offer of its call cannot be read" in (row.reason or "")
    assert [entry.kind for entry in at_once(world.store.read_inbox([ref.part], 10))] == [InboxKind.OUTCOME]


def test_an_answer_for_a_run_that_has_ended_is_thrown_away():
    world, ref = begun(["race", 2])
    world.answer_offer(ref, call=1)
    world.settle()
    world.withdraw(answered=False)
    world.settle()
    assert world.row(ref).status is Status.FINISHED
    world.answer_offer(ref, call=2)
    world.settle()
    assert at_once(world.store.read_inbox([ref.part], 10)) == [] and outcome(world, ref) == [True, 10]


def test_a_lost_commit_loses_no_answer():
    world, ref = begun(["call", 1], ["call", 2])
    world.answer_offer(ref)
    world.poll()
    world.turn()
    assert world.send()
    world.core.unknown()  # it was not made
    world.batch = None
    world.settle()
    assert [each.request for each in world.running][-1] == 2
    world.answer_offer(ref, call=2)
    world.settle()
    assert outcome(world, ref) == [True, 20]
