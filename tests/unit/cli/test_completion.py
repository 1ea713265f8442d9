"""Shell completion: bash itself completes with the text that we print; each shell has all commands."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from .conftest import Waymark


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("waymark exp", ["explain"]),
        ("waymark runs ins", ["inspect"]),
        ("waymark runs list --st", ["--status"]),
        ("waymark runs list --status parked --wor", ["--workflow"]),
        ("waymark db mig", ["migrate"]),
        ("waymark check src --wat", ["--watch"]),
        ("waymark nothing ", []),
    ],
)
def test_bash_completes_commands_and_options(waymark: Waymark, typed: str, found: list[str]) -> None:
    text = waymark("completion", "bash").out
    words = typed.split(" ")
    quoted = " ".join(f'"{word}"' for word in words)
    script = f'{text}\nCOMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _waymark; echo "${{COMPREPLY[@]}}"'
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == found, done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_command_is_in_the_text_of_every_shell(waymark: Waymark, shell: str) -> None:
    text = waymark("completion", shell).out
    for command in ("start-workers", "inspect", "migrate", "completion"):
        assert command in text


def test_another_shell_is_refused(waymark: Waymark) -> None:
    said = waymark("completion", "tcsh")
    assert said.code == 2 and "there is no completion for 'tcsh', only for bash, zsh and fish" in said.err
