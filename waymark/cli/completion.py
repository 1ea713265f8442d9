"""`waymark completion SHELL`: the text that makes a shell complete our commands and their options.

It is complete in itself: the shell does not ask us again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from .errors import UsageError

BASH = """\
_waymark() {{
    local word first="" second="" words=""
    for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case "$word" in
            -*) ;;
            *) if [ -z "$first" ]; then first="$word"; elif [ -z "$second" ]; then second="$word"; fi ;;
        esac
    done
    case "$first" in
        {groups}) ;;
        *) second="" ;;
    esac
    case "$first $second" in
{cases}
    esac
    COMPREPLY=( $(compgen -W "$words" -- "${{COMP_WORDS[COMP_CWORD]}}") )
}}
complete -o default -F _waymark waymark
"""
ZSH = "autoload -U +X bashcompinit && bashcompinit\n"

Tree = dict[str, tuple[str, ...]]  # what follows `""`, `"runs"`, `"runs list"`


def completion_for(app: typer.Typer, shell: str) -> int:
    tree = dict(_tree(typer.main.get_command(app), ""))
    match shell:
        case "bash":
            print(_bash(tree), end="")
        case "zsh":
            print(ZSH + _bash(tree), end="")
        case "fish":
            print("\n".join(_fish(tree)))
        case _:
            raise UsageError(f"there is no completion for {shell!r}, only for bash, zsh and fish")
    return 0


def _tree(command: Any, path: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    options = [name for param in command.params for name in param.opts if name.startswith("--")]
    commands = getattr(command, "commands", {})
    yield path, (*commands, *options, "--help")
    for name, inner in commands.items():
        yield from _tree(inner, f"{path} {name}".strip())


def _bash(tree: Tree) -> str:
    groups = sorted({path.split()[0] for path in tree if " " in path})
    cases = []
    for path, words in tree.items():
        first, _, second = path.partition(" ")
        cases.append(f'        "{first} {second}") words="{" ".join(words)}" ;;')
    return BASH.format(groups="|".join(groups), cases="\n".join(cases))


def _fish(tree: Tree) -> Iterator[str]:
    for path, words in tree.items():
        at = " ".join(f"; and __fish_seen_subcommand_from {word}" for word in path.split()).removeprefix("; and ")
        named = at or "__fish_use_subcommand"
        inner = [word for word in words if not word.startswith("--") and path]
        if inner:
            named_first = f"{named}; and not __fish_seen_subcommand_from {' '.join(inner)}"
            yield f"complete -c waymark -f -n '{named_first}' -a '{' '.join(inner)}'"
        elif not path:
            yield f"complete -c waymark -f -n '{named}' -a '{' '.join(w for w in words if not w.startswith('--'))}'"
        for word in words:
            if word.startswith("--"):
                yield f"complete -c waymark -n '{named}' -l {word.removeprefix('--')}"
