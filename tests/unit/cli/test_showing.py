"""Results as JSON, whatever they are."""

from __future__ import annotations

import io
import json
import sys
from datetime import date
from typing import Any

import pytest

from waymark.cli.showing import as_json

cyclic: list[Any] = [1]
cyclic.append(cyclic)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"a": [1, 2.5, None, True, "é"]}, {"a": [1, 2.5, None, True, "é"]}),
        ((1, (2,)), [1, [2]]),
        ({1: "one", (2, 3): "two"}, {"1": "one", "(2, 3)": "two"}),
        ([float("nan"), float("-inf")], ["nan", "-inf"]),
        ([b"x", date(2026, 1, 2), 1 + 2j], ["x", "2026-01-02", "(1+2j)"]),
        ({1, 2}, [1, 2]),
        (10**100, 10**100),
    ],
)
def test_what_json_has_no_form_for_is_shown_as_a_reader_would_write_it(value: Any, shown: Any) -> None:
    assert json.loads(as_json(value)) == shown


def test_an_int_that_python_does_not_write_is_shown_in_hex() -> None:
    giant = 1 << 20_000
    assert json.loads(as_json([giant, {giant}])) == [hex(giant), [hex(giant)]]


def test_a_list_that_holds_itself_ends_somewhere() -> None:
    text = as_json(cyclic)
    assert '"..."' in text and json.loads(text)[0] == 1


def test_what_is_nested_deeply_ends_somewhere() -> None:
    deep: Any = 7
    for _ in range(5000):
        deep = [deep]
    assert '"..."' in as_json(deep)


@pytest.mark.parametrize(("encoding", "text"), [("utf-8", '"\\udcff"'), ("ascii", '"\\ud83d\\ude00"')])
def test_what_the_terminal_cannot_show_is_escaped(monkeypatch: pytest.MonkeyPatch, encoding: str, text: str) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    assert as_json(json.loads(text)) == text


def test_what_it_can_show_is_not() -> None:
    assert as_json("é") == '"é"'
