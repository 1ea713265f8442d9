"""The reference page of the commands is what the commands say."""

from __future__ import annotations

from pathlib import Path

from waymark.cli.reference import cli_page

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "cli.md"


def test_the_page_of_commands_is_not_stale() -> None:
    assert PAGE.read_text(encoding="utf-8") == cli_page(), (
        "run: python -m waymark.cli.reference > docs/reference/cli.md"
    )


def test_every_command_and_option_is_on_the_page() -> None:
    page = cli_page()
    for name in ("check", "compile", "disasm", "explain", "run", "start-workers"):
        assert f"## `waymark {name}`" in page
    for option in (
        "`-o OUT`, `--out OUT`",
        "`--prelude`",
        "`--input JSON`",
        "`--id ID`",
        "`[PATH]...`",
        "`FILE:Workflow`",
    ):
        assert option in page
