from __future__ import annotations

import pytest

from waymark.runtime.store.queries import QUERIES, parse


def test_a_query_is_a_name_a_sentence_and_sql() -> None:
    text = (
        "-- About the file.\n\n-- name: one\n-- First. Empty: none,\n-- really.\nselect 1; -- not a name: x\n\n"
        "-- name: two\n-- Second.\nselect\n  2;\n"
    )
    one, two = parse(text)
    assert (one.name, one.says) == ("one", "First. Empty: none,\nreally.")
    assert one.sql == "select 1; -- not a name: x"
    assert (two.name, two.says, two.sql) == ("two", "Second.", "select\n  2;")


@pytest.mark.parametrize("text", ["-- name: one\nselect 1;\n", "-- name: one\n-- Says.\n"])
def test_a_query_without_sentence_or_sql_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^query one needs a sentence below its name, and SQL below that$"):
        list(parse(text))


@pytest.mark.parametrize("query", QUERIES.values(), ids=lambda query: query.name)
def test_every_query_says_what_no_row_means(query: object) -> None:
    says = query.says  # type: ignore[attr-defined]
    assert "Empty:" in says or "Always one row" in says or "Never a row" in says


# What a statement is called completes "could not ..." in messages.
VERBS = set(
    "acquire apply cancel check commit count end extend find get leave load lock look make put read record register "
    "release resume send settle start strike want hand pause retry offer claim renew answer withdraw take note list "
    "move write collect keep drop receive sweep name notify".split()
)


@pytest.mark.parametrize("name", QUERIES)
def test_the_name_of_every_query_says_what_could_not_be_done(name: str) -> None:
    assert name.split("_")[0] in VERBS
