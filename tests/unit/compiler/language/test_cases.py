"""Python -> WRL -> bytecode -> result, one construct a case; the result is CPython's. See `golden_case`."""

from __future__ import annotations

import sys

import pytest
from differential import NAME, Report, compare, module_of
from hosted import importable

from waymark.grammar import print_module
from waymark.vm.disasm import disassemble

from .golden_case import PRODUCED, REFUSED, LanguageCase, language_cases, rewrite

HASHES = ("  code hash", "  file hash", "  link ", "  protocol ")


@pytest.mark.parametrize("case", language_cases(), ids=str)
def test_a_program_comes_to_this(case: LanguageCase, request: pytest.FixtureRequest) -> None:
    text = module_of(case.sections["python"] + "\n")
    with importable({**case.modules, NAME: text}):  # by the host of host classes
        report = compare(text, modules=case.modules)
    # Texts of errors are those of 3.11 on every Python; the other minors have some of their own.
    if not report.refused and sys.version_info[:2] == (3, 11):
        assert report.same, report.explain()
    produced = _produced(report)
    if request.config.getoption("--update-golden", False):
        agreed = "diagnostics" in case.sections
        assert bool(report.refused) == agreed, f"refused or not? only `[diagnostics]` says so\n{report.explain()}"
        if case.expected != produced:
            rewrite(case, produced)
        return
    assert produced == case.expected, report.explain()


def _produced(report: Report) -> dict[str, str]:
    compilation = report.compilation
    if report.refused:
        lines = (f"{each.code} {each.line}:{each.column} {each.message}" for each in report.refused)
        return dict(zip(REFUSED, ["\n".join(lines)], strict=True))
    assert compilation.tree is not None and compilation.unit is not None
    wrl = print_module(compilation.tree, positions=False)
    listing = (line for line in disassemble(compilation.unit).splitlines() if not line.startswith(HASHES))
    result = next(iter(report.seen.values()))
    texts = (wrl[wrl.index("\n") :], "\n".join(listing), str(result))
    return {key: text.strip("\n") for key, text in zip(PRODUCED, texts, strict=True)}
