"""The way to compare a program with CPython: run it in both worlds, and look at everything that can be seen of it.

    assert_same(script('''
        xs = [await act(1), 2]
        for x in xs:
            print(x)
        return xs
    '''))

The result or the error with its whole chain (types, texts, causes, contexts), which containers are the same object,
and the order of actions and prints must be equal, on a machine that is restored from its snapshot at every pause and
paused as often as `ticks` say. `python tests/support/differential.py FILE` compares a file, a module or a bare body.
"""

from __future__ import annotations

import re
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from cpython_runs import run_natively, write_project
from oracle_logs import record_text
from scripted import STUCK, Outcomes, Recorded
from scripted_order import OLDEST_FIRST, Order
from views import view
from vm_runs import observe

from waymark.compiler.diagnostics import Diagnostic
from waymark.compiler.library import library
from waymark.compiler.pipeline import Compilation, compile_file, compile_text
from waymark.vm.codec import code_hash
from waymark.vm.deadlock import Deadlock
from waymark.vm.program import Program
from waymark.vm.surface import CancelRequest, Log, StartAction
from waymark.vm.wire import decode_value, encode_value

NAME = "program"
CUTS: tuple[tuple[int, ...], ...] = ((2,), (3, 7), ())  # ticks of the slices: as short as can be, uneven, without end
Cuts = Sequence[tuple[int, ...]] | Callable[[int], Sequence[tuple[int, ...]]]
HEAD = """\
import asyncio
from waymark import Workflow, action, workflow

"""
ACTIONS = """\
@action
async def act(value=None, *more, **named): ...

"""


def script(body: str, *, actions: str = ACTIONS, above: str = "", parameters: str = "") -> str:
    """A module whose workflow has this body in `run`. `above` stands between the actions and the class."""
    lines = textwrap.indent(textwrap.dedent(body).strip("\n"), "        ")
    above = textwrap.dedent(above).strip("\n")
    run = f"    async def run(self{', ' if parameters else ''}{parameters}):\n{lines}\n"
    return f"{HEAD}{actions}{above + chr(10) if above else ''}@workflow\nclass Script(Workflow):\n{run}"


def module_of(text: str) -> str:
    """The text itself if it holds a workflow, else a module around it as the body of `run`."""
    return text if "@workflow" in text else script(text)


# CPython adds what its C stack was doing just then, which depends on how deep its caller was.
NEVER_AWAITED = "was never awaited"  # CPython warns of it elsewhere than in its log
RECURSION = re.compile(r"(maximum recursion depth exceeded)( in comparison| while (?:calling a Python object|[a-z ]+))")


@dataclass(frozen=True)
class Outcome:
    """What a run came to (`returned ...` or `raised ...`) and what it did on the way; see `views` and `scripted`."""

    came_to: str
    effects: tuple[str, ...]

    @staticmethod
    def of(came_to: str, effects: Iterable[str]) -> Outcome:
        return Outcome(RECURSION.sub(r"\1", came_to), tuple(RECURSION.sub(r"\1", effect) for effect in effects))

    def __str__(self) -> str:
        return "\n".join([*self.effects, self.came_to])


@dataclass(frozen=True)
class Report:
    """A program in both worlds: CPython's outcome, and the machine's for each way of cutting it into slices."""

    text: str
    compilation: Compilation
    expected: Outcome
    seen: Mapping[tuple[int, ...], Outcome] = field(default_factory=dict)
    ticks: frozenset[int] = frozenset()  # paid in all, for each way: one number if all is well
    modules: Mapping[str, str] = field(default_factory=dict)

    @property
    def refused(self) -> tuple[Diagnostic, ...]:
        """Why the program was not compiled; nothing if it was."""
        return self.compilation.diagnostics

    @property
    def same(self) -> bool:
        return not self.refused and len(self.ticks) == 1 and set(self.seen.values()) == {self.expected}

    def explain(self) -> str:
        """The program, its WRL and the outcomes that differ."""
        parts = [*(f"--- module {name}\n{text}" for name, text in self.modules.items()), f"--- program\n{self.text}"]
        if self.refused:
            shown = (f"{each.code} {each.line}:{each.column} {each.message}" for each in self.refused)
            parts.append("--- refused\n" + "\n".join(shown))
        else:
            parts += [f"--- WRL\n{self.compilation.wrl}", f"--- CPython\n{self.expected}"]
            parts += [
                f"--- machine, in slices of {', '.join(map(str, ticks)) or 'any length'}\n{seen}"
                for ticks, seen in self.seen.items()
                if seen != self.expected
            ]
            if len(self.ticks) > 1:
                parts.append(f"--- the ticks paid depend on where it pauses: {sorted(self.ticks)}")
        return "\n".join(parts)


@dataclass(frozen=True)
class Together:
    """A module of many workflows, and the number of the one that is meant."""

    compilation: Compilation
    number: int

    @staticmethod
    def all_of(texts: Sequence[str]) -> list[Together | tuple[Diagnostic, ...]]:
        """The programs of these modules, which differ behind their first `@workflow` only, compiled as one.

        What they have in common (asyncio, above all) is then compiled once. For a program that is refused: why.
        """
        head = texts[0].partition("@workflow")[0]
        assert all(text.startswith(head) for text in texts), "the modules have the same beginning"
        bodies = [text[len(head) :].replace("class Script(", f"class Script{n}(") for n, text in enumerate(texts)]
        found: list[Together | tuple[Diagnostic, ...]] = [()] * len(texts)
        left = list(range(len(texts)))
        while left:
            compilation = compiled(head + "".join(bodies[number] for number in left))
            if not compilation.diagnostics:
                for place, number in enumerate(left):
                    found[number] = Together(compilation, place)
                break
            end, refused = head.count("\n"), []
            for number in left:
                start, end = end, end + bodies[number].count("\n")
                found[number] = tuple(each for each in compilation.diagnostics if start < each.line <= end)
                refused += [number] if found[number] else []
            assert refused, compilation.diagnostics
            left = [number for number in left if number not in refused]
        return found


def compare(
    text: str,
    *,
    arguments: Mapping[str, Any] | None = None,
    modules: Mapping[str, str] | None = None,
    outcomes: Outcomes = None,
    ticks: Cuts = CUTS,
    restoring: bool = True,
    calls_max: int | None = None,
    order: Order = OLDEST_FIRST,
    together: Together | None = None,
    checked: tuple[int, int] = (1, 0),
) -> Report:
    """Run a module in both worlds. `modules` are others of its project, by dotted name; `ticks` cut the machine's runs.

    `outcomes` and `order` say what actions come to, and when; see `scripted` and `scripted_order`.
    A function for `ticks` is told how many ticks the whole run takes, which is then run uncut and unrestored too.
    Nothing is asserted here: `Report.same` says whether all is equal. A failure of the compiler itself, or of the
    machine, is raised with the program in its notes. `together` is where the program was compiled with others.
    `checked`: see `vm_runs.observe`; the machine is restored from its snapshot at every pause all the same.
    """
    others, given = modules or {}, arguments or {}
    limits = {} if calls_max is None else {"calls_max": calls_max}
    recorded = Recorded(outcomes, **limits, order=order)
    expected = Outcome.of(run_natively(text, others, NAME, given, recorded), recorded.effects)
    try:
        compilation = together.compilation if together is not None else compiled(text, others)
        if compilation.diagnostics:
            return Report(text, compilation, expected, modules=others)
        program = program_of(compilation, together.number if together is not None else 0)
        seen, paid = {}, set()

        def run(cut: tuple[int, ...], restoring: bool) -> None:
            recorded = Recorded(outcomes, **limits, order=order)
            came_to, spent = run_on_machine(program, given, recorded, cut, restoring=restoring, checked=checked)
            seen[cut] = Outcome.of(came_to, recorded.effects)
            paid.add(spent)

        if callable(ticks):
            run((), restoring=False)
            ticks = ticks(next(iter(paid)))
        for cut in ticks:
            run(tuple(cut), restoring)
    except BaseException as error:
        error.add_note(f"--- program\n{text}")
        raise
    return Report(text, compilation, expected, seen, frozenset(paid), others)


def assert_same(text: str, **options: Any) -> Report:
    """Assert that a module, or a bare body of `run`, does the same in both worlds. Options as those of `compare`."""
    report = compare(module_of(text), **options)
    assert report.same, report.explain()
    return report


def compiled(text: str, modules: Mapping[str, str] | None = None) -> Compilation:
    """Compile the module; the others of its project are found as files, as they would be."""
    if not modules:
        return compile_text(text, path=f"{NAME}.py", module=NAME, root=Path("/nonexistent"))
    with tempfile.TemporaryDirectory() as folder:
        write_project(Path(folder), {**modules, NAME: text})
        return compile_file(Path(folder, f"{NAME}.py"), root=Path(folder))


def program_of(compilation: Compilation, number: int = 0) -> Program:
    """A workflow of what was compiled. Its units were verified as they were made: `load` would do it again."""
    compilation.raise_if_failed()
    assert compilation.unit is not None
    entry = code_hash(compilation.unit)
    units = MappingProxyType({**library().by_hash(), entry: compilation.unit})
    return Program(units, entry, compilation.workflows[number])


def run_on_machine(
    program: Program,
    arguments: Mapping[str, Any],
    recorded: Recorded,
    ticks: Iterable[int],
    *,
    restoring: bool,
    checked: tuple[int, int] = (1, 0),
) -> tuple[str, int]:
    """What the run came to on the machine, and the ticks that it paid."""

    def note(effect: object) -> None:
        if isinstance(effect, StartAction):
            calls[effect.request] = recorded.asked(effect.key, effect.args, effect.kwargs)
        elif isinstance(effect, CancelRequest):
            recorded.cancelled(calls[effect.request])
        elif isinstance(effect, Log) and not effect.text.endswith(NEVER_AWAITED):
            recorded.printed(effect.text) if effect.level == "print" else recorded.logged(effect.level, shown(effect))

    def answer(start: StartAction) -> object:
        came_to = recorded.come_to(calls[start.request])
        return came_to if isinstance(came_to, BaseException) else inside(came_to)

    calls: dict[int, Any] = {}
    try:
        seen = observe(
            program,
            inside(dict(arguments)),
            answer,
            ticks=ticks,
            restoring=restoring,
            on_effect=note,
            order=recorded.order,
            checked=checked,
        )
    finally:
        recorded.end()
    if seen.stuck or isinstance(seen.error, Deadlock):
        return STUCK, seen.ticks
    came_to = f"returned {view(seen.result)}" if seen.error is None else f"raised {view(seen.error)}"
    return came_to, seen.ticks


def shown(log: Log) -> str:
    """A record, as `oracle_logs` shows CPython's."""
    return record_text(log.logger, log.line, log.text, log.extra) if log.logger else log.text


def inside(value: Any) -> Any:
    """A value as a run gets it from outside: a copy, with sets in the order of insertion."""
    return decode_value(encode_value(value), inside=True)


if __name__ == "__main__":
    found = compare(module_of(Path(sys.argv[1]).read_text(encoding="utf-8")))
    print(found.explain())
    print("--- the same" if found.same else "--- NOT the same")
    sys.exit(not found.same)
