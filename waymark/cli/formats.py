"""The shapes in which `waymark check` reports: for people, for scripts, for GitHub's annotations, for SARIF readers."""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from waymark import __version__
from waymark.compiler.diagnostics import Diagnostic
from waymark.compiler.diagnostics.model import REGISTRY
from waymark.compiler.diagnostics.render import render_report

from .checking import Checked


def text(checked: Sequence[Checked]) -> str:
    """Every problem with its lines and carets, in colour where a person reads it."""
    colour = sys.stdout.isatty()
    return "\n".join(
        render_report(each.diagnostics, each.text, colour=colour, others=each.others) + "\n"
        for each in checked
        if each.diagnostics
    )


def as_json(checked: Sequence[Checked]) -> str:
    """One object: the files that were looked at, the workflows found, and every problem."""
    problems = [_plain(problem) for each in checked for problem in each.diagnostics]
    workflows = [{"name": name, "file": str(each.file)} for each in checked for name in each.workflows]
    return json.dumps(
        {"files": [str(each.file) for each in checked], "workflows": workflows, "problems": problems}, indent=2
    )


def _plain(problem: Diagnostic) -> dict[str, Any]:
    return {
        "code": problem.code,
        "message": problem.message,
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "end_line": problem.span.end_line,
        "end_column": problem.span.end_column + 1,
        "recommendation": problem.recommendation,
        "notes": list(problem.remarks),
    }


def github(checked: Sequence[Checked]) -> str:
    """GitHub's workflow commands: each problem becomes an annotation at its line."""
    return "\n".join(_annotation(problem) for each in checked for problem in each.diagnostics)


def _annotation(problem: Diagnostic) -> str:
    places = {
        "file": problem.file,
        "line": problem.line,
        "col": problem.column,
        "endLine": problem.span.end_line,
        "endColumn": problem.span.end_column + 1,
        "title": problem.code,
    }
    shown = ",".join(f"{name}={_escaped(str(value), ':,')}" for name, value in places.items())
    said = "\n".join(filter(None, (problem.message, problem.recommendation)))
    return f"::error {shown}::{_escaped(said)}"


def _escaped(text: str, also: str = "") -> str:
    for character in "%\r\n" + also:
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def sarif(checked: Sequence[Checked]) -> str:
    """SARIF 2.1.0, as code scanners read it."""
    found = [problem for each in checked for problem in each.diagnostics]
    codes = sorted({problem.code for problem in found})
    driver = {"name": "waymark", "version": __version__, "rules": [_rule(code) for code in codes]}
    results = [_result(problem, codes.index(problem.code)) for problem in found]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps(
        {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}, indent=2
    )


def _rule(code: str) -> dict[str, Any]:
    page = inspect.cleandoc(REGISTRY[code].__doc__ or "")
    return {
        "id": code,
        "shortDescription": {"text": page.partition("\n")[0]},
        "help": {"text": page},
        "defaultConfiguration": {"level": "error"},
    }


def _result(problem: Diagnostic, rule: int) -> dict[str, Any]:
    region = {
        "startLine": problem.line,
        "startColumn": problem.column,
        "endLine": problem.span.end_line,
        "endColumn": problem.span.end_column + 1,
    }
    location = {"physicalLocation": {"artifactLocation": {"uri": problem.file}, "region": region}}
    said = "\n".join(filter(None, (problem.message, problem.recommendation)))
    return {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": "error",
        "message": {"text": said},
        "locations": [location],
    }


FORMATS: Mapping[str, Callable[[Sequence[Checked]], str]] = {
    "text": text,
    "json": as_json,
    "github": github,
    "sarif": sarif,
}
