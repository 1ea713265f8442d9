"""Each benchmark in its smallest size: that it runs, and that what it says can be true. No test here is about speed."""

from __future__ import annotations

import ast
import json
import math
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from benchmarks import WORKLOADS, __main__
from benchmarks.bench import TINY, Bench, in_turns
from benchmarks.compile import generated
from benchmarks.figures import Figure, Goal, figure, plain
from benchmarks.processes import tree_peak_mib
from benchmarks.show import markdown, number


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    """One for all, so that one Postgres is started."""
    with Bench(TINY, durable=False) as bench:
        yield bench
    assert not bench.folder.exists()


@pytest.mark.parametrize("name", WORKLOADS)
def test_every_workload_runs_and_says_what_can_be_true(bench: Bench, name: str):
    measure, says = __main__.workload(name)
    figures = list(measure(bench))
    assert figures and says.endswith(".")
    for each in figures:
        # CPU of other processes is counted in hundredths of a second, of which a tiny one may need none.
        least = 0.0 if each.unit == "s" else 1e-9
        assert all(math.isfinite(value) and value >= least for value in each.rounds), each
        assert each.beside and all(math.isfinite(value) and value > 0 for value in each.beside), each
        assert each.name and each.baseline and math.isfinite(plain(name, each)["ratio"])
    assert len({(each.name, each.baseline) for each in figures}) == len(figures)


def test_the_generated_workflow_has_the_length_it_is_named_for():
    for lines in (100, 300):
        text = generated(lines)
        ast.parse(text)
        assert abs(text.count("\n") - lines) <= 12


def test_rounds_go_in_turns_after_one_that_is_thrown_away():
    order: list[str] = []

    def contender(name: str) -> float:
        order.append(name)
        return float(len(order))

    values = in_turns(2, lambda: contender("ours"), lambda: contender("theirs"))
    assert order == ["ours", "theirs"] * 3
    assert values == [[3.0, 5.0], [4.0, 6.0]]


def test_what_computes_is_compared_by_its_best_rounds():
    made = figure("f", "ms", [4.0, 2.0, 9.0], "b", [1.5, 3.0, 1.0])
    assert (made.value, made.beside_value, made.ratio) == (2.0, 1.0, 2.0)


def test_what_waits_is_compared_within_rounds_so_that_a_slow_moment_does_not_count():
    slow_in_the_middle = figure("f", "ms", [2.0, 20.0, 2.0], "b", [1.0, 10.0, 1.0], by="median")
    assert slow_in_the_middle.ratio == 2.0
    assert figure("f", "ms", [2.0, 4.0, 6.0], "b", [2.0], by="median").ratio == 2.0


@pytest.mark.parametrize(
    ("goal", "met"),
    [
        (Goal("value", 4.0), True),
        (Goal("value", 3.9), False),
        (Goal("ratio", 2.0), True),
        (Goal("ratio", 2.1, least=True), False),
    ],
)
def test_a_goal_bounds_the_value_or_the_ratio(goal: Goal, met: bool):
    assert goal.met_by(figure("f", "ms", [4.0], "b", [2.0], goal=goal)) is met


def test_the_best_of_a_speed_is_the_highest():
    assert figure("f", "runs/s", [1.0, 3.0], "b", [1.0], more_is_better=True).best == 3.0
    assert figure("f", "ms", [1.0, 3.0], "b", [1.0]).best == 1.0


def test_numbers_are_shown_with_the_digits_that_count():
    assert [number(value) for value in (12345.6, 99.94, 1.234, 0.01234, 0)] == ["12,346", "99.9", "1.23", "0.012", "0"]


def test_markdown_has_the_value_that_counts_and_its_goal():
    made = figure("f", "ms", [4.0, 2.0], "b", [1.0], goal=Goal("value", 3.0))
    assert markdown("vm", "It is fast.", [made]).splitlines() == [
        *("### vm: It is fast.", "", "| figure | ours | beside | ratio | goal |", "| --- | --- | --- | --- | --- |"),
        "| f | 2.00 ms | 1.00 ms, b | x 2.00 | <= 3.00, met |",
    ]


def test_the_largest_process_of_a_tree_may_be_a_child():
    hungry = "held = b'x' * 150_000_000; print(len(held), flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", hungry], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None and child.stdin is not None
        child.stdout.readline()
        assert tree_peak_mib(child.pid) > 140
        assert tree_peak_mib(os.getpid()) >= tree_peak_mib(child.pid)
        child.stdin.close()
    with pytest.raises(RuntimeError, match="is there any more"):
        tree_peak_mib(child.pid)


def test_json_names_the_machine_and_every_figure(capsys: pytest.CaptureFixture[str]):
    assert __main__.main(["engine_core", "--quick", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert {"date", "python", "cpu"} <= said["machine"].keys()
    assert [each["workload"] for each in said["figures"]] == ["engine_core"] * 3
    assert said["figures"][0]["goal"] == {"of": "value", "bound": 25.0, "least": False}


def test_an_unknown_name_is_refused_with_those_there_are(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        __main__.main(["speed"])
    assert ended.value.code == 2
    assert f"there is no benchmark speed; there are {', '.join(WORKLOADS)}" in capsys.readouterr().err


def test_ctrl_c_ends_a_workload_and_what_it_has_started(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    begun: list[Bench] = []

    def measure(bench: Bench) -> Iterator[Figure]:
        begun.append(bench)
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(__main__, "workload", lambda name: (measure, "Interrupted."))
    assert __main__.main(["vm"]) == __main__.INTERRUPTED
    assert not begun[0].folder.exists()
    assert "interrupted; everything that was started is stopped" in capsys.readouterr().err
