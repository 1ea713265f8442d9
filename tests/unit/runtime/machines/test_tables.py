"""The tables of the state machines: every state with every event, and the page that is drawn from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from waymark.runtime.machines.calls import CALLS, CallEvent, CallState
from waymark.runtime.machines.diagrams import TABLES, machines_page
from waymark.runtime.machines.leases import LEASES, OVER, LeaseEvent, LeaseState, lease_at
from waymark.runtime.machines.runs import RUNS, RunEvent
from waymark.runtime.machines.table import Refused, Row, Table
from waymark.runtime.model import ENDED, Status

PAGE = Path(__file__).parents[4] / "docs" / "reference" / "machines.md"
PAIRS = [(table, state, event) for table in TABLES for state in table.states for event in table.events]


def spelled(pair: object) -> str:
    return pair.name if isinstance(pair, Table) else getattr(pair, "name", "")


@pytest.mark.parametrize(("table", "state", "event"), PAIRS, ids=spelled)
def test_every_event_leads_somewhere_or_is_refused_by_name(table: Table, state, event) -> None:
    rows = [row for row in table.rows if (row.state, row.event) == (state, event)]
    if rows:
        assert table.step(state, event) is rows[0].to
        assert table.allows(state, event)
    elif (state, event) in table.ignored:
        assert table.step(state, event) is state
        assert not table.allows(state, event)
    else:
        with pytest.raises(Refused, match=f"means nothing to a {table.name} that is {state.value!r}"):
            table.step(state, event)


@pytest.mark.parametrize("table", TABLES, ids=spelled)
def test_every_state_can_be_reached(table: Table) -> None:
    reached = {table.begins}
    while more := {row.to for row in table.rows if row.state in reached} - reached:
        reached |= more
    assert reached == set(table.states)


@pytest.mark.parametrize("table", TABLES, ids=spelled)
def test_every_event_has_a_use(table: Table) -> None:
    assert {row.event for row in table.rows} | {event for _, event in table.ignored} == set(table.events)


def test_a_table_says_one_thing_about_a_state_and_an_event() -> None:
    row = Row(Status.QUEUED, RunEvent.COMMITTED, Status.RUNNING, "")
    with pytest.raises(ValueError, match="says two things"):
        Table("run", "", Status.QUEUED, (row, row))


def test_the_page_is_not_stale() -> None:
    assert PAGE.read_text(encoding="utf-8") == machines_page(), (
        "run: python -m waymark.runtime.machines.diagrams > docs/reference/machines.md"
    )


def test_what_has_ended_stays_ended() -> None:
    assert {state for state in RUNS.states if RUNS.ends(state)} == {Status.FINISHED}


def test_a_failed_run_comes_back_by_a_commit_of_its_owner_alone() -> None:
    assert {Status.FINISHED, Status.FAILED} == ENDED
    assert {row.event for row in RUNS.rows if row.state is Status.FAILED} == set(RunEvent)


def test_an_attempt_leaves_only_after_its_commit() -> None:
    ways = [(row.state, row.event) for row in CALLS.rows if row.to is CallState.UNDER_WAY]
    assert ways == [(CallState.ASKED, CallEvent.COMMITTED)]


def test_nothing_but_acquiring_brings_a_lost_lease_back() -> None:
    ways = {row.event for row in LEASES.rows if row.to is LeaseState.HELD and row.state is not LeaseState.HELD}
    assert ways == {LeaseEvent.ACQUIRED}


@pytest.mark.parametrize(
    ("until", "now", "state"),
    [
        (None, 5, LeaseState.NONE),
        (OVER, 5, LeaseState.OVER),
        (5, 5, LeaseState.HELD),
        (5, 6, LeaseState.LATE),
    ],
)
def test_where_a_lease_stands(until: int | None, now: int, state: LeaseState) -> None:
    assert lease_at(until, now) is state
