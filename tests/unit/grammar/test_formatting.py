"""`format_text`: the printer's form, and no comment lost."""

from __future__ import annotations

import pytest

from waymark.grammar import parse, print_module
from waymark.grammar.errors import WrlSyntaxError
from waymark.grammar.formatting import format_text
from waymark.stdlib import prelude

UNTIDY = """\
# What it is for.
# And more.

module m  # the head

native len = "len/1"# beside
# of the function
fn f(a) {
  # first
  x=1; y="# no comment" # two
  if x { # deep
     y = [1, # one
      2]
     # last of the block

  } else { return 1 }
  # the end
}
# below
"""
TIDY = """\
# What it is for.
# And more.

module m  # the head

native len = "len/1"  # beside

# of the function
fn f(a) {
    # first
    x = 1
    y = "# no comment"  # two
    if x {  # deep
        y = [1, 2]  # one
        # last of the block
    } else {
        return 1
    }
    # the end
}
# below
"""


def test_comments_move_with_what_they_stand_at() -> None:
    assert format_text(UNTIDY) == TIDY


def test_what_is_tidy_stays_as_it_is() -> None:
    assert format_text(TIDY) == TIDY


@pytest.mark.parametrize("name", prelude.MODULES)
def test_our_own_prelude_keeps_its_meaning_and_its_comments(name: str) -> None:
    text = prelude.source(name)
    made = format_text(text, name)
    assert format_text(made, name) == made
    assert made.count("#") == text.count("#")
    assert print_module(parse(made), positions=False) == print_module(parse(text), positions=False)


def test_a_position_table_stays() -> None:
    with_table = print_module(parse("module m\n\nfn f() {\n    return 1\n}\n"))
    commented = with_table.replace("fn f", "# why\nfn f")
    assert format_text(commented) == commented
    assert parse(format_text(commented)) == parse(with_table)


def test_what_is_no_wrl_is_an_error_with_its_place() -> None:
    with pytest.raises(WrlSyntaxError, match=r"x\.wrl:2:1: found `\}`"):
        format_text("module m\n}\n", "x.wrl")
