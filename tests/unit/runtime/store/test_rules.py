from __future__ import annotations

import pytest

from waymark.runtime.store.rules import can_exist, check_key, printable


def test_printable_text_stays_as_it_is() -> None:
    assert printable("Grüße, 🚂\n", 20) == "Grüße, 🚂\n"
    assert printable("", 20) == ""
    assert printable(None, 20) is None


def test_what_postgres_cannot_store_is_replaced() -> None:
    assert printable("a\0b\ud800\udfff", 20) == "a\ufffdb\ufffd\ufffd"


def test_long_text_is_cut_and_shows_it() -> None:
    assert printable("abcdef", 6) == "abcdef"
    assert printable("abcdefg", 6) == "abcde…"


def test_an_id_is_measured_in_bytes() -> None:
    check_key("Orders", "ü" * 500)
    with pytest.raises(ValueError, match=r"^the id 'üüü.* is longer than 1000 bytes of UTF-8$"):
        check_key("Orders", "ü" * 501)
    assert not can_exist("O" * 1001, "order-7")
    assert can_exist("Orders", "")
