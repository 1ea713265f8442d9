"""What `waymark run` is asked for: wrong targets, inputs, ids and settings are told before anything is started."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import CLOCK, Waymark


@pytest.mark.parametrize(
    ("target", "code", "message"),
    [
        ("shop.py", 2, "'shop.py' names no workflow: say FILE:Workflow, such as shop/checkout.py:Checkout"),
        ("shop.py:", 2, "names no workflow"),
        (":Checkout", 2, "names no workflow"),
        ("nowhere.py:Checkout", 2, "nowhere.py does not exist: give the path of a Python file with a workflow"),
        (".:Checkout", 2, ". is a folder"),
        ("shop.py:Chekout", 1, "shop.py has no workflow 'Chekout'; its workflows: Checkout"),
        ("clock.py:Clock", 1, "[WM203]: `datetime.datetime.now()` gives a different answer"),
        ("silent.py:X", 1, "[WM120]: this file has no workflow"),
    ],
)
def test_a_target_that_is_none(waymark: Waymark, tmp_path: Path, target: str, code: int, message: str) -> None:
    (tmp_path / "clock.py").write_text(CLOCK)
    (tmp_path / "silent.py").write_text("x = 1\n")
    said = waymark("run", target)
    assert said.code == code and said.out == "" and said.err.startswith("error") and message in said.err


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            "",
            "--input is no JSON: Expecting value: line 1 column 1 (char 0). Write it as in --input '{\"order_id\": 7}'",
        ),
        ("{order_id: 7}", "--input is no JSON: Expecting property name enclosed in double quotes"),
        ("[7]", "--input is a JSON object with the arguments of run(), not [7]"),
        ("7", "--input is a JSON object with the arguments of run(), not 7"),
        ("null", "--input is a JSON object"),
        (json.dumps("x" * 100), '--input is a JSON object with the arguments of run(), not "xxx'),
        ("[" * 100_000, "--input is nested too deeply to be read"),
        ('{"order_id": ' + "9" * 5000 + "}", "--input is no JSON: Exceeds the limit"),
        ("{}", "--input lacks 'order_id'; run() takes order_id, pause"),
        ('{"order_id": 7, "paws": 1}', "--input has 'paws', which run() does not take; run() takes order_id, pause"),
        ('{"order_id": 7, "self": 1}', "--input has 'self', which run() does not take"),
        (
            '{"order_id": "7"}',
            "--input does not fit: order_id: expected int, got str; run() takes order_id: int, pause: float = 3600",
        ),
    ],
)
def test_an_input_that_does_not_fit_is_a_usage_error(waymark: Waymark, given: str, message: str) -> None:
    said = waymark("run", "shop.py:Checkout", "--input", given)
    assert said.code == 2 and said.out == "" and said.err.startswith(f"error: {message}"), said.err


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("", "--id is empty"),
        ("x" * 2000, "--id cannot be used: the id 'xxxxx"),
        ("\udcff", "--id cannot be used: the id '\\udcff' holds a NUL or half a surrogate pair"),
    ],
)
def test_an_id_that_no_run_can_have(waymark: Waymark, key: str, message: str) -> None:
    said = waymark("run", "shop.py:Checkout", "--input", '{"order_id": 7}', "--id", key)
    assert said.code == 2 and said.err.startswith(f"error: {message}"), said.err


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("WAYMARK_WORKER_COUNT", "many", "WAYMARK_WORKER_COUNT is 'many'; it takes a whole number from 1 to 10000"),
        ("WAYMARK_LOG_LEVEL", "LOUD", "WAYMARK_LOG_LEVEL is 'LOUD'; it takes one of"),
        ("WAYMARK_DATABASE_URL", "mysql://app:hidden@db/app", "WAYMARK_DATABASE_URL: the DSN cannot be read"),
        ("WAYMARK_DATABASE_URL", "postgresql://app:hidden@db:0/app", "WAYMARK_DATABASE_URL has '0' as its port"),
        ("WAYMARK_DATA_DIR", "/dev/null/x", "could not use /dev/null/x: Not a directory."),
    ],
)
def test_a_wrong_setting_is_told_by_its_name(
    waymark: Waymark, monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str
) -> None:
    monkeypatch.setenv(name, value)
    said = waymark("run", "shop.py:Checkout", "--input", '{"order_id": 7}')
    assert said.code == 1 and said.out == "" and f"error: {message}" in said.err, said.err
    assert "hidden" not in said.err


@pytest.mark.parametrize(
    ("environ", "code", "message"),
    [
        ({}, 78, "WAYMARK_DATABASE_URL is not set: it names the Postgres that runs are kept in"),
        ({"WAYMARK_DATABASE_URL": "mysql://db"}, 78, "WAYMARK_DATABASE_URL: the DSN cannot be read"),
        ({"WAYMARK_WORKER_COUNT": "0"}, 78, "WAYMARK_WORKER_COUNT is '0'; it takes a whole number from 1 to 10000"),
        (
            {"WAYMARK_DATABASE_URL": "postgresql://u:hidden@127.0.0.1:1/x"},
            1,
            "could not connect: database x at 127.0.0.1, port 1",
        ),
    ],
)
def test_workers_that_cannot_start_say_why_and_a_setting_is_not_tried_again(
    waymark: Waymark, monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], code: int, message: str
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    said = waymark("start-workers")
    assert said.code == code and said.err.startswith(f"error: {message}"), said.err
    assert "hidden" not in said.err
