"""From a Python file to a verified unit: the passes in order. `PASSES` is the table of contents of the compiler.

A pass takes what is known so far and returns more. When one of them has found problems in the user's program, the ones
after it do not run; `parse` to `check awaits` report all they find. Anything else that goes wrong is the compiler's own
fault: InternalCompilerError names the pass.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from waymark.grammar import parse as parse_wrl
from waymark.grammar import print_module
from waymark.grammar.span import Span
from waymark.grammar.walk import TooDeep as TreeTooDeep
from waymark.stdlib.catalogue import NATIVES
from waymark.vm.verify import verify_unit

from .check.awaits import check_awaits
from .check.limits import beyond_limits
from .codegen import generate
from .compilation import Compilation, Work
from .diagnostics import Diagnostic, InternalCompilerError
from .diagnostics.render import in_order
from .diagnostics.syntax import TooDeep, TooLarge
from .fresh import FreshNames
from .frontend.context import DEPTH_MAX
from .frontend.discover import Discovery
from .frontend.project import module_name, project_of, shown_path
from .frontend.resolve import Resolver
from .frontend.translate import translate
from .library import library
from .lowerings import LOWERINGS, Lowering, NodeType, lowered, lowerings, sugar_in
from .nesting import deepest_place
from .progress import pass_begins
from .source import Refusal, decode, parse, read_bytes
from .statics import moved, proven

__all__ = ["LOWERING_BEGINS", "PASSES", "Compilation", "Work", "compile_file", "compile_text", "passes"]

# Check between the passes what they rely on, and what is printed by reading it again; the tests set it.
PARANOID = os.environ.get("WAYMARK_PARANOID", "") not in ("", "0")
REREAD_MAX = 1 << 20  # characters of WRL: reading a megabyte takes more than a second, and such texts are constants


def _parse(work: Work) -> Work:
    try:
        source = parse(work.text, work.path)
    except Refusal as refusal:
        return work.having(problems=(refusal.diagnostic,))
    return work.having(source=source.exact() if work.exact else source)


def _discover(work: Work) -> Work:
    assert work.source is not None
    resolver = Resolver(work.project, work.fresh)
    if work.prelude:
        return work.having(resolver=resolver, module=resolver.add_prelude(work.name))
    module = resolver.add(work.name, work.source)
    discovery = Discovery(work.source, module, resolver)
    workflows = discovery.workflows()
    return work.having(
        resolver=resolver, module=module, workflows=workflows, problems=(*work.problems, *discovery.problems)
    )


def _translate(work: Work) -> Work:
    assert work.source is not None and work.module is not None and work.resolver is not None
    made, problems, trail = translate(
        work.source, work.module, work.resolver, work.workflows, work.fresh, prelude=work.prelude
    )
    return work.having(tree=made, kinds=sugar_in(made), trail=trail, problems=(*work.problems, *problems))


def _check_awaits(work: Work) -> Work:
    assert work.tree is not None and work.trail is not None
    return work.having(problems=(*work.problems, *work.trail.with_steps(check_awaits(work.tree, work.path))))


def _lowering(lowering: Lowering, gone: tuple[NodeType, ...]) -> Callable[[Work], Work]:
    """A pass that removes sugar. One whose sugar the file does not have costs nothing."""

    def run(work: Work) -> Work:
        assert work.tree is not None
        made, kinds = lowered(work.tree, work.kinds, work.fresh, lowering, gone, paranoid=PARANOID)
        return work.having(tree=made, kinds=kinds)

    return run


def _make_static(work: Work) -> Work:
    assert work.tree is not None
    return work.having(with_init=work.tree, tree=moved(work.tree, prelude=work.prelude))


def _print(work: Work) -> Work:
    assert work.tree is not None
    return work.having(wrl=print_module(work.tree))


def _reparse(work: Work) -> Work:
    # What a human reads beside the bytecode is what was compiled: the text alone gives the same tree. That holds for
    # every tree (a property of grammar/); looking again at each file costs as much as all the rest together.
    if not PARANOID or len(work.wrl) > REREAD_MAX:
        return work
    if parse_wrl(work.wrl, work.path) != work.tree:
        raise AssertionError(f"the printed WRL reads as another tree\n{work.wrl}")
    return work


def _generate(work: Work) -> Work:
    assert work.tree is not None
    return work.having(unit=generate(work.tree, library=library(), source_name=work.path, wrl=work.wrl))


def _verify(work: Work) -> Work:
    assert work.unit is not None
    problem = beyond_limits(work.unit)
    if problem:
        return work.having(problems=(TooLarge(path=work.path, span=Span(1, 0, 1, 1), problem=problem),))
    verify_unit(work.unit, natives=NATIVES)
    return work


def _prove_static(work: Work) -> Work:
    # Nothing else knows whether what the code makes can be shared by all runs: so it is made. Seldom one cannot be.
    excluded: list[str] = []
    while not work.problems and work.unit is not None and work.unit.classes:
        refused = proven(work.unit, library().by_hash())
        if refused is None:
            return work
        excluded.append(refused)
        assert work.with_init is not None
        work = work.having(tree=moved(work.with_init, excluded, prelude=work.prelude))
        for run in (_print, _reparse, _generate, _verify):
            work = run(work)
    return work


PASSES: tuple[tuple[str, Callable[[Work], Work]], ...] = (
    ("parse", _parse),
    ("discover", _discover),
    ("translate", _translate),
    ("check awaits", _check_awaits),
    *((each.name, _lowering(each, gone)) for each, gone in lowerings()),
    ("move static classes out of init", _make_static),
    ("print WRL", _print),
    ("read WRL again", _reparse),
    ("generate", _generate),
    ("verify", _verify),
    ("make static classes", _prove_static),
)
# The passes before this one look at the user's program, and report together what they find in it.
LOWERING_BEGINS = LOWERINGS[0].name


def compile_file(path: Path, *, root: Path | None = None, module: str | None = None) -> Compilation:
    """Compile the file at `path`. Raises SourceError when there is nothing to read; all else is in the result.

    `module` is the name that Python has imported it by; without it, the name by which its project would.
    """
    data = read_bytes(path)
    project = project_of(path, root, module)
    shown, name = shown_path(path, project), module or module_name(path, project)
    try:
        text = decode(data, shown)
    except Refusal as refusal:
        return _failed(shown, name, refusal.text, (refusal.diagnostic,))
    return _compile(Work(path=shown, name=name, text=text, project=project, fresh=FreshNames()))


def compile_text(text: str, *, path: str, module: str, root: Path | None = None) -> Compilation:
    """Compile a text as the module `module`. `path` is shown in diagnostics; imports are found below `root`."""
    project = project_of((root or Path()) / "text.py", root)
    return _compile(Work(path=path, name=module, text=text, project=project, fresh=FreshNames()))


def passes(work: Work) -> Iterator[tuple[str, Work]]:
    """Run the passes one by one, and give after each its name and what is known; the last is the result."""
    lowering = False
    for name, run in PASSES:
        if work.problems and (lowering or name == LOWERING_BEGINS or work.source is None or work.stopped):
            return
        lowering = lowering or name == LOWERING_BEGINS
        work = _guarded(name, run, work)
        yield name, work


def _guarded(name: str, run: Callable[[Work], Work], work: Work) -> Work:
    try:
        pass_begins(name)
        return run(work)
    except Refusal as refusal:  # a module of the project, which is parsed when it is needed
        return work.having(problems=(*work.problems, refusal.diagnostic), stopped=True)
    except TreeTooDeep as error:
        span = error.node.span
    except RecursionError:  # whoever called us was deep in the stack already
        span = deepest_place(None if work.source is None else work.source.parsed, work.text)
    except Exception as error:
        raise InternalCompilerError(name, work.path, f"{type(error).__name__}: {error}") from error
    return work.having(problems=(*work.problems, TooDeep(path=work.path, span=span, limit=DEPTH_MAX)), stopped=True)


def _last(work: Work) -> Work:
    for _, done in passes(work):
        work = done
    return work


def _compile(begun: Work) -> Compilation:
    work = _last(begun)
    if work.problems and work.source is not None and not work.exact:
        work = _last(begun.having(exact=True))
    if work.problems:
        paths = {each.path for each in work.problems} - {work.path}
        others = {} if work.resolver is None else work.resolver.texts(paths)
        return _failed(work.path, work.name, work.text, work.problems, others)
    return Compilation(
        path=work.path,
        module=work.name,
        text=work.text,
        tree=work.tree,
        wrl=work.wrl,
        unit=work.unit,
        diagnostics=(),
        workflows=tuple(workflow.name for workflow in work.workflows),
        lookups=work.project.lookups,
    )


def _failed(
    path: str, name: str, text: str, problems: tuple[Diagnostic, ...], others: Mapping[str, str] | None = None
) -> Compilation:
    return Compilation(
        path=path,
        module=name,
        text=text,
        tree=None,
        wrl="",
        unit=None,
        diagnostics=tuple(in_order(problems, others or ())),
        workflows=(),
        others=dict(others or {}),
    )
