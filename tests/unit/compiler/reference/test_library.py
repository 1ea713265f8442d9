"""Every public name of the library is there, or refused by name with a reason; and the page says which."""

from __future__ import annotations

import importlib.util

import pytest

from waymark.compiler.reference.library import Entry, entries, missing, public_names
from waymark.stdlib.catalogue import CONSTANTS, NATIVES, OUTSIDE
from waymark.stdlib.prelude.python import EXPORTS
from waymark.stdlib.refused import COVERED, REFUSED, TABLES


def test_no_public_name_is_neither_there_nor_refused_with_a_reason() -> None:
    assert missing() == [], "add them to a table of stdlib/refused/, or to the catalogue"


def test_nothing_is_both_there_and_refused() -> None:
    for module, names in entries().items():
        for each in names:
            assert not (each.kind and f"{module}.{each.name}" in REFUSED), f"{module}.{each.name} is there"


def test_every_module_with_a_table_is_known_to_python() -> None:
    for module in {module for table in TABLES for module in table}:
        home = module if importlib.util.find_spec(module.partition(".")[0]) is not None else ""
        assert home, f"{module} is no module and no class of one"


def test_a_reason_is_a_sentence_that_says_what_to_do() -> None:
    for name, reason in REFUSED.items():
        assert len(reason.split()) >= 2 and not reason.endswith("."), f"{name}: {reason!r}"


def test_what_is_in_the_catalogue_is_of_a_module_that_is_covered() -> None:
    known = {*EXPORTS, *OUTSIDE, *CONSTANTS}
    for module in COVERED:
        assert any(name.startswith(f"{module}.") for name in known), f"{module} offers nothing"


@pytest.mark.parametrize("module", ["math", "functools"])
def test_names_that_a_module_only_uses_are_not_its_own(module: str) -> None:
    names = public_names(module)
    assert "annotations" not in names and "namedtuple" not in names and not any(each.startswith("_") for each in names)


def test_a_name_without_kind_and_reason_would_be_missed() -> None:
    assert not Entry("gone").is_accounted_for and not Entry("gone", code="WM405").is_accounted_for


def test_a_native_says_what_it_is() -> None:
    assert NATIVES["sorted/1"].kind == "driven" and NATIVES["math.sqrt/1"].kind in ("leaf", "nested")
    assert NATIVES["len/1"].cost == "0" and NATIVES["sum/1"].cost == "items/64"
    assert {native.revision for native in NATIVES.values()} >= {1}
