"""The engine's core in simulated worlds: no promise is broken, and planted bugs are caught.

500 seeds under the `ci` profile, 10,000 under `long`; `waymark sim --seed N` tells one of them.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from waymark.cli.sim import compiled_pool
from waymark.runtime.offers.own import OwnOffers
from waymark.runtime.offers.port import CallKey
from waymark.runtime.sim.checker import Violation
from waymark.runtime.sim.offering import Offering
from waymark.runtime.sim.plan import FAULTS, MS, Plan, RunPlan, plan_of
from waymark.runtime.sim.pool import Pool
from waymark.runtime.sim.report import tell_seed, try_seeds
from waymark.runtime.sim.shrink import shrunk, violation_of
from waymark.runtime.sim.texts import HEAD, text_of
from waymark.runtime.sim.world import World

from ..support.examples import profile
from .bugs import PLANTED
from .host_bugs import HOSTS, TIME_GOES_ON
from .order_bugs import ORDERS

SEEDS = {"ci": 500, "long": 10_000}
BUG_SEEDS_MAX = 600
BUGS = PLANTED | ORDERS | HOSTS


def trace_of(plan: Plan, pool: Pool | None = None) -> list[str]:
    lines: list[str] = []
    World(plan, trace=lines.append, pool=pool).run()
    return lines


@pytest.fixture(scope="session")
def pool() -> Pool:
    """Generated workflows, through the real compiler."""
    return compiled_pool()


def test_no_promise_is_broken_in_any_world(pool: Pool) -> None:
    told: list[str] = []
    failed = try_seeds(0, SEEDS[profile()], told.append, pool)
    print(told[-1])
    assert failed == 0, "\n".join(told)


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_caught(bug: str, pool: Pool) -> None:
    plans = ((seed, plan_of(seed, len(pool))) for seed in range(BUG_SEEDS_MAX))
    caught = (seed for seed, plan in plans if violation_of(plan, BUGS[bug], pool) is not None)
    seed = next(caught, None)
    assert seed is not None, f"{BUG_SEEDS_MAX} seeds did not notice: {bug}"
    print(f"{bug}: caught by the seed number {seed + 1}")


def held_for_long(seed: int) -> Plan:
    """One run with twenty seconds, which somebody pauses for up to forty."""
    run = RunPlan("a", (("sleep", 60_000_000), ("call", 1)), 0, pause_us=100_000, timeout_us=20_000_000)
    return Plan(seed, 1, (run,), (), frozenset(), 40_000_000)


def test_time_that_goes_on_in_a_pause_is_caught() -> None:
    assert all(violation_of(held_for_long(seed)) is None for seed in range(10))
    assert any(violation_of(held_for_long(seed), TIME_GOES_ON) is not None for seed in range(10))


def test_a_withdrawal_that_comes_late_takes_no_later_offer_away(monkeypatch: pytest.MonkeyPatch, pool: Pool) -> None:
    """Nobody waits for a call any more, and asks for it anew before its offer was withdrawn."""
    at_once = Offering._forget

    async def late(self: Offering, key: CallKey) -> None:
        await self._world.sleep(self._world.draw.randint(0, 400 * MS))
        await at_once(self, key)

    monkeypatch.setattr(Offering, "_forget", late)
    plans = [plan_of(seed, len(pool)) for seed in range(70, 90)]
    assert not any(violation_of(plan, None, pool) for plan in plans)
    monkeypatch.setattr(OwnOffers, "is_wanted", lambda self, key: False)
    rules = [violation.rule for plan in plans if (violation := violation_of(plan, None, pool)) is not None]
    assert set(rules) == {"nothing is stuck"}


def test_a_seed_is_one_world(pool: Pool) -> None:
    assert trace_of(plan_of(7)) == trace_of(plan_of(7))
    plan = plan_of(7, len(pool))
    assert any(run.program is not None for run in plan.runs)
    assert trace_of(plan, pool) == trace_of(plan, pool)


def test_what_a_schedule_does_late_by_jitter_is_a_part_of_its_seed() -> None:
    late = [plan for plan in map(plan_of, range(60)) if any(each.jitter_us for each in plan.schedules)]
    assert late and all(trace_of(plan) == trace_of(plan) for plan in late[:3])


def test_compiled_programs_meet_every_end(pool: Pool) -> None:
    """They run, print, receive, sleep, are cancelled, and lose their engines on the way."""
    ends: Counter[str] = Counter()
    for seed in range(40):
        world = World(plan_of(seed, len(pool)), pool=pool)
        world.run()
        ends.update(row.status.value for row in world.store.rows() if pool.needed(row) is not None)
    assert ends["finished"] > 30 and ends["failed"] > 0, ends
    texts = "".join(known.program.text for known in pool.known)
    words = ("gather", "TaskGroup", "FIRST_COMPLETED", "asyncio.Queue()", "asyncio.Lock()", "timeout", "receive")
    assert all(word in texts.replace(HEAD, "") for word in words)


@pytest.mark.parametrize("number", [0, 5])
def test_a_program_is_drawn_from_its_number_alone(number: int) -> None:
    assert text_of(number) == text_of(number) != text_of(number + 1)


def test_a_seed_is_the_same_world_in_every_process() -> None:
    script = (
        "from waymark.runtime.sim.plan import plan_of\nfrom waymark.runtime.sim.world import World\n"
        "for seed in (3, 7, 12): World(plan_of(seed), trace=print).run()"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1] and len(runs[0].splitlines()) > 50


def test_every_fault_happens_and_every_end_is_met() -> None:
    """Worlds in which nothing went wrong would prove nothing."""
    told = "\n".join(line for seed in range(75) for line in trace_of(plan_of(seed)))
    for event in (
        "is killed: between two effects",
        "is killed: after a commit, before it heard of it",
        "is killed: in the middle of a slice",
        "killed its engine",
        "fails over",
        "is down",
        "is stopped for a while",
        "its clock is set",
        "is declared dead, and is not",
        "has handed over partitions",
        "a commit is delayed",
        "is damaged",
        "a later version writes",
        "have another owner or epoch",
        "have another revision",
        "refused the data: poison",
        "engines died while they executed it",
        "no worker knows",
        "is not in the store",
        "nobody waits for this attempt",
        "seconds pass in sleep",
        "which is paused",
        "to be tried again",
        "on a claim",
        "has paid for call",
        "does not know whether it has paid",
        "falls silent",
        "fires schedule-0@",
        "pauses schedule-0",
        "triggers schedule-0",
        "fills in schedule-0",
        "deletes schedule-0",
    ):
        assert event in told, event


def test_a_world_without_faults_ends_by_itself() -> None:
    steps = (("call", 3), ("sleep", 30 * 86_400 * 1_000_000), ("fan", 3), ("say", 1))
    plan = Plan(1, 2, (RunPlan("a", steps, 0), RunPlan("b", steps, 5_000)), (), frozenset(), 200_000)
    lines = trace_of(plan)
    assert sum("is finished" in line for line in lines) == 2
    assert not any("is killed" in line for line in lines)


def weight(plan: Plan) -> int:
    return plan.engines + len(plan.faults) + len(plan.schedules) + sum(1 + len(run.steps) for run in plan.runs)


def test_a_failing_plan_is_shrunk_and_fails_alike() -> None:
    bug = PLANTED["effect released before its commit"]
    plan = next(plan for plan in map(plan_of, range(50)) if violation_of(plan, bug))
    small = shrunk(plan, bug)
    violation = violation_of(small, bug)
    assert violation is not None and violation.rule == violation_of(plan, bug).rule  # type: ignore[union-attr]
    assert 2 * weight(small) <= weight(plan)


def test_a_seed_is_told_in_lines_that_a_person_reads() -> None:
    lines: list[str] = []
    assert tell_seed(7, None, lines.append)
    assert lines[0].startswith("seed 7: ")
    assert any("has taken partitions" in line for line in lines)
    assert lines[-1].startswith("after ")


def test_steps_bound_what_is_told() -> None:
    lines: list[str] = []
    assert tell_seed(7, 20, lines.append)
    assert lines[-1] == "after 20 steps"


@pytest.mark.parametrize("seed", range(3))
def test_a_plan_is_drawn_from_its_seed_alone(seed: int) -> None:
    assert plan_of(seed) == plan_of(seed)
    assert plan_of(seed) != plan_of(seed + 1)
    assert plan_of(seed).faults <= FAULTS.keys()


def test_a_violation_names_its_rule() -> None:
    assert str(Violation("P3", "too early")) == "P3: too early"
