"""Language cases: a program, and what the compiler and the machine make of it, in tests/cases/language/*.case.

    # case: a sentence, with_underscores
    [python]        a module with a workflow, or the body of `run` alone (then `await act(x)` echoes x)
    [module name]   another module of the project; any number of them
    [wrl]           of the functions and declarations, without positions
    [bytecode]      the disassembly without hashes
    [result]        the effects, one a line, and what the run came to; must be CPython's

A case that is to be refused has `[diagnostics]` in place of the last three. Write `[python]` alone and let
`pytest tests/unit/compiler/language --update-golden` add the rest; then read it. A result that is not CPython's fails
and is never written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CASES = Path(__file__).parents[3] / "cases" / "language"
PRODUCED = ("wrl", "bytecode", "result")
REFUSED = ("diagnostics",)
_SECTION = re.compile(r"^\[([a-z]+(?: [\w.]+)?)\]$", re.MULTILINE)
_HEAD = "# case: "


@dataclass(frozen=True)
class LanguageCase:
    file: Path
    name: str
    sections: Mapping[str, str]

    def __str__(self) -> str:
        return f"{self.file.stem}-{self.name}"

    @property
    def modules(self) -> dict[str, str]:
        return {
            key.removeprefix("module "): text + "\n" for key, text in self.sections.items() if key.startswith("module ")
        }

    @property
    def expected(self) -> dict[str, str]:
        """What of the file the code is to produce."""
        return {key: text for key, text in self.sections.items() if key in PRODUCED + REFUSED}


def language_cases() -> list[LanguageCase]:
    """Every case, in the order of the files."""
    return [case for path in sorted(CASES.glob("*.case")) for case in _read(path)]


def _read(path: Path) -> list[LanguageCase]:
    made = []
    for block in path.read_text(encoding="utf-8").split(f"\n{_HEAD}")[0:]:
        name, _, rest = block.removeprefix(_HEAD).partition("\n")
        parts = _SECTION.split(rest)
        assert not parts[0].strip(), f"{path.name}, {name}: text before the first section: {parts[0]!r}"
        sections = {key: text.strip("\n") for key, text in zip(parts[1::2], parts[2::2], strict=True)}
        made.append(LanguageCase(path, name, sections))
    names = [case.name for case in made]
    assert len(set(names)) == len(names), f"{path.name} has two cases of one name"
    return made


def rewrite(case: LanguageCase, produced: Mapping[str, str]) -> None:
    """Write what was produced over what the file expected of this case."""
    text = case.file.read_text(encoding="utf-8")
    begin = text.index(f"{_HEAD}{case.name}\n")
    end = text.find(f"\n{_HEAD}", begin)
    given = {key: section for key, section in case.sections.items() if key not in PRODUCED + REFUSED}
    lines = [f"{_HEAD}{case.name}"]
    for key, section in {**given, **produced}.items():
        lines += [f"[{key}]", section]
    rest = text[end:] if end >= 0 else ""
    case.file.write_text(text[:begin] + "\n".join(lines) + "\n" + rest, encoding="utf-8")
