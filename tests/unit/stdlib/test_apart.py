"""Work that is done where it can be ended: the same comes of it."""

from __future__ import annotations

import pytest

from waymark.runtime.helpers.apart import HERE
from waymark.stdlib.natives import apart, data_parts, diff_parts, regex
from waymark.stdlib.natives.apart import run_apart

ENDLESS = ("(a+)+$", 32)


def test_a_match_is_what_it_is_here() -> None:
    assert run_apart("it", "match", *ENDLESS, "search", "baaa", 0, 4, 0) == (((1, 4), (1, 4)), 1)
    assert run_apart("it", "match", *ENDLESS, "match", "b", 0, 1, 0) is None
    assert run_apart("it", "match", "a", 32, "all", "a\ud800a", 0, 3, 1) == [(((0, 1),), None)]


class Told:
    """A host that does the work at once, and notes what was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def call(self, work: str, seconds: float, arguments: bytes) -> bytes | None:
        self.asked.append(work)
        return HERE.call(work, seconds, arguments)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    told = Told()
    monkeypatch.setattr(apart, "_used", told)
    return told


def test_without_a_host_for_it_nothing_is_done_that_could_not_be_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_used", None)
    with pytest.raises(RuntimeError, match="no host has provided one"):
        run_apart("it", "match", *ENDLESS, "match", "aa", 0, 2, 0)


def test_texts_and_pieces_are_the_same_apart(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = [
        lambda: regex.texts(r"(\w)(\d)?", 32, "a1b c2", 0, 99),
        lambda: regex.texts(r"x*", 32, "axb", 0, 99),
        lambda: regex.texts(rb"(b)|(c)", 0, bytearray(b"abc"), 1, 99),
        lambda: regex.pieces(r"(,)|;", 32, "a,b;c", 0),
        lambda: regex.pieces(r"x*", 32, "axbc", 2),
        lambda: regex.find(r"(?P<n>b)?", 32, "search", "ab", 1, 99),
        lambda: [regex.following(r"b*", 32, "ab", 0, 2, after) for after in (False, True)],
        lambda: regex.find_all(r"a|b", 32, "abab", 1, 3, 0),
    ]
    here = [call() for call in calls]
    assert not told.asked
    monkeypatch.setattr(regex, "STEPS_MAX", -1)
    assert [call() for call in calls] == here
    assert len(told.asked) == len(calls) + 1


def test_comparisons_are_the_same_apart(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = "one\ntwo\nthree\n".splitlines(True), "ore\ntree\nemu\n".splitlines(True)
    calls = [
        lambda: diff_parts.blocks_of("abcd", "bcde", set(), True),
        lambda: diff_parts.blocks_of("a bc d", "b c de", {" "}, True),
        lambda: diff_parts.longest("abcd", "bcde", set(), True, 0, None, 1, 3),
        lambda: diff_parts.compared(a, b, None, None),
        lambda: diff_parts.unified_lines(a, b, "x", "y"),
        lambda: diff_parts.context_lines(a, b),
        lambda: diff_parts.get_close_matches("appel", ["ape", "apple", "peach"]),
    ]
    here = [call() for call in calls]
    assert not told.asked
    monkeypatch.setattr(diff_parts, "PAIRS_MAX", -1)
    monkeypatch.setattr(diff_parts, "_LINES_MAX", 0)
    assert [call() for call in calls] == here
    assert len(told.asked) == len(calls)


def test_keys_that_take_long_are_derived_apart(told: Told) -> None:
    derived = data_parts.pbkdf2_hmac("sha256", b"p", b"s", 20_000)
    assert told.asked == ["pbkdf2_hmac"]
    assert derived.hex() == "e5f36c1c1b85cfc0479d5ffced45a25892eefe2189c8a4139e14ced50489b399"
