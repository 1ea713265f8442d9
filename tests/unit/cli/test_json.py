"""`--json` everywhere: what a command tells people, it tells programs, too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import typer

from waymark.cli.app import app

# Those without it, and what a program reads instead.
INSTEAD = {
    "check": "--format json",
    "compile": "it writes a file; --emit json shows what is in one",
    "disasm": "compile --emit json",
    "visualize": "DOT is for programs",
    "fmt": "its exit code",
    "explain": "a page for people",
    "run": "the result is printed as JSON, and nothing else",
    "start-workers": "its log, and `workers --json`",
    "dev": "a terminal",
    "sim": "its exit code",
    "runs export": "it writes nothing but JSON",
    "completion": "a text for a shell",
}


def commands(group: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    for each, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{name}{each} ")
        else:
            yield name + each, command


COMMANDS = dict(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - set(INSTEAD)))
def test_a_command_has_the_option(name: str) -> None:
    assert [each.help for each in COMMANDS[name].params if "--json" in each.opts] == ["Print JSON."]


def test_those_that_have_it_not_are_there() -> None:
    assert set(INSTEAD) <= set(COMMANDS)
    without = {name for name, each in COMMANDS.items() if not any("--json" in param.opts for param in each.params)}
    assert without == set(INSTEAD)
