"""Which regular expressions a process may try by itself: a bound of their steps, read off their parsed form."""

from __future__ import annotations

import re

import pytest

from waymark.stdlib.natives.regex_cost import STEPS_MAX, steps_max

ENDLESS = [
    r"(a+)+$",
    r"(a|a)*b",
    r"(a|aa)+$",
    r"(\w*)*x",
    r"(?:a?){40}a{40}",
    r"(x+x+)+y",
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
    r"(.*a){20}",
    r"(?i)(k+)+\Z",
    r"(?:(?:a+)b?)+c",
]
SOON = [
    r"(\w+)\s+(\d+)",
    r"\d{4}-\d\d-\d\dT\d\d:\d\d",
    r"^\s*(\w+)\s*=\s*(.*)$",
    r"(?:\w+,)*x",
    r"(\"[^\"]*\"|[^,]*)(,|$)",
    r"[\w.+-]+@[\w-]+\.[\w.-]+",
    r"(?>a+)+$",
    r"(a++)+$",
    r"\b[a-z]+\b",
    r"(?P<y>\d+)-(?P<m>\d+)-(?P<d>\d+)",
    r"(?<!\d)(?=\w)\w+(?!x)",
]


def bound(pattern: str, length: int, everywhere: bool = True) -> float:
    return steps_max(pattern, re.compile(pattern).flags, length, everywhere)


@pytest.mark.parametrize("pattern", ENDLESS)
def test_what_may_go_back_without_end_is_not_for_this_process(pattern: str) -> None:
    assert bound(pattern, 60) > STEPS_MAX


@pytest.mark.parametrize("pattern", SOON)
def test_what_is_written_every_day_is_done_at_once_over_a_line_of_text(pattern: str) -> None:
    assert bound(pattern, 200) <= STEPS_MAX


def test_runs_that_the_next_character_ends_add_up_and_do_not_multiply() -> None:
    assert bound(r"\d+-\d+-\d+x", 512) < 10 * bound(r"\d+x", 512)
    assert bound(r"\d+\d+\d+x", 512) > 1000 * bound(r"\d+x", 512)


def test_letters_of_either_case_and_of_other_alphabets_are_not_told_apart_too_early() -> None:
    assert bound(r"(?i)k+\u212a+x", 512) > 100 * bound(r"k+\u212a+x".lower(), 512)
    assert bound(r"[^a]+é+x", 512) > 100 * bound(r"[a]+é+x", 512)


def test_an_anchored_search_begins_once() -> None:
    assert bound(r"\A\w+x", 1024) < bound(r"\w+x", 1024) / 100


def test_a_match_is_tried_at_one_place() -> None:
    assert bound(r"\w+x", 1024, everywhere=False) < bound(r"\w+x", 1024) / 100
