"""docs/language/wrl.md repeats the grammar and the tree; `--update-golden` on this file generates it."""

from __future__ import annotations

import re
import typing
from pathlib import Path

import pytest

from waymark.grammar import parse, tree

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "language" / "wrl.md"


def grammar_section() -> str:
    """The rules and terminals, without what concerns only lark: inlining, aliases, priorities, comments on files."""
    lines = []
    for line in (ROOT / "grammar" / "wrl.lark").read_text("utf-8").split("\n"):
        if line.startswith(("//", "%")):
            continue
        line = re.sub(r"^\?", "", line)
        line = re.sub(r" -> \w+", "", line)
        line = re.sub(r"^(\w+)\.\d+:", r"\1:", line)
        lines.append(line)
    return "```text\n" + re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n```"


def node_section() -> str:
    """Each node with its fields in order, which is the order of the position table."""
    rows = ["| node | fields in order |", "| --- | --- |"]
    for group in (tree.Expression, tree.Target, tree.Statement, tree.Declaration, tree.Module):
        for node in typing.get_args(group) or (group,):
            fields = ", ".join(field for field in node.__struct_fields__ if field != "span")
            row = f"| {node.__name__} | {fields or '-'} |"
            if row not in rows:
                rows.append(row)
    return "\n".join(rows)


SECTIONS = {"grammar": grammar_section, "nodes": node_section}


def filled_in(page: str) -> str:
    for name, section in SECTIONS.items():
        begin, end = f"<!-- generated: {name} -->\n", f"\n<!-- end: {name} -->"
        before, _, rest = page.partition(begin)
        _, _, after = rest.partition(end)
        assert rest and after, f"the page has lost its section {name!r}"
        page = f"{before}{begin}{section()}{end}{after}"
    return page


def test_the_page_has_the_grammar_of_the_parser(request: pytest.FixtureRequest) -> None:
    page = PAGE.read_text("utf-8")
    expected = filled_in(page)
    if request.config.getoption("--update-golden", False):
        PAGE.write_text(expected, "utf-8")
        return
    assert page == expected, "docs/language/wrl.md is stale: run this test with --update-golden"


@pytest.mark.parametrize("number", range(len(re.findall(r"```wrl\n", PAGE.read_text("utf-8")))))
def test_every_example_of_the_page_is_wrl(number: int) -> None:
    example = re.findall(r"```wrl\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)[number]
    text = example if example.startswith("module") else f"module m\ninit {{\n{example}}}\n"
    assert parse(text, f"wrl.md, example {number}")
