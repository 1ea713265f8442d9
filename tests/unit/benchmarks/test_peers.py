"""Benchmarks beside peers: that turns are taken, that failures are rows, that nothing is left behind."""

from __future__ import annotations

import importlib
import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.bench import TINY, Bench
from benchmarks.peers import WORKLOADS, __main__, environments
from benchmarks.peers.arena import Arena
from benchmarks.peers.contenders import BARE, CONTENDERS, DBOS, OURS, Contender
from benchmarks.peers.environments import Missing, python_of
from benchmarks.peers.rows import Aim, Row, plain
from benchmarks.peers.standing import Standing
from benchmarks.peers.table import cell, failures, markdown

ODD = Contender("odd", "tests.unit.benchmarks.odd_peer")
SPEED = Row(
    name="speed",
    unit="runs/s",
    values={OURS: (10.0, 20.0, 90.0), BARE: (100.0, 200.0, 300.0), DBOS: (1.0, 4.0, 9.0), "odd": "it is odd"},
    more_is_better=True,
    aims=(Aim(5.0, DBOS), Aim(0.15, BARE), Aim(2.0, "odd"), Aim(15.0)),
)


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with Bench(TINY, durable=False) as bench:
        assert bench.server.pid, "it is up before anybody is told what goes on"
        yield bench


@pytest.fixture
def odd(bench: Bench, tmp_path: Path) -> Arena:
    (bench.folder / "prepared").unlink(missing_ok=True)
    return Arena(bench, tmp_path, [ODD])


# --- what is measured ---


@pytest.mark.parametrize("name", WORKLOADS)
def test_every_workload_has_figures_of_waymark_and_of_bare_sql(bench: Bench, tmp_path: Path, name: str):
    contenders = [each for each in CONTENDERS if not each.environment]
    rows = list(importlib.import_module(f"benchmarks.peers.{name}").measure(Arena(bench, tmp_path, contenders)))
    assert rows and failures(rows) == []
    for row in rows:
        values = row.values[OURS]
        assert not isinstance(values, str) and values and all(map(math.isfinite, values))
        assert row.values.keys() <= {OURS, BARE}


def test_contenders_take_turns_and_have_a_database_that_is_prepared_once(odd: Arena, monkeypatch: pytest.MonkeyPatch):
    said: list[str] = []
    monkeypatch.setattr(odd.bench, "say", said.append)
    even = Contender("even", ODD.module)
    odd.contenders = [ODD, even]

    def measured(stands: Standing) -> Iterator[tuple[str, float]]:
        yield "seconds", stands.ask(9.0, "chain", count=1, at_once=True)["seconds"]

    found = odd.in_turns("chain", 2, ["seconds"], measured)
    assert found == {"seconds": {"odd": (0.5, 0.5), "even": (0.5, 0.5)}}
    assert said == [f"chain: {name}, round {number} of 2" for number in (1, 2) for name in ("odd", "even")]
    assert (odd.bench.folder / "prepared").read_text() == "xx"


def test_who_polls_is_told_how_often_unless_it_is_left_to_it(odd: Arena):
    def measured(stands: Standing) -> Iterator[tuple[str, float]]:
        yield "poll", stands.ask(9.0, "chain", count=1, at_once=True)["poll_s"]

    assert odd.in_turns("chain", 1, ["poll"], measured, 0.25)["poll"]["odd"] == (0.25,)
    assert odd.in_turns("chain", 1, ["poll"], measured, None)["poll"]["odd"] == (7.0,)


# --- what fails ---


@pytest.mark.parametrize(
    ("do", "why"),
    [
        ("fan_out", "ValueError: 5 are too many"),
        ("latency", "its program ended with code 3: no more of this"),
        ("sleepers", "not done within 1 s"),
        ("control", "it has nothing of the kind"),
    ],
)
def test_a_contender_that_fails_keeps_its_figures_and_says_why_it_has_no_others(odd: Arena, do: str, why: str):
    orders = {"fan_out": {"branches": 5}, "latency": {"count": 5}}

    def measured(stands: Standing) -> Iterator[tuple[str, float]]:
        yield "first", stands.ask(9.0, "chain", count=1, at_once=False)["seconds"]
        yield "second", stands.ask(1.0, do, **orders.get(do, {}))["seconds"]
        yield "third", 1.0

    found = odd.in_turns("all", 2, ["first", "second", "third"], measured)
    assert found == {"first": {"odd": (2.0,)}, "second": {"odd": why}, "third": {"odd": why}}
    with odd.up(ODD):
        pass
    assert (odd.bench.folder / "prepared").read_text() == "xx", "its database was made anew after it failed"


def test_a_program_that_cannot_begin_is_a_failure_with_the_last_thing_it_said(odd: Arena):
    odd.contenders = [Contender("nobody", "benchmarks.peers.programs.nobody")]
    found = odd.in_turns("all", 1, ["figure"], lambda stands: iter([("figure", 1.0)]))
    assert "could not be prepared" in str(found["figure"]["nobody"]) and "nobody" in str(found["figure"]["nobody"])


def test_a_peer_that_cannot_be_installed_is_a_failure_and_is_tried_once(odd: Arena, monkeypatch: pytest.MonkeyPatch):
    tried: list[str] = []

    def nowhere(name: str, *_: object) -> Path:
        tried.append(name)
        raise Missing("there is no network")

    monkeypatch.setattr("benchmarks.peers.contenders.python_of", nowhere)
    odd.contenders = [Contender("far", ODD.module, "far", ("far==1",))]
    for _ in range(2):
        found = odd.in_turns("all", 1, ["figure"], lambda stands: iter([("figure", 1.0)]))
        assert found == {"figure": {"far": "there is no network"}}
    assert tried == ["far"]


# --- what is left behind ---


def test_a_contender_takes_with_it_whatever_it_has_started(odd: Arena):
    with odd.up(ODD) as stands:
        stubborn = int((odd.bench.folder / "stubborn").read_text())
        assert is_alive(stubborn) and is_alive(stands.pid)
    assert not is_alive(stands.pid) and not is_alive(stubborn)


def test_ctrl_c_ends_who_is_up_and_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    begun: list[Arena] = []

    def measure(arena: Arena) -> Iterator[Row]:
        begun.append(arena)
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr("benchmarks.peers.chain.measure", measure)
    assert __main__.main(["chain"]) == __main__.INTERRUPTED
    assert not begun[0].bench.folder.exists()
    assert "interrupted; everything that was started is stopped" in capsys.readouterr().err


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


# --- environments ---


def test_an_environment_is_made_once_and_again_when_its_versions_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    ran: list[tuple[str, ...]] = []
    said: list[str] = []

    def run(*command: str) -> None:
        ran.append(command)
        (tmp_path / "peer").mkdir(exist_ok=True)

    monkeypatch.setattr(environments, "FOLDER", tmp_path)
    monkeypatch.setattr(environments, "_run", run)
    for _ in range(2):
        assert python_of("peer", ["peer==1"], said.append) == tmp_path / "peer" / "bin" / "python"
    assert said == [f"installing peer==1 from PyPI into {tmp_path / 'peer'}"]
    assert len(ran) == 2 and ran[1][-1] == "peer==1"
    python_of("peer", ["peer==2"], said.append)
    assert len(said) == 2 and ran[-1][-1] == "peer==2"


def test_what_cannot_be_installed_says_the_command_and_its_last_line():
    with pytest.raises(Missing, match=r"-c .* failed: nothing of that name$"):
        environments._run(sys.executable, "-c", "raise SystemExit('looking\\nnothing of that name')")


# --- rows ---


def test_a_ratio_says_how_many_times_better_ours_is_round_by_round():
    assert SPEED.times_better(DBOS) == 10.0
    assert SPEED.times_better(BARE) == 0.1
    assert SPEED.times_better("odd") is None and SPEED.times_better("nobody") is None
    cost = Row(name="cost", unit="s", values={OURS: (2.0,), DBOS: (6.0, 8.0)})
    assert cost.times_better(DBOS) == 3.5


def test_a_ratio_to_nothing_is_none():
    assert Row(name="cost", unit="s", values={OURS: (0.0,), DBOS: (6.0,)}).times_better(DBOS) is None


def test_goals_are_met_or_missed_or_not_known():
    assert [SPEED.met(aim) for aim in SPEED.aims] == [True, False, None, True]
    assert Row(name="cost", unit="s", values={OURS: (2.0,)}).met(Aim(1.9)) is False
    assert Row(name="cost", unit="s", values={OURS: "it fell over"}).met(Aim(1.9)) is None


def test_the_table_has_medians_with_ratios_and_points_at_failures():
    assert [cell(SPEED, name) for name in (OURS, BARE, DBOS, "odd", "nobody")] == [
        *("20.0", "200 (x 0.10)", "4.00 (x 10.0)"),
        *("failed, see below", "-"),
    ]
    assert markdown([SPEED], [OURS, DBOS]).splitlines() == [
        "| figure | unit | Waymark | DBOS | goals of issue 9 |",
        "| --- | --- | --- | --- | --- |",
        "| speed | runs/s | 20.0 | 4.00 (x 10.0) | x 5.00 of DBOS met, x 0.15 of bare SQL missed, "
        "x 2.00 of odd not known, >= 15.0 met |",
    ]


def test_a_reason_is_said_once_for_all_the_figures_that_it_cost():
    other = Row(name="other", unit="s", values={OURS: (1.0,), "odd": "it is odd"})
    assert failures([SPEED, other]) == ["odd failed: it is odd (speed, and 1 more)"]


def test_json_has_every_round_every_failure_and_every_goal():
    said = json.loads(json.dumps(plain("chain", SPEED), allow_nan=False))
    assert said["contenders"][DBOS] == {"median": 4.0, "rounds": [1.0, 4.0, 9.0], "times_better": 10.0}
    assert said["contenders"]["odd"] == {"failed": "it is odd"}
    assert said["aims"][0] == {"bound": 5.0, "against": DBOS, "met": True}


@pytest.mark.parametrize(("given", "what"), [(["speed"], "benchmark speed"), (["--but", "speed"], "contender speed")])
def test_an_unknown_name_is_refused_with_those_there_are(
    given: list[str], what: str, capsys: pytest.CaptureFixture[str]
):
    with pytest.raises(SystemExit) as ended:
        __main__.main(given)
    assert ended.value.code == 2
    assert f"there is no {what}; there are " in capsys.readouterr().err
