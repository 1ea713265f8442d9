"""The reference page of the commands, `docs/reference/cli.md`, made from the commands themselves.

python -m waymark.cli.reference > docs/reference/cli.md         tests/unit/cli/test_reference.py says when it is stale
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import typer

from .app import app

INTRODUCTION = """\
# The command line

Generated from `waymark/cli/app.py` by `python -m waymark.cli.reference`. Do not edit.

Results go to stdout, everything else to stderr. An error is a text that says what, where, and what to do; only a bug of
Waymark shows a traceback. Exit codes:

| code | |
| --- | --- |
| 0 | all is well |
| 1 | what was asked for cannot be done, or a check found problems |
| 2 | the command line was not understood, or names what is not there |
| 78 | `start-workers`: a setting cannot work, so that starting again would not help |
| 130, 143 | stopped by Ctrl-C, by SIGTERM |
"""


def cli_page() -> str:
    """The whole page."""
    commands: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    return "\n".join([INTRODUCTION, *(_section(name, command) for name, command in _flat(commands))])


def _flat(commands: dict[str, Any], group: str = "") -> Iterator[tuple[str, Any]]:
    """The commands of groups, too, under the names that they are called by."""
    for name, command in commands.items():
        if hasattr(command, "commands"):
            yield from _flat(command.commands, f"{group}{name} ")
        else:
            yield group + name, command


def _section(name: str, command: Any) -> str:
    usage = " ".join(
        ["waymark", name, *("[OPTIONS]" for _ in _options(command)[:1]), *map(_metavar, _arguments(command))]
    )
    text, _, example = inspect.cleandoc(command.help).rpartition("Example:")
    rows = [(f"`{_metavar(each)}`", each.help) for each in _arguments(command)]
    rows += [(_spelled(each), each.help) for each in _options(command)]
    lines = [f"## `waymark {name}`", "", "```console", f"$ {usage}", "```", "", text.strip(), ""]
    if rows:
        lines += ["| | |", "| --- | --- |", *(f"| {what} | {meaning} |" for what, meaning in rows), ""]
    return "\n".join([*lines, "```console", f"$ {' '.join(example.split())}", "```", ""])


def _arguments(command: Any) -> list[Any]:
    return [each for each in command.params if each.param_type_name == "argument"]


def _options(command: Any) -> list[Any]:
    return [each for each in command.params if each.param_type_name == "option"]


def _metavar(parameter: Any) -> str:
    return str(parameter.metavar)


def _spelled(option: Any) -> str:
    value = "" if option.is_flag else f" {option.metavar}"
    return ", ".join(f"`{spelling}{value}`" for spelling in option.opts)


if __name__ == "__main__":
    print(cli_page(), end="")
