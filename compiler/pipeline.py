"""From a Python file to a verified unit: the passes in order. `PASSES` is the table of contents of the compiler.

A pass takes what is known so far and returns more. When one of them has found problems in the user's program, the ones
after it do not run; `parse` to `check awaits` report all they find. Anything else that goes wrong is the compiler's own
fault: InternalCompilerError names the pass.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import msgspec

from waymark.grammar import parse as parse_wrl
from waymark.grammar import print_module, tree
from waymark.grammar.span import Span
from waymark.grammar.walk import TooDeep as TreeTooDeep
from waymark.grammar.walk import walk
from waymark.stdlib.catalogue import NATIVES
from waymark.vm.codec import encode_executable
from waymark.vm.unit import Unit
from waymark.vm.verify import verify_unit

from . import desugar
from .check.awaits import check_awaits
from .check.limits import beyond_limits
from .check.tree import findings
from .codegen import generate
from .desugar.expressions import RULES
from .diagnostics import Diagnostic, InternalCompilerError, UnsupportedPatternError
from .diagnostics.render import in_order
from .diagnostics.syntax import TooDeep, TooLarge
from .fresh import FreshNames
from .frontend import sugar
from .frontend.context import DEPTH_MAX
from .frontend.discover import Discovery
from .frontend.project import Lookups, Project, module_name, project_of, shown_path
from .frontend.resolve import Module, Resolver
from .frontend.translate import translate
from .frontend.workflows import Workflow
from .library import library, linked_units
from .source import Refusal, Source, decode, parse, read_bytes

# Check between the passes what they rely on, and what is printed by reading it again; the tests set it.
PARANOID = os.environ.get("WAYMARK_PARANOID", "") not in ("", "0")
REREAD_MAX = 1 << 20  # characters of WRL: reading a megabyte takes more than a second, and such texts are constants

Lower = Callable[[tree.Module, FreshNames], tree.Module]
NodeType = type[tree.Node]
_SUGAR = frozenset(sugar.SUGAR)


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a file, from pass to pass. A field is there from the pass on that makes it."""

    path: str  # as diagnostics and the unit show it
    name: str  # the importable one
    text: str
    project: Project
    fresh: FreshNames
    exact: bool = False  # positions are to be libcst's own: there are problems to show
    source: Source | None = None
    module: Module | None = None
    resolver: Resolver | None = None
    workflows: tuple[Workflow, ...] = ()
    tree: tree.Module | None = None
    kinds: frozenset[NodeType] = frozenset()  # of the sugar that is left in the tree
    wrl: str = ""
    unit: Unit | None = None
    problems: tuple[Diagnostic, ...] = ()
    stopped: bool = False  # a pass could not do its work, so the next ones have nothing to go on

    def having(self, **fields: object) -> Work:
        return msgspec.structs.replace(self, **fields)


class Compilation(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a file: a unit, or diagnostics; never both."""

    path: str
    module: str
    text: str
    tree: tree.Module | None
    wrl: str
    unit: Unit | None
    diagnostics: tuple[Diagnostic, ...]
    workflows: tuple[str, ...]  # registered names, in the order of the file
    others: dict[str, str] = {}  # texts of followed modules with problems, by path
    lookups: Lookups = msgspec.field(default_factory=Lookups)  # what else on disk it depends on

    def raise_if_failed(self) -> None:
        """Raise UnsupportedPatternError with all problems, if there are any."""
        if self.diagnostics:
            raise UnsupportedPatternError(self.diagnostics, self.text, self.others)

    def executable(self) -> bytes:
        """Return the bytes that a run is pinned to: the unit, and every prelude unit that it links to."""
        self.raise_if_failed()
        assert self.unit is not None, "a compilation without diagnostics has a unit"
        return encode_executable(linked_units(self.unit, library().values()))


def _parse(work: Work) -> Work:
    try:
        source = parse(work.text, work.path)
    except Refusal as refusal:
        return work.having(problems=(refusal.diagnostic,))
    return work.having(source=source.exact() if work.exact else source)


def _discover(work: Work) -> Work:
    assert work.source is not None
    resolver = Resolver(work.project, work.fresh)
    module = resolver.add(work.name, work.source)
    discovery = Discovery(work.source, module, resolver)
    workflows = discovery.workflows()
    return work.having(
        resolver=resolver, module=module, workflows=workflows, problems=(*work.problems, *discovery.problems)
    )


def _translate(work: Work) -> Work:
    assert work.source is not None and work.module is not None and work.resolver is not None
    made, problems = translate(work.source, work.module, work.resolver, work.workflows, work.fresh)
    return work.having(tree=made, kinds=_sugar_in(made), problems=(*work.problems, *problems))


def _check_awaits(work: Work) -> Work:
    assert work.tree is not None
    return work.having(problems=(*work.problems, *check_awaits(work.tree, work.path)))


def _sugar_in(module: tree.Module) -> frozenset[NodeType]:
    return frozenset({type(node) for node in walk(module)} & _SUGAR)


def _lowering(lower: Lower, own: tuple[NodeType, ...], gone: tuple[NodeType, ...]) -> Callable[[Work], Work]:
    """A pass that removes its `own` sugar, with the check that it is gone, and that of the passes before it as well.

    A pass whose sugar the file does not have costs nothing.
    """

    def run(work: Work) -> Work:
        if work.kinds.isdisjoint(own):
            return work
        assert work.tree is not None
        lowered = lower(work.tree, work.fresh)
        left = _sugar_in(lowered)
        if PARANOID or not left.isdisjoint(gone):
            _assert_nothing(findings(lowered, gone))
        return work.having(tree=lowered, kinds=left)

    return run


def _lowerings() -> Iterator[tuple[str, Callable[[Work], Work]]]:
    gone: tuple[NodeType, ...] = ()
    for name, lower, own in LOWERINGS:
        gone = (*gone, *own)
        yield name, _lowering(lower, own, gone)


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


def _assert_nothing(found: list[str]) -> None:
    if found:
        raise AssertionError("\n".join(found))


# Each lowering: its name, its function, the sugar that is gone behind it.
LOWERINGS: tuple[tuple[str, Lower, tuple[NodeType, ...]], ...] = (
    ("lower match cases", desugar.lower_match_cases, (sugar.Match,)),
    ("lower with blocks", desugar.lower_with_blocks, (sugar.With,)),
    ("lower loop else", desugar.lower_loop_else, (sugar.LoopElse,)),
    ("lower async for", desugar.lower_async_for, (sugar.AsyncFor,)),
    ("lower except clauses", desugar.lower_except_clauses, (sugar.TryExcept,)),
    ("lower asserts", desugar.lower_asserts, (sugar.Assert,)),
    ("lower for targets", desugar.lower_for_targets, (sugar.ForTarget,)),
    ("lower chained assignments", desugar.lower_chained_assign, (sugar.ChainedAssign,)),
    ("lower star targets", desugar.lower_star_targets, (sugar.StarTargets,)),
    ("lower expressions", desugar.lower_expressions, tuple(RULES)),
    ("lower bare annotations", desugar.lower_bare_annotations, (sugar.BareAnnotation,)),
)
PASSES: tuple[tuple[str, Callable[[Work], Work]], ...] = (
    ("parse", _parse),
    ("discover", _discover),
    ("translate", _translate),
    ("check awaits", _check_awaits),
    *_lowerings(),
    ("print WRL", _print),
    ("read WRL again", _reparse),
    ("generate", _generate),
    ("verify", _verify),
)
# The passes before this one look at the user's program, and report together what they find in it.
LOWERING_BEGINS = LOWERINGS[0][0]


def compile_file(path: Path, *, root: Path | None = None, module: str | None = None) -> Compilation:
    """Compile the file at `path`. Raises SourceError when there is nothing to read; all else is in the result.

    `module` is the name that Python has imported it by; without it, the name by which its project would.
    """
    data = read_bytes(path)
    project = project_of(path, root)
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
        return run(work)
    except Refusal as refusal:  # a module of the project, which is parsed when it is needed
        return work.having(problems=(*work.problems, refusal.diagnostic), stopped=True)
    except TreeTooDeep as error:
        span = error.node.span
    except RecursionError:  # whoever called us was deep in the stack already
        span = Span(1, 0, 1, 1)
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
